import { dirname } from 'node:path';
import { type Diagnostic, warning } from '@eider/core';
import { type Store, syncPath } from '@eider/store';
import { isRemote, joinPlace } from '../session/place.ts';
import { type AliasOutcome, type AliasRecord, placeAlias, removeAlias } from './alias.ts';
import type { DataFolders } from './data-folder.ts';
import type { Fault } from './fault.ts';
import type { DeltaFacts, FilesGeneration, Generation } from './generation.ts';
import type { Identity } from './identity.ts';
import { inBatches } from './in-batches.ts';
import { jsonBytes, readHint } from './json-object.ts';
import type { Head, LakeOptions } from './lake.ts';
import { finding, type LakeFinding } from './lake-error.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Ledger } from './ledger-store.ts';
import { fromMovable, mapLocations, toMovable } from './movable-place.ts';
import { putOwners } from './owners.ts';
import type { Reach } from './reach.ts';
import { lookAtLocations, placeRemoteAlias, type RemoteAliasRequest, removeRemoteAlias } from './remote-alias.ts';
import { settleTable } from './settle-table.ts';
import { keys, nodeKey } from './state-keys.ts';
import type { TableLogs } from './table-logs.ts';
import { temporaryName } from './temporary-name.ts';

type Records = Readonly<Record<string, AliasRecord>>;

/** A bucket hides its latency behind many requests. */
const atOnceInBucket = 32;

export interface AliasContext {
  readonly store: Store;
  readonly identity: Identity;
  readonly folders: DataFolders;
  readonly reach: Reach;
  /** Whether relations without a location get an alias in the state, for the live file of a lake in a bucket. */
  readonly live: boolean;
  /** Whether the state lay somewhere else when it last placed them: its marks beside locations say so. */
  readonly isMoved: boolean;
  readonly takeOver: boolean;
  readonly randomId: () => string;
  /** The build or other command that places them. */
  readonly worker: string;
  readonly fault: Fault | undefined;
  readonly ledger: Ledger;
  readonly tables: TableLogs;
  readonly options: Pick<LakeOptions, 'eiderVersion' | 'now'>;
}

export interface PlacedAliases {
  readonly records: Records;
  /** Nodes whose alias was placed or taken away. */
  readonly touched: ReadonlySet<string>;
  readonly findings: readonly Diagnostic[];
  /** Locations that could not be replaced: tried again by the next command. */
  readonly failures: readonly LakeFinding[];
}

/** Where a generation appears for other engines; null where nowhere. */
export function aliasLocation(store: Store, generation: Generation, live: boolean): string | null {
  if (generation.kind === 'sql') return null;
  if (generation.location !== null || !live) return generation.location;
  return joinPlace(
    store.root,
    'live',
    generation.folder ? nodeKey(generation.node) : `${nodeKey(generation.node)}.${generation.format}`,
  );
}

/** The aliases as the last commit left them. */
export async function readAliases(store: Store): Promise<Records> {
  return mapLocations((await readHint<Records>(store, keys.aliases)) ?? {}, store.root, fromMovable);
}

/**
 * Step 6 of the commit: every location shows the head's generation. Looks at nodes whose record tells another generation, and at those of `again`, which
 * a pass for an older head may have put wrong after the record was written.
 */
export async function placeAliases(
  context: AliasContext,
  head: Head,
  again: ReadonlySet<string>,
): Promise<PlacedAliases> {
  const before = await readAliases(context.store);
  const lines = Object.entries(head.entry.nodes);
  const records: Record<string, AliasRecord> = {};
  for (const [node] of lines) if (before[node] !== undefined) records[node] = before[node];
  const findings: Diagnostic[] = [];
  const failures: LakeFinding[] = [];
  const touched = new Set<string>();
  const folders = new Set<string>();
  const holders = new Map(Object.entries(before).map(([node, { location }]) => [location, node]));
  const due = lines.filter(([node, { generation }]) => before[node]?.generation !== generation || again.has(node));
  const stands = lookAtLocations(context.reach, due.length);
  const place = async ([node]: (typeof lines)[number]): Promise<void> => {
    const generation = await head.generation(node);
    if (generation === undefined) return;
    const outcome = await placeOne(context, generation, { before, holders, stands, entry: head.entry }).catch(
      (cause: unknown) => {
        failures.push(notPlaced(generation, cause));
      },
    );
    if (outcome === undefined) return;
    await context.fault?.('alias');
    records[node] = outcome.record;
    touched.add(node);
    const changed = outcome.record.location !== null && outcome.record.location !== before[node]?.location;
    if (changed && !outcome.record.location.startsWith(`${context.store.root}/`))
      folders.add(dirname(outcome.record.location));
    if (outcome.movedTo !== undefined) findings.push(movedAside(node, outcome.record.location, outcome.movedTo));
    if (outcome.record.diverged !== undefined) findings.push(hasDiverged(node, outcome.record));
  };
  await inBatches(due, isRemote(context.store.root) ? atOnceInBucket : 8, place);
  await removeOld(context, before, records, touched, folders);
  if (context.isMoved) for (const location of locationsOf(records).values()) folders.add(dirname(location));
  if (touched.size === 0 && folders.size === 0) return { records, touched, findings, failures };
  await syncChanged(records, touched);
  await putOwners(context.reach, context.identity, context.store.root, locationsOf(records), folders, context.takeOver);
  const written = mapLocations(records, context.store.root, toMovable);
  await context.store.put(keys.aliases, jsonBytes(written), { durable: false });
  return { records, touched, findings, failures };
}

