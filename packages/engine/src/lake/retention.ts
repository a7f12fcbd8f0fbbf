import { dirname } from 'node:path';
import type { Store } from '@eider/store';
import { isRemote, joinPlace, plainName } from '../session/place.ts';
import { aliasFolder } from './alias-folder.ts';
import { buildOfName } from './build-id.ts';
import { type DataFolders, folderOf, linksFolder, type Place, tableFolder } from './data-folder.ts';
import type { Fault } from './fault.ts';
import type { Generation } from './generation.ts';
import type { GenerationReader } from './head.ts';
import { inBatches } from './in-batches.ts';
import { type OpenBuild, openBuilds } from './journal.ts';
import type { LakeOptions } from './lake.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Ledger } from './ledger-store.ts';
import { putLeft, type SortedLeft, sortLeft, usualAdoptWithin } from './left-builds.ts';
import { liveFolder } from './live-clock.ts';
import type { Reach } from './reach.ts';
import { deleting, type Remover } from './remover.ts';
import {
  type EntryMark,
  knownEntries,
  neighbours,
  readEntries,
  rememberKept,
  retainedNumbers,
} from './retained-entries.ts';
import { keys } from './state-keys.ts';
import { storedFiles } from './stored-files.ts';
import { findLeftovers, sweep } from './sweep.ts';
import type { TableLogs } from './table-logs.ts';
import { overInTable, readPlaces, type TableFiles, tableFiles } from './table-retention.ts';

export interface RetentionContext {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly read: GenerationReader;
  readonly folders: DataFolders;
  readonly reach: Reach;
  readonly keep: LakeOptions['keep'];
  readonly adoptWithin?: number;
  readonly now: () => Date;
  readonly randomId: () => string;
  /** The build or other command that does it. */
  readonly worker: string;
  /** Folders outside the state where temporary names may be left: of the published path, of locations. */
  readonly places: ReadonlySet<string>;
  readonly remove: Remover;
  readonly tables: TableLogs;
  readonly fault?: Fault;
  /** Looks for data that nobody names in every folder, not only where a build died. */
  readonly thorough?: boolean;
  /** Nothing is deleted: the remover only counts. */
  readonly rehearsal?: boolean;
}

/** A generation as the ledger names it. */
interface Line {
  readonly node: string;
  readonly build: string;
}

/**
 * Deletes generations and catalogs that no retained entry and no live build names: only below `S/data`, its folders beside locations of other devices and
 * `S/catalog`, with their objects in the journal. Best effort: what is left over is found again after the next commit.
 */
