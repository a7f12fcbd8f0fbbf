import type { Store } from '@eider/store';
import { ownFiles } from './durable-generation.ts';
import type { DeltaFacts, FilesGeneration, Generation } from './generation.ts';
import { inBatches } from './in-batches.ts';
import { type OpenBuild, storeTime } from './journal.ts';
import { jsonBytes, readHint } from './json-object.ts';
import type { LedgerEntry } from './ledger.ts';
import { fromMovable, mapPlaces } from './movable-place.ts';
import { keys } from './state-keys.ts';

/** A build that ended without a commit and left finished generations for the next one to take: `S/left/<build>.json`. */
export interface LeftBuild {
  readonly build: string;
  /** When it was last known to live, by the store's clock: ISO 8601. */
  readonly seen: string;
}

/** A generation by its node and the build whose journal holds it. */
export interface LeftLine {
  readonly node: string;
  readonly build: string;
}

/** How long finished generations wait for a build that takes them up, in hours. */
export const usualAdoptWithin = 6;

export async function putLeft(store: Store, left: LeftBuild): Promise<void> {
  await store.put(keys.left(left.build), jsonBytes(left), { durable: false });
}

/** Builds that left something, newest first. A record that a crash of the machine tore tells nothing but whose it is, and when it was written. */
export async function leftBuilds(store: Store): Promise<readonly LeftBuild[]> {
  const names = await store.names('left/');
  const found = await Promise.all(
    names.map(async (name) => {
      const left = await readHint<LeftBuild>(store, `left/${name}`);
      if (left !== undefined) return left;
      const torn = await store.stat(`left/${name}`);
      return torn && { build: name.replace(/\.json$/, ''), seen: torn.modified.toISOString() };
    }),
  );
  return found.filter((left) => left !== undefined).sort((a, b) => (a.build < b.build ? 1 : -1));
}

/** The generations that a build finished, as its journal tells. */
export async function finishedBy(store: Store, build: string): Promise<readonly Generation[]> {
  const names = (await store.names(`journal/${build}/`)).filter(
    (name) => name !== 'build.json' && /\.json$/.test(name),
  );
  const found: Generation[] = [];
  await inBatches(names, 8, async (name) => {
    const generation = await readHint<Generation>(store, `journal/${build}/${name}`);
    if (generation !== undefined) found.push(mapPlaces(generation, store.root, fromMovable));
  });
  return found;
}

/** Whether a later build can take a generation for its own: files that one query wrote, and nothing of the working database. */
export function isAdoptable(generation: Generation): generation is FilesGeneration {
  return (
    generation.kind === 'files' &&
    generation.origin === 'external' &&
    generation.materialized === 'external' &&
    // Other changes of a table than of all its rows are made of rows of before.
    (generation.delta === undefined || isOverwrite(generation.delta)) &&
    generation.fingerprint !== undefined &&
    ownFiles(generation).length === generation.files.length
  );
}

function isOverwrite({ operation, parameters }: DeltaFacts): boolean {
  return operation === 'WRITE' && parameters.mode === 'Overwrite';
}

/** What becomes of what builds left. */
export interface SortedLeft {
  readonly keep: readonly LeftLine[];
  readonly drop: readonly LeftLine[];
  /** Builds that died, and of which something is kept. */
  readonly remember: readonly LeftBuild[];
  /** Builds of which nothing is kept any more. */
  readonly forget: readonly string[];
  /** Whether there is any. */
  readonly isAny: boolean;
}

export interface SortRequest {
  /** By their heartbeats. */
  readonly builds: readonly OpenBuild[];
  /** The newest entry, asked for where anything was left; undefined before the first. */
  readonly head: () => Promise<LedgerEntry | undefined>;
  /** The build that asks: what it took is committed. */
  readonly worker: string;
  readonly adoptWithin: number;
  /** Nothing is kept but what a living build goes on with. */
  readonly thorough: boolean;
  readonly probe: string;
}

/**
 * Of each node the newest generation without a commit is kept, unless a later build committed the node or the time is over: so what builds leave that are killed
 * again and again does not grow.
 */
export async function sortLeft(store: Store, request: SortRequest): Promise<SortedLeft> {
  const dead = request.builds.flatMap(({ build, lives, seen }) => (lives ? [] : [{ build, seen: seen.toISOString() }]));
  const known = await leftBuilds(store);
  const all = [...known.filter(({ build }) => !dead.some((each) => each.build === build)), ...dead];
  if (all.length === 0) return { keep: [], drop: [], remember: [], forget: [], isAny: false };
  const head = await request.head();
  const oldest = (await storeTime(store, request.probe)).getTime() - request.adoptWithin * 3_600_000;
  const spared = new Set(
    request.builds.flatMap((each) => (each.lives && each.build !== request.worker ? (each.continues ?? []) : [])),
  );
  const keep: LeftLine[] = [];
  const drop: LeftLine[] = [];
  const taken = new Set<string>();
  for (const { build, seen } of all.sort((a, b) => (a.build < b.build ? 1 : -1))) {
    const isYoung = !request.thorough && Date.parse(seen) > oldest;
    for (const generation of await finishedBy(store, build)) {
      const { node } = generation;
      const isNewest = isAdoptable(generation) && !taken.has(node) && !isSuperseded(head, node, build);
      const isKept = spared.has(build) || (isYoung && isNewest);
      if (isKept) taken.add(node);
      (isKept ? keep : drop).push({ node, build });
    }
  }
  const left = new Set(keep.map(({ build }) => build));
  const remember = dead.filter(({ build }) => left.has(build));
  const forget = known.filter(({ build }) => !left.has(build)).map(({ build }) => build);
  return { keep, drop, remember, forget, isAny: true };
}

function isSuperseded(head: LedgerEntry | undefined, node: string, build: string): boolean {
  const made = [head?.nodes[node]?.build, head?.candidates?.[node]?.build];
  return made.some((each) => each !== undefined && each >= build);
}

/** What builds left that a new one may take up: node → generation, the newest of each. `builds`: those that come in question. */
export async function leftGenerations(
  store: Store,
  builds: readonly string[],
): Promise<ReadonlyMap<string, FilesGeneration>> {
  const found = new Map<string, FilesGeneration>();
  for (const build of builds)
    for (const generation of await finishedBy(store, build))
      if (isAdoptable(generation) && !found.has(generation.node)) found.set(generation.node, generation);
  return found;
}
