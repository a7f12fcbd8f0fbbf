import { type Compiler, type DatabasePort, EiderError, type ManifestNode } from '@eider/core';
import type { Generation } from '../lake/generation.ts';
import type { Head } from '../lake/lake.ts';
import { openLake } from '../lake/open-lake.ts';
import { definition } from '../materialize/fingerprint.ts';
import { SqlError } from '../session/session.ts';
import { openCompileSession } from './compile-session.ts';
import { lakeOptions } from './lake-options.ts';

/**
 * Why what is published of a node is not what the project would build. `new`: nothing is; `withheld`: tests kept the newest back; `changed`: its SQL,
 * config or seed differs; `behind`: what it read was replaced.
 */
export type StaleReason = 'new' | 'withheld' | 'changed' | 'behind';

/**
 * The relations among `ids` that a build would make anew or otherwise, by unique id. Templates that ask a database ask the committed state. Whether the
 * data of sources changed is not looked at. Throws as opening the lake does.
 */
export async function staleNodes(
  compiler: Compiler,
  ids: readonly string[],
  eiderVersion: string,
): Promise<ReadonlyMap<string, StaleReason>> {
  const lake = await openLake(lakeOptions(compiler, { eiderVersion }));
  const head = await lake.head();
  const asking = openCompileSession(compiler, eiderVersion);
  const stale = new Map<string, StaleReason>();
  try {
    for (const id of compiler.graph.order(ids)) {
      const node = compiler.manifest.nodes[id];
      if (node === undefined || !hasRelation(node)) continue;
      const reason = await staleReason(compiler, node, head, asking.port);
      if (reason !== null) stale.set(id, reason);
    }
    return stale;
  } finally {
    await asking.close();
  }
}

/** What is kept out of the catalog has no generation to compare with. */
function hasRelation({ config, resource_type: type }: ManifestNode): boolean {
  return (
    ['model', 'seed', 'snapshot'].includes(type) && config.materialized !== 'ephemeral' && config.publish !== 'none'
  );
}

async function staleReason(
  compiler: Compiler,
  node: ManifestNode,
  head: Head | undefined,
  port: DatabasePort,
): Promise<StaleReason | null> {
  const id = node.unique_id;
  if (head?.entry.withheld[id] !== undefined) return 'withheld';
  const generation = await head?.generation(id);
  if (head === undefined || generation === undefined) return 'new';
  if (await isChanged(compiler, node, generation, port)) return 'changed';
  const isBehind = Object.entries(generation.reads).some(([parent, read]) => {
    const line = head.entry.nodes[parent];
    return read !== null && line?.generation !== read && line?.rowsOf?.generation !== read;
  });
  return isBehind ? 'behind' : null;
}

async function isChanged(
  compiler: Compiler,
  node: ManifestNode,
  generation: Generation,
  port: DatabasePort,
): Promise<boolean> {
  if (generation.definition === undefined) return true;
  if (node.resource_type === 'seed') {
    const isNewer = isBigSeed(node) && modified(compiler, node) > Date.parse(generation.createdAt);
    return isNewer || definition(node, null) !== generation.definition;
  }
  try {
    return definition(node, (await compiler.compile(node.unique_id, port)).sql) !== generation.definition;
  } catch (cause) {
    // Building it tells what is wrong.
    if (cause instanceof EiderError || cause instanceof SqlError) return true;
    throw cause;
  }
}

/** dbt takes the path of a seed over 1 MiB for its checksum. */
function isBigSeed({ checksum }: ManifestNode): boolean {
  return checksum.name === 'path';
}

function modified({ project }: Compiler, node: ManifestNode): number {
  const file = project.files.find(
    ({ packageName, path }) => packageName === node.package_name && path === node.original_file_path,
  );
  return file?.mtimeMs ?? 0;
}