export async function applyRetention(context: RetentionContext, head: number): Promise<void> {
  const { ledger, store } = context;
  // In this order: what was found before the builds were listed is of none that begins later, and a build that was dead when the ledger was read
  // commits no more.
  const places = context.thorough === true ? await readPlaces(store) : null;
  const logs = tableFolders(places ?? []).map((folder) => joinPlace(folder, '_delta_log'));
  const found = await findLeftovers(context, [...context.places, ...logs]);
  const inData = places === null ? null : await namesInData(context, places);
  const builds = await openBuilds(store, context.randomId());
  const lives = new Set(builds.filter((build) => build.lives).map(({ build }) => build));
  const newest = Math.max(head, await ledger.headNumber());
  const { builds: remembered, marks } = await knownEntries(context, newest);
  // What is published is still this head's, whatever was committed meanwhile.
  const pinned = new Set([head, ...builds.filter((build) => build.lives).map((build) => build.head)]);
  const retained = retainedNumbers(marks, context.keep, context.now(), pinned);
  const isKept = (number: number): boolean => retained.has(number);
  const kept = marks.filter(({ number }) => isKept(number));
  const dead = builds.filter((build) => !build.lives).map(({ build }) => build);
  const left = await sortedLeft(context, builds, newest);
  // A generation is in entries that follow one another, so those next to an expired one tell who needs what that names. Only a rollback or a restore brings back what was gone.
  const isWhole = remembered === null || inData !== null || left.isAny || marks.some(bringsBack);
  const near = isWhole ? retained : neighbours(marks, isKept);
  const lines = [...(await readEntries(ledger, [...near])).flatMap(linesOf), ...left.keep];
  const needed = new Map(lines.map((line) => [lineKey(line), line]));
  const own = new Set([...found.journals, ...builds.map(({ build }) => build)]);
  const removal = removalOf(context, { needed, lives, own });
  const gone = marks.filter(({ number }) => !isKept(number));
  const expired = await readEntries(
    ledger,
    gone.map(({ number }) => number),
  );
  const over = [...expired.flatMap(linesOf), ...left.drop].filter((line) => !needed.has(lineKey(line)));
  await deleteLines(removal, over);
  await context.fault?.('expired');
  // Whoever has a heartbeat and died left names; without one there are none, unless something else went wrong.
  const names = inData ?? (dead.length === 0 ? [] : await namesInData(context, await readPlaces(context.store)));
  await deleteDeadBuilds(removal, names, new Set(inData === null ? dead : without(names, lives)));
  if (context.thorough === true) await vacuumTables(removal);
  await context.fault?.('dead');
  await forgetDead(removal, dead, left);
  await context.fault?.('forgotten');
  await deleteCatalogs(removal, found.catalogs, (number) => isKept(number) || number > newest);
  await context.fault?.('catalogs');
  const keepers = kept.map(({ build }) => build);
  const named = isWhole
    ? new Set([...keepers, ...lines.map(({ build }) => build)])
    : await stillNamed(context, {
        own: keepers,
        known: remembered,
        newest,
        emptied: [...gone, ...over].map(({ build }) => build),
      });
  const facts = removal.isAlone ? new Set(kept.map((entry) => entry.facts)) : null;
  await sweep(context, { found, lives, builds: named, facts, probe: context.randomId(), remove: context.remove });
  await context.fault?.('swept');
  if (context.rehearsal !== true) await rememberKept(store, kept, newest, named);
  await context.fault?.('retention');
}

function bringsBack({ restoredNodes, restores }: EntryMark): boolean {
  return restores !== undefined || restoredNodes !== undefined;
}

/** Builds whose journals are needed: those that were, those that the newest entry names, and of those that lost something the ones that have more. */
async function stillNamed(
  { ledger, reach, store }: RetentionContext,
  {
    emptied,
    known,
    newest,
    own,
  }: Readonly<Record<'emptied' | 'known' | 'own', readonly string[]>> & { readonly newest: number },
): Promise<ReadonlySet<string>> {
  const certain = new Set([...own, ...linesOf(await ledger.entry(newest)).map(({ build }) => build)]);
  const named = new Set([...certain, ...known]);
  const doubtful = [...new Set(emptied)].filter((build) => !certain.has(build));
  await inBatches(doubtful, 8, async (build) => {
    const left = await reach.names(joinPlace(store.root, 'journal', build));
    if (left.every((name) => name === 'build.json')) named.delete(build);
  });
  return named;
}

/** What becomes of what builds left that ended without a commit. */
async function sortedLeft(
  { adoptWithin = usualAdoptWithin, ledger, randomId, store, thorough = false, worker }: RetentionContext,
  builds: readonly OpenBuild[],
  newest: number,
): Promise<SortedLeft> {
  const head = async (): Promise<LedgerEntry | undefined> => (newest === 0 ? undefined : await ledger.entry(newest));
  return await sortLeft(store, { builds, head, worker, adoptWithin, thorough, probe: randomId() });
}

async function forgetDead(
  { rehearsal, remove, store }: Removal,
  dead: readonly string[],
  { forget, remember }: SortedLeft,
): Promise<void> {
  if (rehearsal !== true) for (const each of remember) await putLeft(store, each);
  for (const build of dead) await remove.object(keys.heartbeat(build));
  for (const build of forget) await remove.object(keys.left(build));
}

