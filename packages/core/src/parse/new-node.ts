import type { ColumnInfo, ManifestNode, NodeConfig, ResourceType } from '../manifest/nodes.ts';
import type { Target } from '../project/project.ts';
import { defaultConfig } from './config/default-config.ts';
import { finishConfig } from './config/finish-config.ts';

/** What is known of a node before it is rendered. */
export interface NodeFacts {
  readonly type: ResourceType;
  readonly name: string;
  readonly packageName: string;
  readonly uniqueId: string;
  readonly path: string;
  readonly originalFilePath: string;
  readonly fqn: readonly string[];
  readonly code: string;
  readonly checksum: { readonly name: string; readonly checksum: string };
  readonly language?: 'sql' | 'python';
}

/** A node's record with everything that comes later left at dbt's defaults. */
export function newNode(facts: NodeFacts, target: Target, now: Date): ManifestNode {
  const base = {
    database: target.database,
    schema: target.schema,
    name: facts.name,
    resource_type: facts.type,
    package_name: facts.packageName,
    path: facts.path,
    original_file_path: facts.originalFilePath,
    unique_id: facts.uniqueId,
    fqn: [...facts.fqn],
    alias: facts.name,
    checksum: { ...facts.checksum },
    config: bareConfig(facts.type),
    tags: [],
    description: '',
    columns: {} as Record<string, ColumnInfo>,
    meta: {},
    group: null,
    docs: { show: true, node_color: null },
    patch_path: null,
    unrendered_config: {},
    created_at: now.getTime() / 1000,
    relation_name: null,
    raw_code: facts.code,
    language: facts.language ?? 'sql',
    refs: [],
    sources: [],
    metrics: [],
    depends_on: { macros: [], nodes: [] },
    compiled_path: null,
    build_path: null,
    doc_blocks: [],
  };
  // Further keys by assignment: a copy with more keys takes V8 ten times as long.
  return Object.assign(base, facts.type === 'model' ? modelExtras() : extras(facts.type)) as ManifestNode;
}

function modelExtras(): object {
  return {
    access: 'protected',
    constraints: [],
    version: null,
    latest_version: null,
    deprecation_date: null,
    primary_key: [],
    time_spine: null,
    functions: [],
    contract: { enforced: false, alias_types: true, checksum: null },
  };
}

const bareConfigs = new Map<ResourceType, NodeConfig>();

/** The config that a node has until its own is put together. It is never written to. */
function bareConfig(type: ResourceType): NodeConfig {
  const known = bareConfigs.get(type) ?? finishConfig(defaultConfig(type));
  bareConfigs.set(type, known);
  return known;
}

function extras(type: ResourceType): object {
  if (type === 'seed') return { root_path: null };
  if (type === 'function') return { ...extras('analysis'), arguments: [], returns: null };
  const rest = { functions: [], contract: { enforced: false, alias_types: true, checksum: null } };
  return type === 'operation' ? { ...rest, index: null } : rest;
}

/** The fqn of a node: package, folders of its path, name. */
export function fqnOf(packageName: string, path: string, name: string): string[] {
  return [packageName, ...path.split('/').slice(0, -1), name];
}

/** A file's name without its folders and extension. */
export function stem(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? name : name.slice(0, dot);
}
