import type {
  ExposureNode,
  Manifest,
  ManifestNode,
  ModelNode,
  NodeBase,
  SeedNode,
  SourceNode,
  TestNode,
} from '@eider/core';

/** What a test says about a node; the rest is filled in. */
export interface NodeSketch {
  readonly from?: readonly string[];
  readonly tags?: readonly string[];
  readonly folder?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly code?: string;
  readonly generic?: string;
  readonly patch?: string;
}

/** A manifest of the package `shop` from ids such as `model.shop.orders` with their parents. */
export function manifestOf(sketches: Readonly<Record<string, NodeSketch>>): Manifest {
  const manifest: Manifest = {
    metadata: { project_name: 'shop' },
    nodes: {},
    sources: {},
    macros: {},
    docs: {},
    exposures: {},
    metrics: {},
    semantic_models: {},
    saved_queries: {},
    groups: {},
    disabled: {},
    selectors: {},
    withdrawn: {},
    parent_map: {},
    child_map: {},
  };
  for (const [id, sketch] of Object.entries(sketches)) {
    const type = id.split('.')[0];
    if (type === 'source') manifest.sources[id] = sourceOf(id, sketch);
    else if (type === 'exposure') manifest.exposures[id] = exposureOf(id, sketch);
    else manifest.nodes[id] = nodeOf(id, sketch);
    manifest.parent_map[id] = [...(sketch.from ?? [])];
    for (const parent of sketch.from ?? []) manifest.child_map[parent] = [...(manifest.child_map[parent] ?? []), id];
  }
  return manifest;
}

function nodeOf(id: string, sketch: NodeSketch): ManifestNode {
  const [type = 'model', packageName = 'shop', name = ''] = id.split('.');
  const extension = type === 'seed' ? 'csv' : 'sql';
  const folders = sketch.folder === undefined ? [] : sketch.folder.split('/');
  const path = [...folders, `${name}.${extension}`].join('/');
  const base: NodeBase = {
    unique_id: id,
    resource_type: type as ManifestNode['resource_type'],
    name,
    package_name: packageName,
    path,
    original_file_path: `${type}s/${path}`,
    fqn: [packageName, ...folders, name],
    alias: name,
    database: 'db',
    schema: 'main',
    checksum: { name: 'sha256', checksum: '' },
    config: {
      enabled: true,
      alias: null,
      schema: null,
      database: null,
      tags: [...(sketch.tags ?? [])],
      meta: {},
      group: null,
      materialized: type === 'model' ? 'view' : type,
      'pre-hook': [],
      'post-hook': [],
      ...sketch.config,
    },
    unrendered_config: {},
    tags: [...(sketch.tags ?? [])],
    meta: {},
    group: null,
    description: '',
    columns: {},
    docs: { show: true, node_color: null },
    patch_path: sketch.patch === undefined ? null : `${packageName}://${sketch.patch}`,
    relation_name: `"db"."main"."${name}"`,
    raw_code: sketch.code ?? 'select 1',
    language: 'sql',
    refs: [],
    sources: [],
    metrics: [],
    depends_on: { macros: [], nodes: [...(sketch.from ?? [])] },
    compiled_path: null,
    created_at: 0,
  };
  if (type === 'seed') return { ...base, resource_type: 'seed', root_path: null } satisfies SeedNode;
  if (type === 'test') return testOf(base, sketch);
  const model: ModelNode = {
    ...base,
    resource_type: 'model',
    access: 'protected',
    version: null,
    latest_version: null,
    constraints: [],
    deprecation_date: null,
    primary_key: [],
    time_spine: null,
    contract: { enforced: false, alias_types: true, checksum: null },
  };
  return model;
}

function testOf(base: NodeBase, sketch: NodeSketch): TestNode {
  const metadata =
    sketch.generic === undefined ? {} : { test_metadata: { name: sketch.generic, kwargs: {}, namespace: null } };
  return { ...base, resource_type: 'test', ...metadata };
}

function sourceOf(id: string, sketch: NodeSketch): SourceNode {
  const [, packageName = 'shop', sourceName = '', name = ''] = id.split('.');
  return {
    unique_id: id,
    resource_type: 'source',
    name,
    package_name: packageName,
    path: 'models/sources.yml',
    original_file_path: 'models/sources.yml',
    fqn: [packageName, sourceName, name],
    database: 'db',
    schema: sourceName,
    identifier: name,
    source_name: sourceName,
    source_description: '',
    loader: '',
    quoting: {},
    loaded_at_field: null,
    loaded_at_query: null,
    freshness: null,
    external: null,
    description: '',
    columns: {},
    meta: {},
    source_meta: {},
    tags: [...(sketch.tags ?? [])],
    config: { enabled: true },
    unrendered_config: {},
    unrendered_database: null,
    unrendered_schema: null,
    patch_path: null,
    relation_name: `"db"."${sourceName}"."${name}"`,
    created_at: 0,
  };
}

function exposureOf(id: string, sketch: NodeSketch): ExposureNode {
  const [, packageName = 'shop', name = ''] = id.split('.');
  return {
    unique_id: id,
    resource_type: 'exposure',
    name,
    package_name: packageName,
    path: 'exposures.yml',
    original_file_path: 'models/exposures.yml',
    fqn: [packageName, name],
    type: 'dashboard',
    owner: {},
    description: '',
    label: null,
    maturity: null,
    url: null,
    meta: {},
    tags: [...(sketch.tags ?? [])],
    config: { enabled: true },
    unrendered_config: {},
    depends_on: { macros: [], nodes: [...(sketch.from ?? [])] },
    refs: [],
    sources: [],
    metrics: [],
    created_at: 0,
  };
}
