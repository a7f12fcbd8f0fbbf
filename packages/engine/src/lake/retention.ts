import { readdir, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, type Store } from '@eider/store';
import { buildOfName } from './build-id.ts';
import type { DataFolders } from './data-folder.ts';
import type { Generation } from './generation.ts';
import type { GenerationReader } from './head.ts';
import { inBatches } from './in-batches.ts';
import { type OpenBuild, openBuilds } from './journal.ts';
import { jsonBytes, readHint } from './json-object.ts';
import type { LakeOptions } from './lake.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Ledger } from './ledger-store.ts';
import { keys } from './state-keys.ts';
import { findLeftovers, sweep } from './sweep.ts';

export interface RetentionContext {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly read: GenerationReader;
  readonly folders: DataFolders;
  readonly keep: LakeOptions['keep'];
  readonly now: () => Date;
  readonly randomId: () => string;
  /** The build or other command that does it. */
  readonly worker: string;
  /** Folders outside the state where temporary names may be left: of the published path, of locations. */
  readonly places: ReadonlySet<string>;
}

/** A generation as the ledger names it. */
interface Line {
  readonly node: string;
  readonly build: string;
}

/** Waves of `watch` come by the dozen, and who reads them reads the newest: kept for an hour and three of them, or for as little as builds are. */
const keptWaves: LakeOptions['keep'] = { days: 1 / 24, builds: 3 };

/**
 * Numbers that retention keeps: the newest `keep.builds`, those that were the head within the last `keep.days`, and what a live build reads. An entry's age
 * counts from the commit that replaced it. Builds and waves of `watch` count apart, each by its rule.
 */
export function retainedNumbers(
  entries: readonly Pick<LedgerEntry, 'number' | 'committedAt' | 'command'>[],
  keep: LakeOptions['keep'],
  now: Date,
  pinned: ReadonlySet<number>,
): ReadonlySet<number> {
  const waves = { days: Math.min(keep.days, keptWaves.days), builds: Math.min(keep.builds, keptWaves.builds) };
  const head = entries.at(-1)?.number;
  const retained = new Set(entries.map(({ number }) => number).filter((each) => pinned.has(each) || each === head));
  for (const isWave of [false, true]) {
    const { builds, days } = isWave ? waves : keep;
    const oldest = now.getTime() - days * 86_400_000;
    const own = entries.flatMap((entry, i) => {
      const replaced = entries[i + 1];
      return (entry.command === 'watch') === isWave ? [{ number: entry.number, replaced }] : [];
    });
    for (const [i, { number, replaced }] of own.entries()) {
      const isNew = i >= own.length - builds;
      if (isNew || (replaced !== undefined && Date.parse(replaced.committedAt) > oldest)) retained.add(number);
    }
  }
  return retained;
}

/** What a retention pass leaves for the next: the entries whose data is there, and how far it looked. */
interface RetentionHint {
  readonly kept: readonly number[];
  readonly seen: number;
}

/** Entries whose data may still be there, oldest first: those that the last pass kept, and all since. */
async function knownEntries({ ledger, store }: RetentionContext, newest: number): Promise<readonly LedgerEntry[]> {
  const hint = await readHint<Partial<RetentionHint>>(store, keys.retention);
  const { kept = [], seen = 0 } = hint ?? {};
  const since = Array.from({ length: Math.max(0, newest - seen) }, (_, i) => seen + 1 + i);
  const numbers = [...kept.filter((number) => number <= Math.min(seen, newest)), ...since];
  const entries: LedgerEntry[] = [];
  await inBatches([...numbers.entries()], 8, async ([i, number]) => {
    entries[i] = await ledger.entry(number);
  });
  return entries;
}

/**
 * Deletes generations and catalogs that no retained entry and no live build names: only below `S/data`, its folders beside locations of other devices and
 * `S/catalog`, with their objects in the journal. Best effort: what is left over is found again after the next commit.
 */
export async function applyRetention(context: RetentionContext, head: number): Promise<void> {
  const { ledger, store } = context;
  // In this order: what was found before the builds were listed is of none that begins later, and a build that was dead when the ledger was read
  // commits no more.
  const found = await findLeftovers(store, context.places);
  const builds = await openBuilds(store, context.randomId());
  const lives = new Set(builds.filter((build) => build.lives).map(({ build }) => build));
  const newest = Math.max(head, await ledger.headNumber());
  const entries = await knownEntries(context, newest);
  // What is published is still this head's, whatever was committed meanwhile.
  const pinned = new Set([head, ...builds.filter((build) => build.lives).map((build) => build.head)]);
  const retained = retainedNumbers(entries, context.keep, context.now(), pinned);
  const kept = entries.filter(({ number }) => retained.has(number));
  const expired = entries.filter(({ number }) => !retained.has(number));
  const needed = new Map(kept.flatMap(linesOf).map((line) => [lineKey(line), line]));
  const isAlone = [...lives].every((build) => build === context.worker);
  const removal: Removal = { ...context, needed, isAlone };
  await deleteLines(
    removal,
    expired.flatMap(linesOf).filter((line) => !needed.has(lineKey(line))),
  );
  await deleteDeadBuilds(
    removal,
    builds.filter((build) => !build.lives),
  );
  await deleteCatalogs(store, (number) => retained.has(number) || number > newest);
  const named = new Set([...kept.map(({ build }) => build), ...[...needed.values()].map(({ build }) => build)]);
  const facts = isAlone ? new Set(kept.map((entry) => entry.facts)) : null;
  await sweep(store, { found, lives, builds: named, facts, probe: context.randomId() });
  const hint: RetentionHint = { kept: kept.map(({ number }) => number), seen: newest };
  await store.put(keys.retention, jsonBytes(hint), { durable: false });
}

