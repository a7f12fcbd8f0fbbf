import { isUri } from '@eider/core';
import { type Store, withoutConditions } from '@eider/store';
import { jsonBytes, readJson } from './json-object.ts';
import { LakeError } from './lake-error.ts';
import { keys } from './state-keys.ts';

/** Whose state a folder is: `S/eider.json`. */
export interface Identity {
  readonly format: 1;
  readonly project: string;
  /** Names the state for good, wherever it is mounted: what it owns beside locations carries this. */
  readonly id: string;
}

/** The identity of a state; undefined before its first build. Throws `lake/other-project`, `lake/newer-format`. */
export async function readIdentity(store: Store, project: string): Promise<Identity | undefined> {
  const identity = await readJson<Identity>(store, keys.identity);
  if (identity === undefined) return undefined;
  if (identity.format !== 1) {
    const text = `The state at ${store.root} has format ${identity.format}, and this eider knows format 1.`;
    throw new LakeError('lake/newer-format', text, 'Use the version of eider that wrote it, or a newer one.');
  }
  if (identity.project !== project) {
    const text = `The state at ${store.root} belongs to the project '${identity.project}', not to '${project}'.`;
    throw new LakeError(
      'lake/other-project',
      text,
      'Set state in the profile to another folder, or give the project its old name.',
    );
  }
  return identity;
}

/** As `readIdentity`, and takes the folder for the project where nobody has it. */
export async function takeIdentity(store: Store, project: string, id: string): Promise<Identity> {
  const found = await readIdentity(store, project);
  if (found !== undefined) return found;
  const mine: Identity = { format: 1, project, id };
  if ((await store.putIfAbsent(keys.identity, jsonBytes(mine))) === 'created') {
    await checkConditions(store, mine);
    return mine;
  }
  return (await readIdentity(store, project)) ?? mine;
}

/** Asks a server once in a state's life for what every commit rests on. Throws StoreError `store/unsupported`; the state is as before then. */
async function checkConditions(store: Store, mine: Identity): Promise<void> {
  if (!isUri(store.root) || (await store.putIfAbsent(keys.identity, jsonBytes(mine))) === 'exists') return;
  await store.delete(keys.identity);
  throw withoutConditions(store.root);
}
