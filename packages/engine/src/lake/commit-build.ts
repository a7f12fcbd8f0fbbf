import { dirname } from 'node:path';
import { allEnded } from '@eider/store';
import type { BuildRequest } from './build.ts';
import { type Conflict, findConflicts, nextEntry } from './commit-plan.ts';
import { folderOf } from './data-folder.ts';
import { checkFiles, syncFolders } from './durable-generation.ts';
import { putFacts } from './facts.ts';
import type { Generation } from './generation.ts';
import type { CommitRequest, CommitResult, PlacesRequest } from './lake.ts';
import { type LakeContext, readHead } from './lake-context.ts';
import { LakeError, refuse } from './lake-error.ts';
import type { LedgerEntry } from './ledger.ts';
import { findMisplaced } from './misplaced.ts';
import { aliasLocation } from './place-aliases.ts';
import { findUnpublishable, settle } from './settle.ts';
import { showCommitted } from './show.ts';
import { storedFiles } from './stored-files.ts';

/** Tells the build how far its commit came: what an entry may name must not be deleted, even where the commit fails later. */
export interface CommitProgress {
  trying(generations: readonly Generation[]): void;
  lost(generations: readonly Generation[]): void;
  won(number: number): Promise<void>;
  /** Whether nobody can have taken the build for dead, and deleted its files. */
  isUnbroken(): boolean;
}

/** Steps 1 to 8 of the commit. Throws `lake/conflict`, `lake/same-location`, `lake/location-taken`, `lake/published-path-taken` with nothing committed; `lake/not-shown` after the commit. */
export async function commitBuild(
  context: LakeContext,
  build: BuildRequest,
  request: CommitRequest,
  finished: ReadonlyMap<string, string>,
  progress: CommitProgress,
): Promise<CommitResult> {
  const { fault } = context.options;
  const mine = namedBy(request).filter(({ id }) => finished.has(id));
  // A server that said that it has an object has it, unless somebody deleted it. A disk may do otherwise, and is asked for nothing.
  await checkFiles(context.reach, mine, progress.isUnbroken() ? 'on disk' : 'all');
  const [facts, unpublishable] = await allEnded([
    putFacts(context.store, request.nodes),
    findUnpublishable(context),
    makeDurable(context, mine, finished),
  ]);
  await fault?.('sync');
  refuse(unpublishable);
  const entry = await addEntry(context, build, request, facts, progress);
  if (entry === undefined)
    return { kind: 'nothing', number: null, published: null, dropped: [], relations: 0, unbound: {}, findings: [] };
  // Until an entry names the facts they are nobody's, and retention may have deleted them.
  await allEnded([progress.won(entry.number), putFacts(context.store, request.nodes, facts)]);
  await fault?.('entry');
  const settled = await showCommitted(entry.number, () => settle(context, build.identity, build.id));
  return {
    kind: 'committed',
    number: entry.number,
    published: settled.published,
    dropped: entry.dropped,
    relations: Object.keys(entry.nodes).length - Object.keys(settled.unbound).length,
    unbound: settled.unbound,
    findings: [...settled.findings, ...settled.failures],
  };
}

/** All generations that the entry will name. */
function namedBy({ candidates = [], publish }: CommitRequest): readonly Generation[] {
  return [...Object.values(publish).map(({ generation }) => generation), ...candidates];
}

/** Step 1: what an entry may name is on the disk, files before their objects. */
async function makeDurable(
  context: LakeContext,
  mine: readonly Generation[],
  finished: ReadonlyMap<string, string>,
): Promise<void> {
  const roots = new Map<string, string>();
  for (const generation of mine) {
    if (generation.kind !== 'files') continue;
    const folder = await folderOf(context.folders, generation);
    for (const { path } of storedFiles(generation)) roots.set(path, dirname(folder));
  }
  await syncFolders(mine, (path) => roots.get(path) ?? path);
  await context.store.sync(mine.map(({ id }) => finished.get(id)).filter((key) => key !== undefined));
}

