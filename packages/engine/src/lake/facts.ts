import { createHash } from 'node:crypto';
import type { Store } from '@eider/store';
import { jsonBytes, readJson } from './json-object.ts';
import type { NodeFacts } from './lake.ts';
import { keys } from './state-keys.ts';

export type ProjectFacts = Readonly<Record<string, NodeFacts>>;

/** Puts the facts of a project's nodes under their own hash, unless they are there: builds of an unchanged project share one object. */
export async function putFacts(store: Store, nodes: ProjectFacts, known?: string): Promise<string> {
  if (known !== undefined && (await store.stat(keys.facts(known))) !== undefined) return known;
  const sorted = Object.fromEntries(Object.entries(nodes).sort(([a], [b]) => (a < b ? -1 : 1)));
  const bytes = jsonBytes(sorted);
  const hash = createHash('sha256').update(bytes).digest('hex');
  if ((await store.stat(keys.facts(hash))) === undefined) await store.putIfAbsent(keys.facts(hash), bytes);
  return hash;
}

/** The facts that an entry names; none where they were lost: the catalog then has no descriptions. */
export async function readFacts(store: Store, hash: string): Promise<ProjectFacts> {
  return (await readJson<ProjectFacts>(store, keys.facts(hash))) ?? {};
}
