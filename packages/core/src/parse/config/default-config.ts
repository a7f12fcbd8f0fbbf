import type { Config } from '../../context/config.ts';
import type { ResourceType } from '../../manifest/nodes.ts';

// Written out, one literal a kind: an object of thirty keys that is put together from others takes V8 ten times as long, and each node has one.
function node(materialized: string): Config {
  return {
    enabled: true,
    alias: null,
    schema: null,
    database: null,
    tags: [],
    meta: {},
    group: null,
    static_analysis: null,
    materialized,
    incremental_strategy: null,
    batch_size: null,
    lookback: 1,
    begin: null,
    persist_docs: {},
    'post-hook': [],
    'pre-hook': [],
    quoting: {},
    column_types: {},
    full_refresh: null,
    unique_key: null,
    on_schema_change: 'ignore',
    on_configuration_change: 'apply',
    grants: {},
    packages: [],
    docs: { show: true, node_color: null },
    contract: { enforced: false, alias_types: true },
    event_time: null,
    concurrent_batches: null,
  };
}

function model(): Config {
  const config = node('view');
  config.access = 'protected';
  config.freshness = null;
  return config;
}

function test(): Config {
  return {
    enabled: true,
    alias: null,
    schema: 'dbt_test__audit',
    database: null,
    tags: [],
    meta: {},
    group: null,
    static_analysis: null,
    materialized: 'test',
    severity: 'ERROR',
    store_failures: null,
    store_failures_as: null,
    where: null,
    limit: null,
    fail_calc: 'count(*)',
    warn_if: '!= 0',
    error_if: '!= 0',
  };
}

function snapshot(): Config {
  return {
    ...node('snapshot'),
    strategy: null,
    target_schema: null,
    target_database: null,
    updated_at: null,
    check_cols: null,
    snapshot_meta_column_names: {
      dbt_valid_to: null,
      dbt_valid_from: null,
      dbt_scd_id: null,
      dbt_updated_at: null,
      dbt_is_deleted: null,
    },
    dbt_valid_to_current: null,
  };
}

function source(): Config {
  return {
    enabled: true,
    event_time: null,
    freshness: { warn_after: { count: null, period: null }, error_after: { count: null, period: null }, filter: null },
    loaded_at_field: null,
    loaded_at_query: null,
    meta: {},
    tags: [],
    static_analysis: null,
  };
}

/** What dbt's config of a resource holds before anybody says anything, in dbt's order. */
export function defaultConfig(type: ResourceType): Config {
  switch (type) {
    case 'model':
      return model();
    case 'seed':
      return { ...node('seed'), delimiter: ',', quote_columns: null };
    case 'snapshot':
      return snapshot();
    case 'test':
      return test();
    case 'source':
      return source();
    case 'exposure':
      return { enabled: true, tags: [], meta: {} };
    case 'analysis':
    case 'operation':
    case 'sql_operation':
      return node('view');
    case 'function':
      return { ...node('function'), type: 'scalar', volatility: null, runtime_version: null, entry_point: null };
    case 'metric':
    case 'semantic_model':
      return { enabled: true, group: null, meta: {} };
    case 'saved_query':
      return { enabled: true, group: null, meta: {}, export_as: null, schema: null, cache: { enabled: false } };
    case 'unit_test':
      return { tags: [], meta: {}, enabled: true, static_analysis: null };
  }
}
