/** The records of dbt's semantic layer, as manifest v12 has them. eider reads, checks and hands them on; nothing runs for them. */

import type { DependsOn, RefArgs } from './nodes.ts';

/** What metrics, semantic models and saved queries have in common. */
interface SemanticBase {
  unique_id: string;
  name: string;
  package_name: string;
  path: string;
  original_file_path: string;
  fqn: string[];
  label: string | null;
  metadata: null;
  config: { enabled: boolean; meta: Record<string, unknown>; group: string | null; [key: string]: unknown };
  unrendered_config: Record<string, unknown>;
  group: string | null;
  depends_on: DependsOn;
  refs: RefArgs[];
  created_at: number;
}

/** A `filter:` or `where:`: SQL templates that must all hold. */
export interface WhereFilters {
  where_filters: { where_sql_template: string }[];
}

export interface TimeWindow {
  count: number;
  granularity: string;
}

/** A measure as a metric takes it. */
export interface InputMeasure {
  name: string;
  filter: WhereFilters | null;
  alias: string | null;
  join_to_timespine: boolean;
  fill_nulls_with: number | null;
}

/** A metric as another one takes it. */
export interface InputMetric {
  name: string;
  filter: WhereFilters | null;
  alias: string | null;
  offset_window: TimeWindow | null;
  offset_to_grain: string | null;
}

export interface ConversionParams {
  base_measure: InputMeasure;
  conversion_measure: InputMeasure;
  entity: string;
  calculation: string;
  window: TimeWindow | null;
  constant_properties: { base_property: string; conversion_property: string }[] | null;
}

export interface CumulativeParams {
  window: TimeWindow | null;
  grain_to_date: string | null;
  period_agg: string;
  metric: null;
}

export interface MetricParams {
  measure: InputMeasure | null;
  /** All measures that it rests on, those of its metrics included; known when the project is linked. */
  input_measures: InputMeasure[];
  numerator: InputMetric | null;
  denominator: InputMetric | null;
  expr: string | null;
  window: TimeWindow | null;
  grain_to_date: string | null;
  metrics: InputMetric[];
  conversion_type_params: ConversionParams | null;
  cumulative_type_params: CumulativeParams | null;
  metric_aggregation_params: null;
}

export interface MetricNode extends SemanticBase {
  resource_type: 'metric';
  description: string;
  type: string;
  type_params: MetricParams;
  filter: WhereFilters | null;
  time_granularity: string | null;
  meta: Record<string, unknown>;
  tags: string[];
  sources: string[][];
  metrics: string[][];
}

/** An entity, a dimension or a measure; the further keys are its kind's. */
export interface SemanticElement {
  name: string;
  description: string | null;
  label: string | null;
  expr: string | null;
  config: { meta: Record<string, unknown> };
  [key: string]: unknown;
}

export interface Dimension extends SemanticElement {
  type: string;
  is_partition: boolean;
  type_params: {
    time_granularity: string;
    validity_params: { is_start: boolean; is_end: boolean } | null;
  } | null;
}

export interface Measure extends SemanticElement {
  agg: string;
  agg_time_dimension: string | null;
  non_additive_dimension: { name: string; window_choice: string; window_groupings: string[] } | null;
}

export interface SemanticModelNode extends SemanticBase {
  resource_type: 'semantic_model';
  description: string | null;
  /** As written: `ref('orders')`. */
  model: string;
  node_relation: { alias: string; schema_name: string; database: string; relation_name: string | null } | null;
  defaults: { agg_time_dimension: string | null } | null;
  entities: (SemanticElement & { type: string; role: string | null })[];
  measures: Measure[];
  dimensions: Dimension[];
  primary_entity: string | null;
}

export interface SavedQueryNode extends SemanticBase {
  resource_type: 'saved_query';
  description: string | null;
  query_params: {
    metrics: string[];
    group_by: string[];
    where: WhereFilters | null;
    order_by: string[];
    limit: number | null;
  };
  exports: {
    name: string;
    config: { export_as: string; schema_name: string | null; alias: string | null; database: string | null };
    unrendered_config: Record<string, unknown>;
  }[];
  tags: string[];
}

export type SemanticNode = MetricNode | SemanticModelNode | SavedQueryNode;
