import type { Manifest, ManifestNode } from './nodes.ts';
import type { MetricNode, SavedQueryNode, SemanticElement, SemanticModelNode } from './semantic-nodes.ts';

type Plain = Readonly<Record<string, unknown>>;

/** The document of `target/semantic_manifest.json`, which MetricFlow reads: dbt-semantic-interfaces 0.9, as dbt-core 1.11 writes it. */
export function writeSemanticManifest(manifest: Manifest): Plain {
  const { metrics, saved_queries: savedQueries, semantic_models: semanticModels } = manifest;
  return {
    semantic_models: Object.values(semanticModels).map(semanticModel),
    metrics: Object.values(metrics).map(metric),
    project_configuration: {
      time_spine_table_configurations: legacyTimeSpine(manifest),
      metadata: null,
      dsi_package_version: { major_version: '0', minor_version: '9', patch_version: '0' },
      time_spines: Object.values(manifest.nodes).flatMap(timeSpine),
    },
    saved_queries: Object.values(savedQueries).map(savedQuery),
  };
}

function semanticModel(model: SemanticModelNode): Plain {
  const { config, defaults, description, dimensions, entities, label, measures, name, primary_entity } = model;
  return {
    name,
    defaults,
    description,
    node_relation: model.node_relation,
    primary_entity,
    entities: entities.map((one) => ({ ...element(one), type: one.type, role: one.role })),
    measures: measures.map((one) => ({
      ...element(one),
      agg: one.agg,
      create_metric: false,
      agg_params: one.agg_params,
      non_additive_dimension: one.non_additive_dimension,
      agg_time_dimension: one.agg_time_dimension,
    })),
    dimensions: dimensions.map((one) => ({
      ...element(one),
      type: one.type,
      is_partition: one.is_partition,
      type_params: one.type_params,
    })),
    label,
    metadata: null,
    config: { meta: config.meta },
  };
}

function element({ config, description, expr, label, name }: SemanticElement): Plain {
  return { name, description, expr, metadata: null, label, config };
}

function metric({ config, description, filter, label, name, time_granularity, type, type_params }: MetricNode): Plain {
  const { cumulative_type_params: cumulative, metric_aggregation_params: _, ...params } = type_params;
  const { metric: _metric, ...totals } = cumulative ?? {};
  const about = {
    name,
    description,
    type,
    type_params: { ...params, cumulative_type_params: cumulative && totals },
    filter,
    metadata: null,
    label,
  };
  return { ...about, config: { meta: config.meta }, time_granularity };
}

function savedQuery({ description, exports, label, name, query_params, tags }: SavedQueryNode): Plain {
  const sent = exports.map(({ config: { database: _, ...config }, name: exportName }) => ({
    name: exportName,
    config,
  }));
  return { name, query_params, description, metadata: null, label, exports: sent, tags };
}

function relation({ alias, database, relation_name, schema }: ManifestNode): Plain {
  return { alias, schema_name: schema, database, relation_name };
}

function timeSpine(node: ManifestNode): Plain[] {
  if (node.resource_type !== 'model' || node.time_spine === null) return [];
  const { custom_granularities, standard_granularity_column: name } = node.time_spine;
  const granularity = node.columns[String(name)]?.granularity ?? null;
  return [
    { node_relation: relation(node), primary_column: { name, time_granularity: granularity }, custom_granularities },
  ];
}

/** A model of this name counts as one by day, where its entry does not say what it is. */
function legacyTimeSpine(manifest: Manifest): readonly Plain[] {
  if (Object.keys(manifest.semantic_models).length === 0) return [];
  const model = Object.values(manifest.nodes).find(isLegacyTimeSpine);
  if (model === undefined) return [];
  return [{ location: model.relation_name, column_name: 'date_day', grain: 'day' }];
}

function isLegacyTimeSpine(node: ManifestNode): boolean {
  return node.resource_type === 'model' && node.name === 'metricflow_time_spine' && node.time_spine === null;
}
