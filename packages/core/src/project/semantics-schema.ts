import { isInt } from '../jinja/values/number.ts';
import { granularities, metaConfig } from './property-parts.ts';
import {
  any,
  anyCase,
  bool,
  expected,
  integer,
  listOf,
  nullable,
  open,
  record,
  type Shape,
  text,
  textOrTexts,
  texts,
  unrenderedText,
  unrenderedTexts,
} from './shape.ts';

const granularity = anyCase(...granularities);
const aggregation = anyCase(
  ...['sum', 'min', 'max', 'count_distinct', 'sum_boolean', 'average', 'percentile', 'median', 'count'],
);
const isExpression = (value: unknown): boolean => typeof value === 'string' || typeof value === 'boolean';
const expression = nullable(expected('a text, or true or false', isExpression));
const measured = nullable(
  expected('a text, a whole number, or true or false', (value) => isExpression(value) || isInt(value)),
);
const where = nullable(unrenderedTexts);
const config: Shape = open;
const element = { name: text, description: nullable(unrenderedText), label: nullable(text), config };
const part = { ...element, config: metaConfig };

const entity = record({
  what: 'an entity',
  keys: {
    ...part,
    type: anyCase('foreign', 'natural', 'primary', 'unique'),
    role: nullable(text),
    expr: nullable(text),
  },
  required: ['name', 'type'],
  unknown: 'error',
});

const validity = record({ what: 'a validity block', keys: { is_start: bool, is_end: bool }, unknown: 'error' });
const dimension = record({
  what: 'a dimension',
  keys: {
    ...part,
    type: anyCase('categorical', 'time'),
    is_partition: bool,
    expr: nullable(text),
    type_params: nullable(
      record({
        what: 'the parameters of a dimension',
        keys: { time_granularity: granularity, validity_params: nullable(validity) },
        required: ['time_granularity'],
        unknown: 'error',
      }),
    ),
  },
  required: ['name', 'type'],
  unknown: 'error',
});

const aggregationParameters = record({
  what: 'the parameters of an aggregation',
  keys: { percentile: any, use_discrete_percentile: bool, use_approximate_percentile: bool },
  unknown: 'error',
});
const measure = record({
  what: 'a measure',
  keys: {
    ...part,
    agg: aggregation,
    expr: measured,
    agg_params: nullable(aggregationParameters),
    agg_time_dimension: nullable(text),
    create_metric: bool,
    non_additive_dimension: nullable(
      record({
        what: 'a non-additive dimension',
        keys: { name: text, window_choice: aggregation, window_groupings: texts },
        required: ['name', 'window_choice'],
        unknown: 'error',
      }),
    ),
  },
  required: ['name', 'agg'],
  unknown: 'error',
});

/** An entry of `semantic_models:`. */
export const semanticModel: Shape = record({
  what: 'a semantic model',
  keys: {
    ...element,
    model: expected("a call of ref: `ref('orders')`", (value) => typeof value === 'string' && /\bref\s*\(/.test(value)),
    defaults: nullable(
      record({ what: 'a block of defaults', keys: { agg_time_dimension: nullable(text) }, unknown: 'error' }),
    ),
    entities: listOf(entity),
    measures: listOf(measure),
    dimensions: listOf(dimension),
    primary_entity: nullable(text),
  },
  required: ['name', 'model'],
  unknown: 'error',
});

/** A name alone, or a mapping with a name. */
function input(what: string, keys: Readonly<Record<string, Shape>>): Shape {
  const mapping = record({ what, keys: { name: text, ...keys }, required: ['name'], unknown: 'error' });
  return (value, path, check) => {
    if (typeof value !== 'string') mapping(value, path, check);
  };
}

const inputMeasure = input('a measure of a metric', {
  filter: where,
  alias: nullable(text),
  join_to_timespine: bool,
  fill_nulls_with: nullable(integer),
});
const inputMetric = input('a metric of a metric', {
  filter: where,
  alias: nullable(text),
  offset_window: nullable(text),
  offset_to_grain: nullable(text),
});
const conversion = record({
  what: 'a conversion',
  keys: {
    base_measure: inputMeasure,
    conversion_measure: inputMeasure,
    entity: text,
    calculation: anyCase('conversions', 'conversion_rate'),
    window: nullable(text),
    constant_properties: nullable(
      listOf(
        record({
          what: 'a constant property',
          keys: { base_property: text, conversion_property: text },
          required: ['base_property', 'conversion_property'],
          unknown: 'error',
        }),
      ),
    ),
  },
  required: ['base_measure', 'conversion_measure', 'entity'],
  unknown: 'error',
});
const cumulative = record({
  what: 'a cumulative block',
  keys: { window: nullable(text), grain_to_date: nullable(text), period_agg: anyCase('first', 'last', 'average') },
  unknown: 'error',
});

/** An entry of `metrics:`. */
export const metric: Shape = record({
  what: 'a metric',
  keys: {
    ...element,
    name: metricName,
    description: unrenderedText,
    label: text,
    type: anyCase('simple', 'ratio', 'cumulative', 'derived', 'conversion'),
    type_params: record({
      what: 'the parameters of a metric',
      keys: {
        measure: nullable(inputMeasure),
        numerator: nullable(inputMetric),
        denominator: nullable(inputMetric),
        expr: expression,
        window: nullable(text),
        grain_to_date: nullable(granularity),
        metrics: nullable(listOf(inputMetric)),
        conversion_type_params: nullable(conversion),
        cumulative_type_params: nullable(cumulative),
      },
      unknown: 'error',
    }),
    filter: where,
    time_granularity: nullable(text),
    meta: open,
    tags: texts,
  },
  required: ['name', 'label', 'type', 'type_params'],
  unknown: 'error',
});

/** dbt: letters, digits and underscores, a letter first, at most 250. */
function metricName(...[value, path, check]: Parameters<Shape>): void {
  expected(
    'a name of letters, digits and underscores that begins with a letter',
    (name) => typeof name === 'string' && /^[A-Za-z]\w{0,249}$/.test(name),
  )(value, path, check);
}

const exportConfig = record({
  what: 'the config of an export',
  keys: { schema: nullable(text), alias: nullable(text), database: nullable(text) },
  unknown: 'warning',
  private: /^/,
});

/** An entry of `saved_queries:`. */
export const savedQuery: Shape = record({
  what: 'a saved query',
  keys: {
    ...element,
    query_params: record({
      what: 'a query',
      keys: { metrics: texts, group_by: texts, where, order_by: texts, limit: nullable(integer) },
      unknown: 'error',
    }),
    exports: listOf(
      record({ what: 'an export', keys: { name: text, config: exportConfig }, required: ['name'], unknown: 'error' }),
    ),
    tags: textOrTexts,
  },
  required: ['name', 'query_params'],
  unknown: 'error',
});