/** The builds of names that do not live. */
function without(names: readonly DataName[], lives: ReadonlySet<string>): readonly string[] {
  return [...new Set(names.map(({ build }) => build))].filter((build) => !lives.has(build));
}

/** What is deleted beside. */
interface Removal extends RetentionContext {
  readonly needed: ReadonlyMap<string, Line>;
  /** Whether no other build lives, which could be about to write into a folder that is empty now. */
  readonly isAlone: boolean;
  readonly lives: ReadonlySet<string>;
  /** Builds of this state of which there is a trace. Others may write into a Delta table's folder too. */
  readonly own: ReadonlySet<string>;
  readonly files: TableFiles;
}

function removalOf(
  context: RetentionContext,
  { lives, needed, own }: Pick<Removal, 'lives' | 'needed' | 'own'>,
): Removal {
  const isAlone = [...lives].every((build) => build === context.worker);
  return { ...context, needed, isAlone, lives, own, files: tableFiles(context.tables, context.now()) };
}

/** Deletes generations of one build, finished or not, that it did not commit. */
export async function deleteUncommitted(
  context: { readonly store: Store; readonly reach: Reach },
  build: string,
  made: readonly MadeGeneration[],
  kept: ReadonlySet<string> = new Set(),
): Promise<void> {
  const remove = deleting(context);
  await inBatches(made, 8, async ({ node, id, folder }) => {
    const isOf = (name: string): boolean => [id, plainName(id)].some((start) => name.startsWith(start));
    const names = (await context.reach.names(folder)).filter(isOf);
    await inBatches(names, 8, (name) => remove.path(joinPlace(folder, name)));
    if (!kept.has(node)) await remove.object(keys.generation(build, node));
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
  const kept = await pathsOf(
    context,
    [...needed.values()].filter(({ node }) => nodes.has(node)),
  );
  await inBatches(distinct, 8, async ({ build, node }) => {
    const generation = await context.read(build, node);
    if (generation === undefined) return;
    await deleteGeneration(context, generation, kept);
    await context.remove.object(keys.generation(build, node));
  });
}

/** The files of generations, and their folders of links. A generation that a build took over from a dead one has the same. */
async function pathsOf(context: RetentionContext, lines: readonly Line[]): Promise<ReadonlySet<string>> {
  const paths = new Set<string>();
  await inBatches(lines, 8, async ({ build, node }) => {
    const generation = await context.read(build, node);
    if (generation?.kind !== 'files') return;
    for (const { path } of storedFiles(generation)) paths.add(path);
    for (const view of viewsOf(await linksFolder(context.folders, generation), generation.id)) paths.add(view);
  });
  return paths;
}

/** Files that a generation carries are older generations': whoever names them last deletes them. Those that a Delta table needs stay, for its own vacuum. */
async function deleteGeneration(context: Removal, generation: Generation, kept: ReadonlySet<string>): Promise<void> {
  if (generation.kind !== 'files') return;
  const folder = await folderOf(context.folders, generation);
  const { remove } = context;
  const links = await linksFolder(context.folders, generation);
  for (const view of viewsOf(links, generation.id)) if (!kept.has(view)) await remove.path(view);
  for (const { path } of storedFiles(generation)) {
    if (kept.has(path) || !isOwn(path, folder)) continue;
    if (generation.delta !== undefined && (await context.files.isNeeded(folder, path))) continue;
    await remove.path(path);
    await remove.emptyFolders(dirname(path), folder);
  }
  if (context.isAlone) await remove.emptyFolders(folder, dirname(folder));
}

/** Deletes what the rules of Delta tables let go, unless a retained generation or a living build has it. */
async function vacuumTables(context: Removal): Promise<void> {
  const { lives, needed, remove, tables } = context;
  const kept = await pathsOf(context, [...needed.values()]);
  const roots = new Set<string>();
  await inBatches([...needed.values()], 8, async ({ build, node }) => {
    const generation = await context.read(build, node);
    const root = generation && tableFolder(generation);
    if (root !== undefined) roots.add(root);
  });
  for (const root of roots) {
    const over = await overInTable(root, { tables, now: context.now(), kept, lives });
    await inBatches(over, 8, remove.path);
    for (const folder of new Set(over.map((path) => dirname(path)))) await remove.emptyFolders(folder, root);
  }
}

/** The folders of links to a generation's files: its alias's, and the live file's. */
function viewsOf(folder: string, generation: string): readonly string[] {
  return isRemote(folder) ? [] : [aliasFolder(folder, generation), liveFolder(folder, generation)];
}

/** Whether a file lies in the node's folder under a name that eider gave. */
function isOwn(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`) && buildOfName(path.slice(folder.length + 1)) !== undefined;
}

/** A dead build's files are found by their names; what a retained generation names of it, or carries, stays. */
async function deleteDeadBuilds(
  context: Removal,
  names: readonly DataName[],
  dead: ReadonlySet<string>,
): Promise<void> {
  const lost = names.filter(({ build, table }) => dead.has(build) && (table === undefined || context.own.has(build)));
  if (lost.length === 0) return;
  const kept = await neededNames(context);
  const over: DataName[] = [];
  await inBatches(lost, 8, async (name) => {
    const { path, table } = name;
    if (kept.has(path) || (table !== undefined && (await context.files.isNeeded(table, path)))) return;
    over.push(name);
  });
  await inBatches(over, 8, ({ path }) => context.remove.path(path));
  if (!context.isAlone) return;
  for (const folder of new Set(over.map(({ path }) => dirname(path))))
    await context.remove.emptyFolders(folder, dirname(folder));
}

/** Something in a node's folder that a build made. */
interface DataName {
  readonly path: string;
  readonly build: string;
  /** The Delta table's folder, of a name in one. */
  readonly table?: string;
}

async function namesInData({ reach, store }: RetentionContext, places: readonly Place[]): Promise<readonly DataName[]> {
  const names: DataName[] = [];
  const look = async (folder: string, more: Pick<DataName, 'table'>): Promise<void> => {
    for (const name of await reach.names(folder)) {
      const build = buildOfName(name);
      if (build !== undefined) names.push({ path: joinPlace(folder, name), build, ...more });
    }
  };
  for (const root of dataRoots(store, places))
    await inBatches(await reach.names(root), 8, (node) => look(joinPlace(root, node), {}));
  await inBatches(tableFolders(places), 8, (folder) => look(folder, { table: folder }));
  return names;
}

/** The folders of Delta tables. */
function tableFolders(places: readonly Place[]): readonly string[] {
  return places.flatMap(({ folder, table }) => (table === true ? [folder] : []));
}

/** The files of retained generations and their folders of links, with all folders that they lie in. */
async function neededNames(context: Removal): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  const add = (file: string): void => {
    for (let name = file; !names.has(name) && name !== dirname(name); name = dirname(name)) names.add(name);
  };
  for (const path of await pathsOf(context, [...context.needed.values()])) add(path);
  return names;
}

/** Folders whose entries are nodes' folders: `S/data`, and those beside locations of other devices. */
function dataRoots(store: Store, places: readonly Place[]): readonly string[] {
  const beside = places.flatMap(({ folder, table }) => (table === true ? [] : [dirname(folder)]));
  return [...new Set([joinPlace(store.root, 'data'), ...beside])];
}

async function deleteCatalogs(
  context: Removal,
  names: readonly string[],
  retained: (number: number) => boolean,
): Promise<void> {
  const folder = joinPlace(context.store.root, 'catalog');
  for (const name of names) {
    const number = /^(\d+)\.duckdb(\.wal)?$/.exec(name)?.[1];
    if (number !== undefined && !retained(Number(number))) await context.remove.path(joinPlace(folder, name));
  }
}
