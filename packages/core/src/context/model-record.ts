import type { Manifest, ManifestNode } from '../manifest/nodes.ts';
import { functionsIn, withoutUnitTests } from '../manifest/unit-tests.ts';
import { isMapping, toPlain } from './plain.ts';
import type { Reads } from './reads.ts';

/**
 * `model` of templates: a copy of the node's record without its empty fields, as in dbt. A template may change it. As there, what dbt has no type for is in no
 * copy: what a template changes inside a value of `meta`, or in a config of the project's own, stays changed, and is in the manifest.
 */
export function modelRecord(node: ManifestNode, reads?: Reads): Record<string, unknown> {
  const record = withoutNone(node) as Record<string, unknown>;
  if (reads !== undefined) watchTime(record, node.created_at, reads);
  if ('compiled_code' in record) record.compiled_sql = record.compiled_code;
  return record;
}

/** Notes where a template looks at the time at which a node was parsed. */
export function watchTime(record: object, createdAt: number, reads: Reads): void {
  const get = (): number => {
    reads.unrepeatable();
    return createdAt;
  };
  Object.defineProperty(record, 'created_at', { get, enumerable: true, configurable: true });
}

const parsed = new WeakMap<ManifestNode, ManifestNode>();

/** To be called before a node's record gets what compiling finds out: `graph` has nodes as they were parsed. */
export function keepForGraph(node: ManifestNode): void {
  if (!parsed.has(node)) parsed.set(node, { ...node });
}

/** To be called once a node was rendered: what templates put into the values that they share with its record becomes plain data, in its place. */
export function settleRecord({ columns, config, meta, unrendered_config: written }: ManifestNode): void {
  const seen = new Set<object>();
  for (const values of [config, meta, written, columns]) settle(values, seen);
}

function settle(values: object, seen: Set<object>): void {
  if (seen.has(values)) return;
  seen.add(values);
  for (const [key, value] of Object.entries(values)) {
    if (typeof value !== 'object' || value === null) continue;
    const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
    if (isPlain) settle(value, seen);
    else (values as Record<string, unknown>)[key] = toPlain(value);
  }
}

const graphs = new WeakMap<Manifest, Readonly<Record<string, unknown>>>();

/** `graph` of compile and run: the nodes as they were parsed, in one object for all renders, in which packages keep what their macros share. */
export function sharedGraph(manifest: Manifest): Readonly<Record<string, unknown>> {
  const known = graphs.get(manifest) ?? graphOf(manifest);
  graphs.set(manifest, known);
  return known;
}

function graphOf(manifest: Manifest): Readonly<Record<string, unknown>> {
  const nodes = Object.fromEntries(
    Object.entries(manifest.nodes).map(([id, node]) => [id, { ...(parsed.get(node) ?? node) }]),
  );
  return {
    exposures: manifest.exposures,
    functions: functionsIn(nodes),
    groups: manifest.groups,
    metrics: manifest.metrics,
    nodes: withoutUnitTests(nodes),
    sources: manifest.sources,
    semantic_models: manifest.semantic_models,
    saved_queries: manifest.saved_queries,
  };
}

/** Mappings in which dbt takes any values. */
const free = new Set(['meta', 'unrendered_config', 'persist_docs', 'column_types', 'grants']);

/** Configs of more than one value that dbt has types for. */
const typed = new Set([
  ...['contract', 'docs', 'freshness', 'packages', 'post-hook', 'pre-hook', 'quoting'],
  ...['snapshot_meta_column_names', 'tags', 'unique_key', ...free],
]);

function withoutNone(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutNone(item));
  if (!isMapping(value)) return value;
  if (free.has(key)) return { ...value };
  const isShared = (name: string): boolean => key === 'config' && !typed.has(name);
  const copy: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value))
    if (item !== null && item !== undefined) copy[name] = isShared(name) ? item : withoutNone(item, name);
  return copy;
}