/** What is deleted beside. */
interface Removal extends RetentionContext {
  readonly needed: ReadonlyMap<string, Line>;
  /** Whether no other build lives, which could be about to write into a folder that is empty now. */
  readonly isAlone: boolean;
}

/** Deletes generations of one build, finished or not, that it did not commit. */
export async function deleteUncommitted(
  store: Store,
  build: string,
  made: readonly MadeGeneration[],
  kept: ReadonlySet<string> = new Set(),
): Promise<void> {
  await inBatches(made, 8, async ({ node, id, folder }) => {
    await deleteNames(folder, (name) => name.startsWith(id));
    if (!kept.has(node)) await store.delete(keys.generation(build, node));
  });
}

export interface MadeGeneration {
  readonly id: string;
  readonly node: string;
  readonly folder: string;
}

function linesOf(entry: LedgerEntry): readonly Line[] {
  const all = [...Object.entries(entry.nodes), ...Object.entries(entry.candidates ?? {})];
  return all.map(([node, { build }]) => ({ node, build }));
}

function lineKey({ build, node }: Line): string {
  return `${build}/${node}`;
}

async function deleteLines(context: Removal, lines: readonly Line[]): Promise<void> {
  const { needed } = context;
  const distinct = [...new Map(lines.map((line) => [lineKey(line), line])).values()];
  const nodes = new Set(distinct.map(({ node }) => node));
  const keptFiles = await filesOf(
    context,
    [...needed.values()].filter(({ node }) => nodes.has(node)),
  );
  await inBatches(distinct, 8, async ({ build, node }) => {
    const generation = await context.read(build, node);
    if (generation === undefined) return;
    await deleteGeneration(context, generation, keptFiles);
    await context.store.delete(keys.generation(build, node));
  });
}

async function filesOf(context: RetentionContext, lines: readonly Line[]): Promise<ReadonlySet<string>> {
  const files = new Set<string>();
  await inBatches(lines, 8, async ({ build, node }) => {
    const generation = await context.read(build, node);
    if (generation?.kind === 'files') for (const { path } of generation.files) files.add(path);
  });
  return files;
}

/** Files that a generation carries are older generations': whoever names them last deletes them. */
async function deleteGeneration(context: Removal, generation: Generation, kept: ReadonlySet<string>): Promise<void> {
  if (generation.kind !== 'files') return;
  const folder = await context.folders.of(generation.node, generation.location);
  await rm(join(folder, `${generation.id}.alias`), { recursive: true, force: true });
  for (const { path } of generation.files) {
    if (kept.has(path) || !isOwn(path, folder)) continue;
    await unlinkIfThere(path);
    await pruneFolders(dirname(path), folder);
  }
  if (context.isAlone) await pruneFolders(folder, dirname(folder));
}

/** Whether a file lies in the node's folder under a name that eider gave. */
function isOwn(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`) && buildOfName(path.slice(folder.length + 1)) !== undefined;
}

/** Removes a folder and those above it, below `stop`, as long as they are empty. */
async function pruneFolders(from: string, stop: string): Promise<void> {
  for (let folder = from; folder.length > stop.length; folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch {
      return;
    }
  }
}

/** A dead build's files are found by their names; what a retained generation names of it, or carries, stays. */
async function deleteDeadBuilds(context: Removal, dead: readonly OpenBuild[]): Promise<void> {
  if (dead.length === 0) return;
  const gone = new Set(dead.map(({ build }) => build));
  const kept = await neededNames(context);
  for (const root of await dataRoots(context.store)) {
    for (const node of await readdir(root).catch(() => [])) {
      await deleteNames(join(root, node), (name) => {
        const build = buildOfName(name);
        return build !== undefined && gone.has(build) && !kept.has(join(root, node, name));
      });
      if (context.isAlone) await pruneFolders(join(root, node), root);
    }
  }
  for (const { build } of dead) await context.store.delete(keys.heartbeat(build));
}

/** The files of retained generations, the folders that they lie in, and those of their aliases. */
async function neededNames(context: Removal): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  const add = (file: string): void => {
    for (let name = file; !names.has(name) && name !== dirname(name); name = dirname(name)) names.add(name);
  };
  await inBatches([...context.needed.values()], 8, async ({ build, node }) => {
    const generation = await context.read(build, node);
    if (generation?.kind !== 'files') return;
    for (const { path } of generation.files) add(path);
    add(join(await context.folders.of(node, generation.location), `${generation.id}.alias`));
  });
  return names;
}

/** Folders whose entries are nodes' folders: `S/data`, and those beside locations of other devices. */
async function dataRoots(store: Store): Promise<readonly string[]> {
  const places = await store.list({ prefix: 'places/' });
  const folders = await Promise.all(places.objects.map(({ key }) => readHint<{ readonly folder: string }>(store, key)));
  return [
    ...new Set([
      join(store.root, 'data'),
      ...folders.flatMap((place) => (place === undefined ? [] : [dirname(place.folder)])),
    ]),
  ];
}

async function deleteNames(folder: string, matches: (name: string) => boolean): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter(matches);
  await inBatches(names, 8, (name) => rm(join(folder, name), { recursive: true, force: true }));
}

async function deleteCatalogs(store: Store, retained: (number: number) => boolean): Promise<void> {
  const folder = join(store.root, 'catalog');
  for (const name of await readdir(folder).catch(() => [])) {
    const number = /^(\d+)\.duckdb(\.wal)?$/.exec(name)?.[1];
    if (number !== undefined && !retained(Number(number))) await unlinkIfThere(join(folder, name));
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') throw cause;
  }
}
