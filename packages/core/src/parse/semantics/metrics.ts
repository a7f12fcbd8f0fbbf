import type { CumulativeParams, MetricNode, MetricParams } from '../../manifest/semantic-nodes.ts';
import type { PropertyFile } from '../../project/project.ts';
import type { ParseState } from '../parse-state.ts';
import { listOf, recordOf, tagsOf, textOf } from '../read-values.ts';
import { addLeaf, type SemanticEntry, semanticNode } from './new-semantic-node.ts';
import {
  expressionOf,
  inputMeasure,
  inputMetric,
  textOrNull,
  timeWindow,
  whereFilters,
  wordOf,
  wrongPart,
} from './semantic-values.ts';

/** Parses the metrics of a property file; what they rest on is linked later. */
export function parseMetrics(state: ParseState, file: PropertyFile): void {
  const renderer = state.rendererFor(file.file.packageName);
  for (const entry of file.metrics) {
    const data = renderer.entry('metrics', entry);
    addMetric(state, { file, entry, data });
  }
}

/** Enters a metric into the manifest. */
export function addMetric(state: ParseState, given: SemanticEntry): void {
  const { data, entry } = given;
  const shared = semanticNode(state, 'metric', given);
  const meta = recordOf(shared.config.meta);
  const node: MetricNode = {
    ...shared,
    description: textOf(data.description),
    label: textOf(data.label),
    type: wordOf(data.type),
    type_params: metricParams(state, given),
    filter: whereFilters(data.filter),
    time_granularity: textOrNull(data.time_granularity),
    meta: Object.keys(meta).length > 0 ? meta : { ...recordOf(data.meta) },
    tags: tagsOf(data.tags),
    sources: [],
    metrics: [],
  };
  addLeaf(state, node, entry);
}

type Window = ReturnType<typeof timeWindow>;

function metricParams(state: ParseState, { data, entry }: SemanticEntry): MetricParams {
  const params = recordOf(data.type_params);
  const reportAt =
    (...path: (string | number)[]) =>
    (message: string): void => {
      state.diagnostics.push(wrongPart(entry, ['type_params', ...path], message));
    };
  const windowAt = (value: unknown, ...path: string[]): Window => timeWindow(value, reportAt(...path));
  const metric = (key: 'numerator' | 'denominator'): ReturnType<typeof inputMetric> | null =>
    params[key] === undefined || params[key] === null ? null : inputMetric(params[key], reportAt(key, 'offset_window'));
  const conversion = recordOf(params.conversion_type_params);
  return {
    measure: params.measure === undefined || params.measure === null ? null : inputMeasure(params.measure),
    input_measures: [],
    numerator: metric('numerator'),
    denominator: metric('denominator'),
    expr: expressionOf(params.expr),
    window: windowAt(params.window, 'window'),
    grain_to_date: textOrNull(params.grain_to_date),
    metrics: listOf(params.metrics).map((one, index) => inputMetric(one, reportAt('metrics', index, 'offset_window'))),
    conversion_type_params: params.conversion_type_params ? conversionParams(conversion, windowAt) : null,
    cumulative_type_params: wordOf(data.type) === 'cumulative' ? cumulativeParams(params, windowAt) : null,
    metric_aggregation_params: null,
  };
}

function conversionParams(
  given: Readonly<Record<string, unknown>>,
  windowAt: (value: unknown, ...path: string[]) => Window,
): MetricParams['conversion_type_params'] {
  const constant = given.constant_properties;
  return {
    base_measure: inputMeasure(given.base_measure),
    conversion_measure: inputMeasure(given.conversion_measure),
    entity: textOf(given.entity),
    calculation: wordOf(given.calculation) || 'conversion_rate',
    window: windowAt(given.window, 'conversion_type_params', 'window'),
    constant_properties: Array.isArray(constant)
      ? constant.map(recordOf).map((one) => ({
          base_property: textOf(one.base_property),
          conversion_property: textOf(one.conversion_property),
        }))
      : null,
  };
}

/** The older spellings, one level up, count where the newer are not given. */
function cumulativeParams(
  params: Readonly<Record<string, unknown>>,
  windowAt: (value: unknown, ...path: string[]) => Window,
): CumulativeParams {
  const own = recordOf(params.cumulative_type_params);
  return {
    window: windowAt(own.window ?? params.window, 'cumulative_type_params', 'window'),
    grain_to_date: textOrNull(own.grain_to_date ?? params.grain_to_date),
    period_agg: wordOf(own.period_agg) || 'first',
    metric: null,
  };
}
