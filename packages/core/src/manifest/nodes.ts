import type { MetricNode, SavedQueryNode, SemanticModelNode, SemanticNode } from './semantic-nodes.ts';

/**
 * The records of a parsed project. Field names and meaning are those of dbt's manifest v12, so one object serves three uses:
 * the graph here, `model` and `graph` in templates, and `target/manifest.json`.
 */

export type ResourceType =
  | 'model'
  | 'seed'
  | 'snapshot'
  | 'test'
  | 'analysis'
  | 'operation'
  | 'sql_operation'
  | 'source'
  | 'exposure'
  | 'unit_test'
  | 'function'
  | 'metric'
  | 'semantic_model'
  | 'saved_query';

export interface Hook {
  readonly sql: string;
  readonly transaction: boolean;
  readonly index: number | null;
}

/** A node's config: dbt's known keys plus anything that a project adds. */
export interface NodeConfig {
  enabled: boolean;
  alias: string | null;
  schema: string | null;
  database: string | null;
  tags: string[];
  meta: Record<string, unknown>;
  group: string | null;
  materialized: string;
  'pre-hook': Hook[];
  'post-hook': Hook[];
  [key: string]: unknown;
}

export interface ColumnInfo {
  name: string;
  description: string;
  meta: Record<string, unknown>;
  data_type: string | null;
  constraints: unknown[];
  quote: boolean | null;
  config: { meta: Record<string, unknown>; tags: string[] };
  tags: string[];
  granularity: string | null;
  doc_blocks: string[];
}

export interface RefArgs {
  name: string;
  package: string | null;
  version: string | number | null;
}

export interface DependsOn {
  macros: string[];
  nodes: string[];
}

/** What every executable node has. `path` is relative to its resource folder, `original_file_path` to its package's root. */
export interface NodeBase {
  unique_id: string;
  resource_type: ResourceType;
  name: string;
  package_name: string;
  path: string;
  original_file_path: string;
  fqn: string[];
  alias: string;
  database: string;
  schema: string;
  checksum: { name: string; checksum: string };
  config: NodeConfig;
  unrendered_config: Record<string, unknown>;
  tags: string[];
  meta: Record<string, unknown>;
  group: string | null;
  description: string;
  columns: Record<string, ColumnInfo>;
  docs: { show: boolean; node_color: string | null };
  /** `<package>://<file>` of the property file that describes the node. */
  patch_path: string | null;
  /** The quoted name in SQL, e.g. `"dbt"."main"."orders"`; null for ephemeral models, tests and operations. */
  relation_name: string | null;
  raw_code: string;
  language: 'sql' | 'python';
  refs: RefArgs[];
  sources: string[][];
  metrics: string[][];
  depends_on: DependsOn;
  compiled_path: string | null;
  build_path?: string | null;
  doc_blocks?: string[];
  functions?: string[][];
  compiled?: boolean;
  compiled_code?: string;
  extra_ctes_injected?: boolean;
  extra_ctes?: { id: string; sql: string | null }[];
  created_at: number;
}

export interface ModelNode extends NodeBase {
  resource_type: 'model';
  access: 'private' | 'protected' | 'public';
  version: string | number | null;
  latest_version: string | number | null;
  constraints: unknown[];
  deprecation_date: string | null;
  /** As dbt infers it from constraints and tests; known when the whole project is parsed. */
  primary_key: string[];
  time_spine: Record<string, unknown> | null;
  contract: { enforced: boolean; alias_types: boolean; checksum: string | null };
}

export interface SeedNode extends NodeBase {
  resource_type: 'seed';
  /** Absolute path of the package that holds the file; null for the root project. */
  root_path: string | null;
}

export interface TestNode extends NodeBase {
  resource_type: 'test';
  /** Set for generic tests only. */
  test_metadata?: { name: string; kwargs: Record<string, unknown>; namespace: string | null };
  column_name?: string | null;
  file_key_name?: string | null;
  attached_node?: string | null;
}

export interface OtherNode extends NodeBase {
  resource_type: 'snapshot' | 'analysis' | 'operation' | 'sql_operation';
}

/** A function of the project's. dbt keeps these apart, in `functions`: `manifestBody` does so too. */
export interface FunctionNode extends NodeBase {
  resource_type: 'function';
  arguments: { name: string; data_type: string; description: string | null; default_value: unknown }[];
  /** Null where no property file says it. */
  returns: { data_type: string; description: string | null } | null;
}

/** Rows of a unit test: as given, or, from CSV and files, as they were read. `rows` is SQL where `format` is `sql`. */
export interface Fixture {
  rows: readonly Readonly<Record<string, unknown>>[] | string | null;
  format: 'dict' | 'csv' | 'sql';
  /** The name of the file that holds them. */
  fixture: string | null;
}