function notPlaced(
  { location, node }: Generation & { readonly location?: string | null },
  cause: unknown,
): LakeFinding {
  const text = `The data of ${node} is committed and published, but ${location} still shows the data before: ${cause instanceof Error ? cause.message : String(cause)}`;
  return finding(
    'lake/alias-failed',
    text,
    'Remove the cause, then run eider publish; or give the node another location.',
    node,
  );
}

/** Node → location of the aliases outside the state. */
export function locationsOf(records: Records): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(records).flatMap(([node, { location }]) => (location === null ? [] : [[node, location] as const])),
  );
}

/** What was placed before, by node, and which node had a location. */
interface Placed {
  readonly entry: LedgerEntry;
  readonly before: Records;
  readonly holders: ReadonlyMap<string | null, string>;
  readonly stands: RemoteAliasRequest['stands'];
}

async function placeOne(context: AliasContext, generation: Generation, placed: Placed): Promise<AliasOutcome> {
  const location = aliasLocation(context.store, generation, context.live);
  if (location === null || generation.kind === 'sql') {
    return { record: { generation: generation.id, location: null, how: 'none' } };
  }
  const { delta } = generation;
  if (delta !== undefined) return { record: await placeTable(context, { ...generation, delta }, location, placed) };
  // A node that was renamed leaves its location to another one.
  const own = placed.before[generation.node];
  const holder = own?.location === location ? generation.node : (placed.holders.get(location) ?? generation.node);
  const before = placed.before[holder];
  if (isRemote(location))
    return await placeRemoteAlias({ reach: context.reach, generation, location, before, stands: placed.stands });
  const dataFolder = await context.folders.of(generation.node, generation.location);
  return await placeAlias({
    generation,
    location,
    dataFolder,
    before,
    folderBefore: holder === generation.node ? dataFolder : await context.folders.of(holder, location),
    temporaryName: temporaryName(context.worker, context.randomId()),
  });
}

/** A Delta table needs no alias: its log shows the generation. */
async function placeTable(
  { fault, identity, ledger, options, tables }: AliasContext,
  generation: FilesGeneration & { readonly delta: DeltaFacts },
  location: string,
  { entry }: Placed,
): Promise<AliasRecord> {
  const since = entry.nodes[generation.node]?.since ?? entry.number;
  const from = since === entry.number ? entry : await ledger.entry(since);
  const settled = await settleTable(await tables.open(location), generation, {
    appId: `eider/${identity.id}/${generation.node}`,
    since,
    restores: from.restores !== undefined || from.restoredNodes?.[generation.node] !== undefined,
    engineInfo: `eider/${options.eiderVersion}`,
    now: () => options.now().getTime(),
    fault,
  });
  return { generation: generation.id, location, how: 'table', ...settled };
}

/** Aliases of dropped nodes, and old ones of nodes that moved. */
async function removeOld(
  context: AliasContext,
  before: Records,
  after: Records,
  touched: Set<string>,
  folders: Set<string>,
): Promise<void> {
  const used = new Set(locationsOf(after).values());
  const old = Object.entries(before).filter(
    ([node, { location }]) => location !== null && after[node]?.location !== location,
  );
  await inBatches(old, 8, async ([node, record]) => {
    touched.add(node);
    if (record.location === null || used.has(record.location)) return;
    folders.add(dirname(record.location));
    if (isRemote(record.location)) await removeRemoteAlias(context.reach, record);
    else await removeAlias(record, await context.folders.of(node, record.location));
  });
}

async function syncChanged(records: Records, touched: ReadonlySet<string>): Promise<void> {
  const changed = [...touched].map((node) => records[node]?.location ?? null).filter((location) => location !== null);
  const onDisk = changed.filter((location) => !isRemote(location));
  await inBatches([...new Set(onDisk.map(dirname))], 16, syncPath);
}

function hasDiverged(node: string, { diverged, location }: AliasRecord): Diagnostic {
  const text = `The data of ${node} is committed and published, but its Delta table at ${location} shows what others wrote: ${diverged}.`;
  const hint = 'The next build begins with what the table shows. Let nobody else change the table while it is built.';
  return warning('lake/diverged', text, { hint, node });
}

function movedAside(node: string, location: string | null, to: string): Diagnostic {
  const text = `${location} held something that eider did not write. It was moved to ${to}.`;
  return warning('lake/moved-aside', text, { hint: 'Delete it when nobody needs it any more.', node });
}
