import { createHash } from 'node:crypto';
import { parseIsoDateTime } from '../jinja/modules/datetime/iso-format.ts';
import type { Project } from '../project/project.ts';
import { artifactMetadata, type Invocation } from './invocation.ts';
import { type Configured, isLeaf } from './leaf-nodes.ts';
import type { Manifest, ManifestNode, SourceNode, TestNode, UnitTestNode } from './nodes.ts';
import { functionsIn, unitTestsOf, withoutUnitTests } from './unit-tests.ts';

/** `metadata` of a project's manifest in memory. */
export function manifestMetadata({ name, packages }: Pick<Project, 'name' | 'packages'>): Manifest['metadata'] {
  return { project_name: name, adapter_type: 'duckdb', quoting: packages[0]?.quoting ?? {} };
}

/**
 * What each command writes anew of `target/manifest.json`, schema v12 as dbt-core 1.11 writes it. `manifestBody` is the rest. Plain data, ready for
 * JSON.stringify.
 */
export function manifestHead(metadata: Manifest['metadata'], invocation: Invocation): Record<string, unknown> {
  const projectName = String(metadata.project_name ?? '');
  return {
    metadata: {
      ...artifactMetadata('manifest/v12', invocation),
      project_name: projectName,
      project_id: createHash('md5').update(projectName).digest('hex'),
      user_id: null,
      send_anonymous_usage_stats: false,
      adapter_type: 'duckdb',
      quoting: {
        database: true,
        schema: true,
        identifier: true,
        column: null,
        ...(metadata.quoting as object),
      },
      run_started_at: invocation.startedAt.toISOString(),
    },
  };
}

/**
 * The rest: the manifest's own records, what dbt always puts beside them, and the maps of resources that eider does not read, empty. Only the records' own moments tell one command from the next.
 */
export function manifestBody(manifest: Manifest): Record<string, unknown> {
  return {
    nodes: mapValues({ ...withoutUnitTests(manifest.nodes), ...manifest.withdrawn }, nodeRecord),
    sources: mapValues(manifest.sources, sourceRecord),
    macros: manifest.macros,
    docs: manifest.docs,
    exposures: manifest.exposures,
    metrics: manifest.metrics,
    groups: manifest.groups,
    selectors: manifest.selectors,
    disabled: mapValues(manifest.disabled, (all) => all.map(disabledRecord)),
    ...neighbourMaps(manifest),
    group_map: groupMap(manifest),
    saved_queries: manifest.saved_queries,
    semantic_models: manifest.semantic_models,
    unit_tests: mapValues(unitTestsOf(manifest.nodes), unitTestRecord),
    functions: mapValues(functionsIn(manifest.nodes), (node) => ({ ...node })),
  };
}

/** A resource as `manifest.json` has it. */
export function writtenRecord(node: Configured): object {
  if (isLeaf(node)) return node;
  if (node.resource_type === 'unit_test') return unitTestRecord(node);
  return node.resource_type === 'source' ? sourceRecord(node) : nodeRecord(node);
}

function disabledRecord(node: Manifest['disabled'][string][number]): object {
  if (node.resource_type === 'unit_test') return unitTestRecord(node);
  if (node.resource_type === 'source') return sourceRecord(node);
  return node.resource_type === 'seed' ? nodeRecord(node) : node;
}

function sourceRecord(source: SourceNode): object {
  return { doc_blocks: [], ...source };
}

function nodeRecord(node: ManifestNode): object {
  if (node.resource_type === 'seed') {
    const { language: _, refs: _refs, sources: _sources, metrics: _metrics, compiled_path: _path, ...record } = node;
    return { ...record, depends_on: { macros: node.depends_on.macros } };
  }
  if (node.resource_type === 'test') return testRecord(node);
  const { begin, incremental_strategy: strategy } = node.config;
  // dbt reads a moment here, and writes it as Python does.
  if (strategy !== 'microbatch' || typeof begin !== 'string') return node;
  return { ...node, config: { ...node.config, begin: isoMoment(begin) } };
}

/** Of a generic test that is nowhere dbt writes a null for its macro. */
function testRecord(node: TestNode): object {
  const { depends_on: dependsOn, test_metadata: metadata } = node;
  if (metadata === undefined || dependsOn.macros.some((id) => id.endsWith(`.test_${metadata.name}`))) return node;
  return { ...node, depends_on: { ...dependsOn, macros: [null, ...dependsOn.macros] } };
}

/** dbt's record of a unit test: `schema` is the model's. */
function unitTestRecord(node: UnitTestNode): Record<string, unknown> {
  const { given, expect, model, name, resource_type, package_name, path, original_file_path, unique_id, fqn } = node;
  const { description, overrides, depends_on, config, checksum, schema, created_at, versions, version } = node;
  return {
    ...{ model, given, expect, name, resource_type, package_name, path, original_file_path, unique_id, fqn },
    ...{ description, overrides, depends_on, config, checksum: checksum.checksum },
    ...{ schema: schema === '' ? null : schema, created_at, versions, version },
  };
}

function mapValues<In, Out>(record: Readonly<Record<string, In>>, change: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** Who is above and below each, the withdrawn tests with them. */
function neighbourMaps({ child_map, parent_map, withdrawn }: Manifest): Pick<Manifest, 'parent_map' | 'child_map'> {
  const tests = Object.values(withdrawn);
  if (tests.length === 0) return { parent_map, child_map };
  const children: Record<string, string[]> = { ...child_map };
  for (const { unique_id: id } of tests) children[id] = [];
  for (const { depends_on, unique_id: id } of tests)
    for (const parent of depends_on.nodes) children[parent] = [...(children[parent] ?? []), id].sort();
  const parents = tests.map(({ depends_on, unique_id: id }) => [id, [...depends_on.nodes].sort()] as const);
  return { parent_map: { ...parent_map, ...Object.fromEntries(parents) }, child_map: children };
}

function groupMap(manifest: Manifest): Record<string, string[]> {
  const groups: Record<string, string[]> = Object.fromEntries(
    Object.values(manifest.groups).map((group) => [group.name, []]),
  );
  const { metrics, saved_queries: savedQueries, semantic_models: semanticModels } = manifest;
  const all = [manifest.nodes, savedQueries, semanticModels, metrics].flatMap((kind) => Object.values(kind));
  for (const node of all as readonly { group?: string | null; unique_id: string }[]) {
    if (node.group !== null && node.group !== undefined) groups[node.group]?.push(node.unique_id);
  }
  return groups;
}

/** A moment as Python's `isoformat()` writes it; a text that is none as it is. */
function isoMoment(text: string): string {
  try {
    return parseIsoDateTime(text).isoText('T', 'auto');
  } catch {
    return text;
  }
}
