import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { allEnded, type Store } from '@eider/store';
import { isRemote, joinPlace } from '../session/place.ts';
import { inBatches } from './in-batches.ts';
import { storeTime } from './journal.ts';
import type { Reach } from './reach.ts';
import type { Remover } from './remover.ts';
import { keys } from './state-keys.ts';
import { workerOfName } from './temporary-name.ts';

/** What was found in folders before anybody was asked whether its maker lives: a build that begins later has nothing in it. */
export interface Found {
  /** Ids of builds with objects in the journal. */
  readonly journals: readonly string[];
  /** Names in `S/catalog` and in `S/facts`. */
  readonly catalogs: readonly string[];
  readonly facts: readonly string[];
  readonly temporaries: readonly { readonly path: string; readonly worker: string }[];
  /** Temporary files of the store itself. */
  readonly ofStore: readonly string[];
  /** Objects that told the store's time, by key. */
  readonly probes: readonly { readonly key: string; readonly modified: Date }[];
}

interface SweepContext {
  readonly store: Store;
  readonly reach: Reach;
}

/** Folders of a state that hold objects and no other folder worth a look. */
const objectFolders = ['', 'builds', 'catalog', 'clock', 'facts', 'ledger', 'left', 'live', 'live/entries', 'places'];

/** A store's temporary file lives for one write, a clock's probe for three requests: one so old has lost its writer. */
const abandonedAfterMs = 600_000;

/** Looks for what builds that were killed may have left in the state, and in other folders that get names of it. */
export async function findLeftovers(
  { reach, store, thorough = false }: SweepContext & { readonly thorough?: boolean },
  folders: Iterable<string>,
): Promise<Found> {
  const namesIn = (folder: string): Promise<readonly string[]> => reach.names(joinPlace(store.root, folder));
  const [journals, catalogs, facts] = await allEnded([namesIn('journal'), namesIn('catalog'), namesIn('facts')]);
  const own = objectFolders.map((folder) => joinPlace(store.root, folder));
  const temporaries: { path: string; worker: string }[] = [];
  const ofStore: string[] = [];
  // In a bucket nothing is half written.
  const onDisk = [...own, ...folders].filter((folder) => !isRemote(folder));
  await inBatches([...new Set(onDisk)], 8, async (folder) => {
    for (const name of await readdir(folder).catch(() => [])) {
      const worker = workerOfName(name);
      if (worker !== undefined) temporaries.push({ path: join(folder, name), worker });
      else if (/^\.eider-[0-9a-f]{16}\b/.test(name)) ofStore.push(join(folder, name));
    }
  });
  // A listing of a bucket is a request, so that only a vacuum has it.
  const probes = thorough || !isRemote(store.root) ? (await store.list({ prefix: 'clock/' })).objects : [];
  return { journals, catalogs, facts, temporaries, ofStore, probes };
}

export interface Sweep {
  readonly found: Found;
  /** Ids of builds that live. */
  readonly lives: ReadonlySet<string>;
  /** Ids of builds that retained entries name. */
  readonly builds: ReadonlySet<string>;
  /** Hashes of facts that retained entries name; null where a build lives that may be about to name another. */
  readonly facts: ReadonlySet<string> | null;
  readonly probe: string;
  readonly remove: Remover;
}

/** Deletes what nobody will use: temporary names of the dead, journals and facts that no retained entry names. */
export async function sweep({ store }: SweepContext, request: Sweep): Promise<void> {
  const { builds, facts, found, lives, probe, remove } = request;
  const dead = found.temporaries.filter(({ worker }) => !lives.has(worker));
  await inBatches(dead, 8, ({ path }) => remove.path(path));
  const over = found.journals.filter((build) => !lives.has(build) && !builds.has(build));
  await inBatches(over, 8, (build) => remove.path(joinPlace(store.root, 'journal', build)));
  if (facts !== null) {
    for (const name of found.facts) {
      const hash = /^([0-9a-f]{64})\.json$/.exec(name)?.[1];
      if (hash !== undefined && !facts.has(hash)) await remove.object(keys.facts(hash));
    }
  }
  await deleteAbandoned(store, found, probe, remove);
}

async function deleteAbandoned(
  store: Store,
  { ofStore, probes }: Found,
  probe: string,
  remove: Remover,
): Promise<void> {
  if (ofStore.length === 0 && probes.length === 0) return;
  const now = (await storeTime(store, probe)).getTime();
  const isOver = (modified: number): boolean => now - modified > abandonedAfterMs;
  await inBatches(ofStore, 8, async (path) => {
    const there = await lstat(path).catch(() => undefined);
    if (there !== undefined && isOver(there.mtimeMs)) await remove.path(path);
  });
  const over = probes.filter(({ modified }) => isOver(modified.getTime()));
  await inBatches(over, 8, ({ key }) => remove.object(key));
}
