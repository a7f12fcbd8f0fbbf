import { lstat, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type Diagnostic, warning } from '@eider/core';
import { allEnded } from '@eider/store';
import { type CatalogDatabase, openCatalogDatabase } from '../catalog/catalog-database.ts';
import { isRemote, joinPlace } from '../session/place.ts';
import type { Connection } from '../session/session.ts';
import { openShelf } from './catalog-shelf.ts';
import {
  catalogAside,
  type EnsureRequest,
  ensureCatalog,
  type MadeCatalog,
  standingCatalog,
} from './ensure-catalog.ts';
import type { Identity } from './identity.ts';
import { jsonBytes, readHint } from './json-object.ts';
import type { Head } from './lake.ts';
import { type LakeContext, readHead } from './lake-context.ts';
import { type LakeFinding, refuse } from './lake-error.ts';
import { locationsOf, type PlacedAliases, placeAliases, readAliases } from './place-aliases.ts';
import { publishLive } from './publish-live.ts';
import {
  type CatalogPlace,
  findForeign,
  isAsPut,
  isPut,
  lookAtPublished,
  type PublishedRecord,
  putPublished,
} from './published-file.ts';
import { deleting } from './remover.ts';
import { applyRetention, type RetentionContext } from './retention.ts';
import { keys } from './state-keys.ts';
import { openTableLogs } from './table-logs.ts';
import { temporaryName } from './temporary-name.ts';

/** What steps 5 to 8 last did: `S/settled.json`. */
interface Settled {
  readonly number: number;
  /** Where the state lay then: what was published names files there. */
  readonly state: string;
  readonly published: PublishedRecord;
  /** Those at other paths; absent where there are none. */
  readonly others?: readonly PublishedRecord[];
  readonly live: PublishedRecord | null;
  /** Absent where all was done: else the next command tries again. */
  readonly incomplete?: true;
}

export interface SettleOutcome {
  readonly number: number;
  readonly published: string;
  readonly unbound: Readonly<Record<string, string>>;
  readonly findings: readonly Diagnostic[];
  /** Locations that still show the data before. */
  readonly failures: readonly LakeFinding[];
}

/** Whether steps 5 to 8 are done for the head, as far as a look at the published file tells. */
export async function isSettled(context: LakeContext, head: number): Promise<boolean> {
  const settled = await readHint<Settled>(context.store, keys.settled);
  const { livePath } = context.options;
  if (settled?.number !== head || settled.incomplete || !madeHere(context, settled)) return false;
  for (const path of publishedPaths(context))
    if (!(await isAsPut(context.reach, putAt(context, settled, path), path))) return false;
  return livePath === null || (await isAsPut(context.reach, settled.live ?? undefined, livePath));
}

/** Where the catalog is published: at the path that hooks and reports name, and at others. */
function publishedPaths({ options: { otherPaths = [], publishPath } }: LakeContext): readonly string[] {
  return [...new Set([publishPath, ...otherPaths])];
}

/** How what stands at one of these paths was put. */
function putAt({ options }: LakeContext, settled: Settled | undefined, path: string): PublishedRecord | undefined {
  return path === options.publishPath ? settled?.published : settled?.others?.find((one) => one.path === path);
}

/** A state that was moved since, or copied, has catalogs whose views name files where it was. */
function madeHere({ store }: LakeContext, settled: Settled | undefined): boolean {
  return settled?.state === store.root;
}

/** Finds `lake/published-path-taken` and `lake/live-path-taken`, where something else stands: asked before anything is committed. */
export async function findUnpublishable(context: LakeContext): Promise<readonly LakeFinding[]> {
  const findings: LakeFinding[] = [];
  const settled = await readHint<Settled>(context.store, keys.settled);
  const places = [
    ...publishedPaths(context).map((path) => ['published', path, putAt(context, settled, path)] as const),
    ['live', context.options.livePath, settled?.live ?? undefined] as const,
  ];
  for (const [place, path, record] of places) {
    if (path === null || !(await exists(context, path)) || (await isPut(context.reach, record, path))) continue;
    await withCatalogs(context, async ({ database }) => {
      findings.push(...(await findStranger(context, database, path, place)));
    });
  }
  return findings;
}

async function findStranger(
  { options, reach }: LakeContext,
  database: CatalogDatabase,
  path: string,
  place: CatalogPlace,
): Promise<readonly LakeFinding[]> {
  return findForeign(path, await lookAtPublished(reach, database, path), options, place);
}

