import type { InputMetric, MetricNode, SemanticModelNode } from '../../manifest/semantic-nodes.ts';
import { badName } from './validate-models.ts';

/** What is wrong with a metric, by the rules of dbt-semantic-interfaces; measures and metrics that are not there are told by the linker. */
export function metricFaults(metric: MetricNode, models: readonly SemanticModelNode[]): readonly string[] {
  const name = badName(metric.name);
  return [
    ...(name === undefined ? [] : [name]),
    ...(metric.type === 'cumulative' ? cumulativeFaults(metric) : []),
    ...(metric.type === 'derived' ? derivedFaults(metric) : []),
    ...(metric.type === 'conversion' ? conversionFaults(metric, models) : []),
  ];
}

function cumulativeFaults({ type_params: { cumulative_type_params: params } }: MetricNode): readonly string[] {
  if (params === null || params.window === null || params.grain_to_date === null) return [];
  return ['A cumulative metric has a "window" or a "grain_to_date", not both.'];
}

function derivedFaults({ type_params: { expr, metrics } }: MetricNode): readonly string[] {
  if (metrics.length === 0) return ['A derived metric needs "metrics" under "type_params".'];
  const names = new Set(metrics.filter(({ alias }) => alias === null).map(({ name }) => name));
  const aliases = metrics.flatMap(({ alias }) => alias ?? []);
  const taken = aliases.filter((alias, at) => names.has(alias) || aliases.indexOf(alias) !== at);
  const twice = metrics.filter((one) => one.offset_window !== null && one.offset_to_grain !== null);
  return [
    ...taken.map((alias) => `The alias "${alias}" is used already: take another.`),
    ...twice.map((one) => `The metric "${one.name}" has "offset_window" and "offset_to_grain": only one may be there.`),
    ...(expr === null || expr === '' ? ['A derived metric needs an "expr" that names its metrics.'] : []),
  ];
}

/** Metrics that an expression does not name: a warning in dbt. */
export function unusedInputs({ type, type_params: { expr, metrics } }: MetricNode): readonly InputMetric[] {
  if (type !== 'derived' || !expr) return [];
  return metrics.filter(({ alias, name }) => !expr.includes(alias ?? name));
}

function conversionFaults(metric: MetricNode, models: readonly SemanticModelNode[]): readonly string[] {
  const params = metric.type_params.conversion_type_params;
  if (params === null) return [];
  const sides = [params.base_measure, params.conversion_measure];
  return sides.flatMap(({ name }, at) => {
    const model = models.find(({ measures }) => measures.some((measure) => measure.name === name));
    const measure = model?.measures.find((one) => one.name === name);
    if (model === undefined || measure === undefined) return [];
    const { agg, expr } = measure;
    const counts = agg === 'count' || agg === 'count_distinct' || (agg === 'sum' && expr === '1');
    const constants = (params.constant_properties ?? []).map((one) =>
      at === 0 ? one.base_property : one.conversion_property,
    );
    const known = new Set([...model.entities, ...model.dimensions].map((one) => one.name));
    return [
      ...(model.entities.some((entity) => entity.name === params.entity)
        ? []
        : [`The semantic model "${model.name}" has no entity "${params.entity}", by which it is to be joined.`]),
      ...(counts ? [] : [`The measure "${name}" must be a count, a count of distinct values or a sum of 1.`]),
      ...constants
        .filter((one) => !known.has(one))
        .map((one) => `The semantic model "${model.name}" has no "${one}", which is to stay the same.`),
    ];
  });
}
