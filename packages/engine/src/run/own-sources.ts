import type { Manifest } from '@eider/core';

const indexes = new WeakMap<Manifest, ReadonlyMap<string, string>>();

/**
 * The nodes of the project that sources mean by their names. What is declared as a source may be what a model makes: dbt finds it in the database, where the
 * model left it.
 */
export function nodesOfSources(manifest: Manifest, ids: readonly string[]): readonly string[] {
  const sources = ids.flatMap((id) => manifest.sources[id] ?? []);
  if (sources.length === 0) return [];
  const index = indexes.get(manifest) ?? indexOf(manifest);
  indexes.set(manifest, index);
  return sources.flatMap(({ database, identifier, schema }) => index.get(keyOf(database, schema, identifier)) ?? []);
}

function indexOf({ nodes }: Manifest): ReadonlyMap<string, string> {
  const made = Object.values(nodes).filter(
    ({ config, resource_type: type }) =>
      /^(model|seed|snapshot)$/.test(type) && config.materialized !== 'ephemeral' && config.enabled !== false,
  );
  return new Map(made.map((node) => [keyOf(node.database, node.schema, node.alias), node.unique_id]));
}

function keyOf(...names: readonly (string | null)[]): string {
  return JSON.stringify(names.map((name) => name?.toLowerCase()));
}