/** Steps 3 and 4: looks for conflicts with the head and takes the next number, until one is won. Undefined where there is nothing to commit. */
async function addEntry(
  context: LakeContext,
  build: BuildRequest,
  request: CommitRequest,
  facts: string,
  progress: CommitProgress,
): Promise<LedgerEntry | undefined> {
  for (;;) {
    const head = (await readHead(context))?.entry;
    await refuseConflicts(context, build, head, request);
    refuse(await findMisplaced(context, build.identity.id, head, locationsIn(context, request)));
    const entry = nextEntry(head, request, {
      build: build.id,
      command: build.command,
      startedAt: build.startedAt,
      committedAt: context.options.now().toISOString(),
      eiderVersion: context.options.eiderVersion,
      database: request.session.database,
      by: context.options.by,
      facts,
    });
    await context.options.fault?.('check');
    if (entry === undefined) return undefined;
    progress.trying(namedBy(request));
    if (await context.ledger.add(entry)) return entry;
    progress.lost(namedBy(request));
  }
}

async function refuseConflicts(
  context: LakeContext,
  build: BuildRequest,
  head: LedgerEntry | undefined,
  request: CommitRequest,
): Promise<void> {
  const conflicts = findConflicts(build.head?.entry, head, request.publish);
  if (conflicts.length === 0) return;
  const since = await replacing(context, build.head?.entry, head, conflicts);
  throw new LakeError(
    'lake/conflict',
    `${conflictText(conflicts)} since this one (${build.id}) began at ${second(build.startedAt)}. Committed meanwhile: ${since.map(entryText).join('; ')}.`,
    'Nothing of this build was committed. Run it again: it begins from the newest state. With --wait a build waits for others of the same nodes.',
  );
}

/** The commits since a build began that replaced or dropped what it conflicts about: the newest five. */
async function replacing(
  { ledger }: LakeContext,
  start: LedgerEntry | undefined,
  head: LedgerEntry | undefined,
  conflicts: readonly Conflict[],
): Promise<readonly LedgerEntry[]> {
  const found: LedgerEntry[] = [];
  const first = start?.number ?? 0;
  for (let number = head?.number ?? 0; number > first && found.length < named; number--) {
    const entry = await ledger.entry(number);
    const before = number - 1 === first ? start : await ledger.entry(number - 1);
    const isChange = ({ node }: Conflict): boolean => entry.nodes[node]?.generation !== before?.nodes[node]?.generation;
    if (conflicts.some(isChange)) found.unshift(entry);
  }
  return found;
}

const named = 5;

function conflictText(conflicts: readonly Conflict[]): string {
  const lines = conflicts
    .slice(0, named)
    .map(({ by, node, what }) => (what === 'replaces' ? node : `${node}, which ${by} read here`));
  const more = conflicts.length > named ? `; and ${conflicts.length - named} more` : '';
  return `Another build replaced what this one made or read: ${lines.join('; ')}${more},`;
}

/** `state 42 by eider build of ada on nas, 20261121T030000123Z-1a2b3c4d, at 2026-11-21T03:02:10Z`. */
function entryText({ build, by, command, committedAt, number }: LedgerEntry): string {
  const who = by === undefined ? '' : ` of ${[by.user, by.host].filter(Boolean).join(' on ')}`;
  return `state ${number} by eider ${command}${who} (${build}) at ${second(committedAt)}`;
}

function second(time: string): string {
  return `${time.slice(0, 19)}Z`;
}

function locationsIn({ store }: LakeContext, request: CommitRequest): PlacesRequest {
  const published = Object.entries(request.publish);
  return {
    locations: new Map(published.map(([node, { generation }]) => [node, aliasLocation(store, generation, false)])),
    drops: (node) => request.dropMissing && request.nodes[node] === undefined,
  };
}