async function exists({ reach }: LakeContext, path: string): Promise<boolean> {
  if (isRemote(path)) return (await reach.bytes(path)) !== undefined;
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

export interface SettleOptions {
  /** `all`: looks at the alias of every relation, whatever the records tell. */
  readonly again?: 'all' | 'due';
  /** `false`: what is not retained any more stays, for the caller to delete. */
  readonly retention?: boolean;
}

/**
 * Steps 5 to 8 of the commit for the newest head, again for as long as the head moves meanwhile: aliases, catalog, published path, live file, retention.
 * May run any number of times and at once with others.
 */
export async function settle(
  context: LakeContext,
  identity: Identity,
  worker: string,
  { again = 'due', retention = true }: SettleOptions = {},
): Promise<SettleOutcome | undefined> {
  return await withCatalogs(context, async (tools) => {
    // Views over a bucket will be bound: what that needs is loaded while the head is asked for. Who binds them hears of a failure.
    if (isRemote(context.store.root)) tools.database.reachBuckets().catch(() => undefined);
    const findings: Diagnostic[] = [];
    const touched = new Set<string>(again === 'all' ? Object.keys((await readHead(context))?.entry.nodes ?? {}) : []);
    for (let head = await readHead(context); head !== undefined; head = await readHead(context)) {
      const { number } = head.entry;
      const moved = async (): Promise<boolean> => (await context.ledger.headNumber()) > number;
      try {
        const outcome = await settleHead(context, { ...tools, identity, head, worker, touched, findings });
        if (await moved()) continue;
        if (!retention) return outcome;
        const late = await tidy(context, head, worker);
        return { ...outcome, findings: [...outcome.findings, ...late] };
      } catch (cause) {
        // Retention of a newer head may have taken what this one needed.
        if (!(await moved())) throw cause;
      }
    }
    return undefined;
  });
}

/** Step 9, if one likes: what it leaves undone is done after the next commit, so it fails nothing. */
async function tidy(context: LakeContext, head: Head, worker: string): Promise<readonly Diagnostic[]> {
  try {
    await tidyUp(context, head.entry.number, worker, { remove: deleting(context) });
    return [];
  } catch (cause) {
    const text = `Data that is no longer retained could not be deleted: ${cause instanceof Error ? cause.message : String(cause)}`;
    return [warning('lake/retention-failed', text, { hint: 'Remove the cause: the next commit tries again.' })];
  }
}

/** Retention for a head (0 before the first commit), in the state and in every folder that gets names of it. */
export async function tidyUp(
  context: LakeContext,
  head: number,
  worker: string,
  how: Pick<RetentionContext, 'rehearsal' | 'remove' | 'thorough'>,
): Promise<void> {
  const { livePath } = context.options;
  const locations = [...locationsOf(await readAliases(context.store)).values(), ...publishedPaths(context), livePath];
  // Marks of owners lie beside locations.
  const places = new Set(
    locations.flatMap((location) =>
      location === null ? [] : [dirname(location), joinPlace(dirname(location), '_eider')],
    ),
  );
  const { read } = context.generations;
  const tables = openTableLogs(context.options);
  try {
    await applyRetention({ ...context, ...context.options, ...how, read, worker, places, tables }, head);
  } finally {
    await tables.close();
  }
}

interface SettleRequest extends EnsureRequest {
  readonly touched: Set<string>;
  readonly findings: Diagnostic[];
}

async function settleHead(context: LakeContext, request: SettleRequest): Promise<SettleOutcome> {
  const { findings, head, touched } = request;
  const { fault, livePath, publishPath } = context.options;
  const isMoved = !madeHere(context, await readHint<Settled>(context.store, keys.settled));
  const placing = placeAll(context, request, isMoved);
  const diverged = placing.then(({ records }) => divergedIn(records));
  // Whether anybody waits for it or not: the failure is that of `placing`.
  diverged.catch(() => undefined);
  const make = (): Promise<MadeCatalog> => ensureCatalog(context, { ...request, diverged });
  // A bucket's server copies while DuckDB works here. The catalog is put after all aliases.
  const making = isRemote(context.store.root) ? make() : diverged.then(make);
  const [placed, made] = await allEnded([placing, making]);
  for (const node of placed.touched) touched.add(node);
  findings.push(...placed.findings);
  await fault?.('catalog');
  const published = await publish(context, request, made, publishPath);
  const others: PublishedRecord[] = [];
  for (const path of publishedPaths(context).slice(1)) others.push(await publish(context, request, made, path));
  await fault?.('published');
  const live =
    livePath === null
      ? null
      : await publishLive(context, { ...request, records: placed.records, path: livePath, isMoved });
  await fault?.('live');
  const incomplete = placed.failures.length > 0 ? ({ incomplete: true } as const) : {};
  const also = others.length > 0 ? { others } : {};
  const settled: Settled = {
    ...{ number: head.entry.number, state: context.store.root, published, ...also, live },
    ...incomplete,
  };
  await context.store.put(keys.settled, jsonBytes(settled), { durable: false });
  await fault?.('settled');
  findings.push(...ambiguousName(published.path, made.schemas));
  return {
    number: head.entry.number,
    published: published.path,
    unbound: made.unbound,
    findings,
    failures: placed.failures,
  };
}

/** Step 6, with a DuckDB of its own for the logs of tables where the catalog is made meanwhile. */
async function placeAll(
  context: LakeContext,
  { database, head, identity, touched, worker }: SettleRequest,
  isMoved: boolean,
): Promise<PlacedAliases> {
  const { fault, livePath, randomId, takeOver = false } = context.options;
  const isInBucket = isRemote(context.store.root);
  const tables = openTableLogs(context.options, isInBucket ? undefined : database);
  const live = livePath !== null && isInBucket;
  const how = { ...context, identity, live, isMoved, takeOver, randomId, worker, fault, tables };
  try {
    const placed = await placeAliases(how, head, touched);
    await fault?.('aliases');
    return placed;
  } finally {
    await tables.close();
  }
}

function divergedIn(records: PlacedAliases['records']): ReadonlyMap<string, string> {
  return new Map(Object.entries(records).flatMap(([node, { diverged }]) => (diverged ? [[node, diverged]] : [])));
}

/** Replaces the published file where the number inside is lower. */
async function publish(
  context: LakeContext,
  { database, findings, worker }: SettleRequest,
  made: MadeCatalog,
  path: string,
): Promise<PublishedRecord> {
  const settled = await readHint<Settled>(context.store, keys.settled);
  const before = putAt(context, settled, path);
  const known = madeHere(context, settled) && (await isAsPut(context.reach, before, path)) ? before : undefined;
  if (known !== undefined && (known.number > made.number || (await isOf(context, made, known)))) return known;
  if (!(await isPut(context.reach, before, path))) refuse(await findStranger(context, database, path, 'published'));
  const name = temporaryName(worker, context.options.randomId());
  const put = await putPublished(context.reach, made.path, path, { number: made.number, name });
  if (put.walMovedTo !== undefined) findings.push(writtenTo(path, put.walMovedTo));
  if (put.putInstead !== undefined) findings.push(notReplaced(path, put.putInstead));
  return put.record;
}

/** Whether the published file is this catalog: by its inode, or, for a copy on another device or of a bucket, by its number and size. */
async function isOf(context: LakeContext, made: MadeCatalog, known: PublishedRecord): Promise<boolean> {
  if (known.number !== made.number) return false;
  if (isRemote(context.store.root) || isRemote(known.path)) return (await lstat(made.path)).size === known.bytes;
  const [catalog, there] = await Promise.all([lstat(made.path), lstat(known.path)]);
  return catalog.dev === there.dev ? catalog.ino === there.ino : catalog.size === there.size;
}

/** Writes the catalog of a retained entry to a path, whatever number stands there; `whole` with the rows of every relation in it. */
export async function publishTo(
  context: LakeContext,
  request: Omit<EnsureRequest, 'database' | 'shelf'>,
  { path, whole = false }: { readonly path: string; readonly whole?: boolean },
): Promise<string> {
  const { randomId } = context.options;
  return await withCatalogs(context, async ({ database, shelf }) => {
    const settled = await readHint<Settled>(context.store, keys.settled);
    if (!(await isPut(context.reach, settled?.published, path)))
      refuse(await findStranger(context, database, path, path === context.options.publishPath ? 'published' : 'copy'));
    const wanted = { ...request, database, shelf };
    const stands = whole ? undefined : await standingCatalog(context, wanted);
    const made = stands ?? (await catalogAside(context, wanted, whole ? 'all' : context.options.internal));
    const name = temporaryName(request.worker, randomId());
    try {
      return (await putPublished(context.reach, made.path, path, { number: made.number, name })).record.path;
    } finally {
      if (stands === undefined) await rm(made.path, { force: true });
    }
  });
}

/** What catalogs are made with. */
type CatalogTools = Pick<EnsureRequest, 'database' | 'shelf'>;

async function withCatalogs<T>(context: LakeContext, action: (tools: CatalogTools) => Promise<T>): Promise<T> {
  const { objects, options } = context;
  const { randomId, remote } = options;
  const prepare = async (connection: Connection): Promise<void> => {
    await remote?.prepare(connection);
    await objects?.bind(connection);
  };
  const database = await openCatalogDatabase(randomId, remote && { ...remote, prepare });
  const shelf = openShelf(context.store);
  try {
    return await action({ database, shelf });
  } finally {
    database.close();
    await shelf.close();
  }
}

function writtenTo(path: string, aside: string): Diagnostic {
  const text = `A client wrote to the published catalog ${path}. What it wrote was moved to ${aside}.`;
  return warning('lake/published-written', text, { hint: 'Open the published file read-only.' });
}

function notReplaced(path: string, instead: string): Diagnostic {
  const text = `${path} could not be replaced: somebody has it open, and this file system refuses. The new catalog is ${instead}.`;
  return warning('lake/publish-refused', text, {
    hint: 'Close the programs that have it open, then run eider publish.',
  });
}

/** DuckDB names an opened file by its name up to the first dot, and cannot tell that from a schema of the same name. */
function ambiguousName(path: string, schemas: readonly string[]): readonly Diagnostic[] {
  const name = basename(path).split('.')[0]?.toLowerCase();
  const schema = schemas.find((each) => each.toLowerCase() === name);
  if (schema === undefined) return [];
  const text = `Who opens ${path} by its own name cannot query ${schema}.…: DuckDB takes ${schema} for the file and for the schema.`;
  return [warning('lake/ambiguous-name', text, { hint: 'Set publish.path in the profile to a file of another name.' })];
}