/** A unit test. dbt keeps these apart, in `unit_tests`, with fewer fields: `manifestBody` does so too. */
export interface UnitTestNode extends NodeBase {
  resource_type: 'unit_test';
  /** The name of the model that it tests, which is all that it depends on. */
  model: string;
  given: readonly ({ readonly input: string } & Fixture)[];
  expect: Fixture;
  overrides: Readonly<Record<'macros' | 'vars' | 'env_vars', Readonly<Record<string, unknown>>>> | null;
  versions: { include: readonly (string | number)[] | null; exclude: readonly (string | number)[] | null } | null;
  /** That of the model, which is in the unique id and not in the name. */
  version: string | number | null;
}

export type ManifestNode = ModelNode | SeedNode | TestNode | UnitTestNode | FunctionNode | OtherNode;

export interface SourceNode {
  unique_id: string;
  resource_type: 'source';
  name: string;
  package_name: string;
  path: string;
  original_file_path: string;
  fqn: string[];
  database: string;
  schema: string;
  identifier: string;
  source_name: string;
  source_description: string;
  loader: string;
  quoting: Record<string, unknown>;
  loaded_at_field: string | null;
  loaded_at_query: string | null;
  freshness: Record<string, unknown> | null;
  external: Record<string, unknown> | null;
  description: string;
  columns: Record<string, ColumnInfo>;
  meta: Record<string, unknown>;
  source_meta: Record<string, unknown>;
  tags: string[];
  config: { enabled: boolean; meta?: Record<string, unknown>; [key: string]: unknown };
  unrendered_config: Record<string, unknown>;
  /** `database` and `schema` as the property file writes them. */
  unrendered_database: string | null;
  unrendered_schema: string | null;
  patch_path: string | null;
  relation_name: string;
  created_at: number;
}

export interface MacroNode {
  unique_id: string;
  resource_type: 'macro';
  name: string;
  package_name: string;
  path: string;
  original_file_path: string;
  macro_sql: string;
  depends_on: { macros: string[] };
  description: string;
  meta: Record<string, unknown>;
  docs: { show: boolean; node_color: string | null };
  config: { meta: Record<string, unknown>; docs: { show: boolean; node_color: string | null } };
  patch_path: string | null;
  arguments: { name: string; type: string | null; description: string }[];
  supported_languages: string[] | null;
  created_at: number;
}

export interface ExposureNode {
  unique_id: string;
  resource_type: 'exposure';
  name: string;
  package_name: string;
  path: string;
  original_file_path: string;
  fqn: string[];
  type: string;
  owner: Record<string, unknown>;
  description: string;
  label: string | null;
  maturity: string | null;
  url: string | null;
  meta: Record<string, unknown>;
  tags: string[];
  config: { enabled: boolean; [key: string]: unknown };
  unrendered_config: Record<string, unknown>;
  depends_on: DependsOn;
  refs: RefArgs[];
  sources: string[][];
  metrics: string[][];
  created_at: number;
}

export interface DocBlock {
  unique_id: string;
  resource_type: 'doc';
  name: string;
  package_name: string;
  path: string;
  original_file_path: string;
  block_contents: string;
}

export interface GroupNode {
  unique_id: string;
  resource_type: 'group';
  name: string;
  package_name: string;
  path: string;
  original_file_path: string;
  owner: Record<string, unknown>;
  description: string | null;
  config: Record<string, unknown>;
}

/** What stands upon nodes and is none: nothing is built for it. */
export type LeafNode = ExposureNode | SemanticNode;

/** A parsed and linked project. Keys are unique ids. `parent_map` and `child_map` cover all that depends on something or is depended on. */
export interface Manifest {
  metadata: Record<string, unknown>;
  nodes: Record<string, ManifestNode>;
  sources: Record<string, SourceNode>;
  macros: Record<string, MacroNode>;
  docs: Record<string, DocBlock>;
  exposures: Record<string, ExposureNode>;
  metrics: Record<string, MetricNode>;
  semantic_models: Record<string, SemanticModelNode>;
  saved_queries: Record<string, SavedQueryNode>;
  groups: Record<string, GroupNode>;
  /** The project's YAML selectors, written out as dbt does. */
  selectors: Readonly<Record<string, unknown>>;
  disabled: Record<string, (ManifestNode | SourceNode | LeafNode)[]>;
  /** Tests upon what is disabled or missing: dbt writes them among the nodes, switched off. */
  withdrawn: Record<string, ManifestNode>;
  parent_map: Record<string, string[]>;
  child_map: Record<string, string[]>;
}
