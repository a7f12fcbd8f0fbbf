import { type Diagnostic, type Place, warning } from '../diagnostics.ts';
import { didYouMeanHint } from '../near-names.ts';
import type { SettingNote } from './behavior-flags.ts';
import type { Located } from './located.ts';
import { isMapping } from './read-yaml.ts';

/** The configs that dbt, dbt-duckdb and eider read. Projects may have others of their own: macros read them. */
const known: ReadonlySet<string> = new Set(
  [
    'access alias batch_size begin check_cols cluster_by column_types concurrent_batches contract copy_grants database',
    'dbt_valid_to_current delimiter description docs enabled error_if event_time fail_calc fast format freshness full_refresh glue_database',
    'glue_register grants group hard_deletes identifier incremental_predicates incremental_strategy indexes invalidate_hard_deletes',
    'external_location external_root file_size language limit loaded_at_field loaded_at_query location lookback materialized merge_clauses',
    'merge_exclude_columns merge_insert_condition merge_on_using_columns merge_returning_columns merge_update_columns merge_update_condition',
    'merge_update_set_expressions meta node_color on_configuration_change on_error on_schema_change options overrides overwrite packages parameters',
    'parquet_read_options csv_read_options json_read_options partition_by partition_columns partitioned_by persist_docs plugin post-hook',
    'post_hook pre-hook pre_hook predicates quote_columns quoting require_partition_filter schema severity show snapshot_meta_column_names',
    'sort_by sorted_by sql_header static_analysis store_failures store_failures_as strategy submission_method table_properties tags target_database',
    'target_schema transient unique_key unique_tmp_table_suffix updated_at vars warn_if where publish',
    'cache entry_point export_as runtime_version snapshot_table_column_names type volatility',
  ]
    .join(' ')
    .split(' '),
);

/** Configs of dbt that are not simply followed. */
export const configNotes: Readonly<Record<string, SettingNote>> = {
  cache: { idle: 'of saved queries, which the platform runs' },
  entry_point: { idle: 'of functions in Python, which dbt-duckdb has not' },
  export_as: { idle: 'of saved queries, which the platform runs' },
  glue_database: { idle: 'of `glue_register`' },
  glue_register: { refused: 'of an external model: nothing runs' },
  grants: { idle: 'DuckDB has no users; macros may read it' },
  on_configuration_change: { idle: 'of materialized views, which DuckDB has not' },
  runtime_version: { idle: 'of functions in Python, which dbt-duckdb has not' },
  snapshot_table_column_names: { idle: 'set by dbt itself' },
  static_analysis: { idle: 'of dbt Fusion' },
  volatility: { idle: 'macros of DuckDB have none' },
};

/** Whether dbt, dbt-duckdb or eider read a config of this name. */
export function isKnownConfig(name: string): boolean {
  return known.has(name);
}

/** What a config that nothing reads was probably meant to be, as a sentence; undefined for known ones and for names of a project's own. */
function unknownConfigHint(name: string): string | undefined {
  return known.has(name) ? undefined : didYouMeanHint(name, known);
}

/** Warnings about `+keys` of a config tree (dbt_project.yml) that look like a slip. dbt takes every name, and ignores what no macro reads. */
export function checkConfigTree(tree: Located): Diagnostic[] {
  if (!isMapping(tree.value)) return [];
  return [...tree.entries()].flatMap(([key, value]) => {
    const name = String(key);
    if (name.startsWith('+')) return slip(name.slice(1).trim(), tree, name);
    const isConfig = mappings.includes(name) && isMapping(value.value) && !hasConfigs(value.value);
    return isConfig ? withoutPlus(name, tree) : checkConfigTree(value);
  });
}

/** Configs that are mappings: without `+` they are read as folders. */
const mappings = 'contract docs grants meta options persist_docs column_types quoting vars'.split(' ');

function hasConfigs(value: object): boolean {
  return Object.entries(value).some(([key, one]) => key.startsWith('+') || (isMapping(one) && hasConfigs(one)));
}

function withoutPlus(name: string, tree: Located): Diagnostic[] {
  const message = `"${name}" is read as a folder here, for its value is a mapping; nothing is set.`;
  return [warning('project/unused-config', message, { place: tree.at(name), hint: `Write "+${name}".` })];
}

/** The same for the `config:` of an entry of a property file. */
export function checkConfig(config: Located): Diagnostic[] {
  if (!isMapping(config.value)) return [];
  return Object.keys(config.value).flatMap((key) => slip(key, config, key));
}

function slip(name: string, owner: Located, key: string): Diagnostic[] {
  return slippedConfig(name, () => owner.at(key));
}

/** A warning about a config that looks like a slip, if it does. */
export function slippedConfig(name: string, placeOf: () => Place): Diagnostic[] {
  const hint = unknownConfigHint(name);
  if (hint === undefined) return [];
  const message = `"${name}" is no config that dbt or eider reads; it does nothing unless a macro of yours reads it.`;
  return [warning('project/unknown-key', message, { place: placeOf(), hint })];
}
