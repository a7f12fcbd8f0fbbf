import type { InputMeasure, InputMetric, MetricNode, SemanticModelNode } from '../../manifest/semantic-nodes.ts';
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
  const names = new Set(metrics.map(({ name }) => name));
  const aliases = metrics.flatMap(({ alias }) => alias || []);
  const taken = aliases.filter((alias, at) => names.has(alias) || aliases.indexOf(alias) !== at);
  const twice = metrics.filter((one) => one.offset_window !== null && one.offset_to_grain !== null);
  return [
    ...aliases.flatMap((alias) => badName(alias) ?? []),
    ...taken.map((alias) => `The alias "${alias}" is used already: take another.`),
    ...twice.map((one) => `The metric "${one.name}" has "offset_window" and "offset_to_grain": only one may be there.`),
    ...(expr === null || expr === '' ? ['A derived metric needs an "expr" that names its metrics.'] : []),
  ];
}

/** Aliases that name two things: those of measures stand beside all measures of a project, in whatever metric (the rule on aliases of dbt-semantic-interfaces). */
export function measureAliasFaults(
  metrics: readonly MetricNode[],
  models: readonly SemanticModelNode[],
): readonly (readonly [MetricNode, string])[] {
  const measures = new Set(models.flatMap((model) => model.measures.map(({ name }) => name)));
  const taken = new Set<string>();
  return metrics.flatMap((metric) => {
    const { input_measures: inputs } = metric.type_params;
    const faults = [...new Set(inputs.map(({ name }) => name))].flatMap((name) => unnamedVariant(inputs, name) ?? []);
    for (const { alias } of inputs) {
      if (alias === null) continue;
      const bad = badName(alias);
      if (bad !== undefined) faults.push(bad);
      if (measures.has(alias)) faults.push(`The alias "${alias}" is the name of a measure: take another.`);
      if (taken.has(alias)) faults.push(`The alias "${alias}" of a measure is used already: take another.`);
      taken.add(alias);
    }
    return faults.map((fault) => [metric, fault] as const);
  });
}

/** A measure that a metric takes in several ways needs an alias wherever it is filtered. */
function unnamedVariant(inputs: readonly InputMeasure[], name: string): string | undefined {
  const variants = inputs.filter((one) => one.name === name);
  const isSame = new Set(variants.map((one) => JSON.stringify(one))).size === 1;
  if (isSame || !variants.some(({ alias, filter }) => filter !== null && alias === null)) return undefined;
  return `The measure "${name}" is taken in several ways: give it an "alias" wherever it has a "filter".`;
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
