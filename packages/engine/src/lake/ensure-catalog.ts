import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuiltCatalog, buildCatalog, type CatalogRequest } from '../catalog/build-catalog.ts';
import type { CatalogDatabase } from '../catalog/catalog-database.ts';
import { namesFile, readKnownNodes } from '../catalog/read-catalog.ts';
import { filesQuery } from '../catalog/view-query.ts';
import type { CatalogFile, CatalogShelf } from './catalog-shelf.ts';
import { readFacts } from './facts.ts';
import type { Identity } from './identity.ts';
import { jsonBytes, readHint } from './json-object.ts';
import type { Head } from './lake.ts';
import { factsOf, type LakeContext } from './lake-context.ts';
import { temporaryName } from './temporary-name.ts';

/** `S/catalog/<n>.duckdb` as it was made: who finds it changed does not build on it. */
interface CatalogRecord extends CatalogFile {
  readonly number: number;
  /** Where the state lay: its views name files there. */
  readonly state: string;
}

export interface MadeCatalog {
  readonly number: number;
  readonly path: string;
  readonly unbound: Readonly<Record<string, string>>;
  readonly schemas: readonly string[];
}

const recordKey = 'catalog/newest.json';

export interface EnsureRequest {
  readonly identity: Identity;
  readonly database: CatalogDatabase;
  readonly shelf: CatalogShelf;
  readonly head: Head;
  /** The build or other command that needs it. */
  readonly worker: string;
  /** Node → why its Delta table shows something else; where that is known. Until it is, the catalog is put nowhere. */
  readonly diverged?: Promise<ReadonlyMap<string, string>>;
}

/** The catalog file of a head: the one that is there, or a new one made from the newest older one. Whoever puts it first wins; all make the same. */
export async function ensureCatalog(context: LakeContext, wanted: EnsureRequest): Promise<MadeCatalog> {
  const { shelf } = wanted;
  const { number } = wanted.head.entry;
  const [stands, base] = await Promise.all([shelf.look(number), usableBase(context, shelf, number)]);
  const found = stands && (await lookInto(context, wanted, stands));
  if (found !== undefined) return found;
  const request = await requestOf(context, wanted, base);
  const temporary = request.path;
  const built = buildAnyhow(request).finally(() => wanted.diverged);
  const { unbound, schemas } = await built.catch(async (cause: unknown) => {
    for (const name of [temporary, `${temporary}.wal`]) await rm(name, { force: true });
    throw cause;
  });
  const path = await shelf.put(temporary, number, stands !== undefined);
  const file = await shelf.look(number);
  if (file !== undefined)
    await context.store.put(recordKey, jsonBytes({ number, state: context.store.root, ...file }), { durable: false });
  return { number, path, unbound, schemas };
}

/** The catalog file of any entry, where it stands on the shelf as it was made. */
export async function standingCatalog(context: LakeContext, wanted: EnsureRequest): Promise<MadeCatalog | undefined> {
  const stands = await wanted.shelf.look(wanted.head.entry.number);
  return stands && (await lookInto(context, wanted, stands));
}

/** A catalog of any retained entry, made from the ledger alone under a temporary name: who asks for it takes it away. `all`: with the rows of every relation in it. */
export async function catalogAside(
  context: LakeContext,
  wanted: EnsureRequest,
  internal: CatalogRequest['internal'],
): Promise<MadeCatalog> {
  const { number } = wanted.head.entry;
  const request = await requestOf(context, wanted, null);
  const built = await buildCatalog({ ...request, internal }).catch(async (cause: unknown) => {
    for (const name of [request.path, `${request.path}.wal`]) await rm(name, { force: true });
    throw cause;
  });
  return { number, path: request.path, ...built };
}

async function requestOf(
  context: LakeContext,
  { database, diverged = Promise.resolve(new Map()), head, identity, shelf, worker }: EnsureRequest,
  number: number | null,
): Promise<CatalogRequest> {
  const [facts, base] = await Promise.all([factsOf(context, head.entry), number === null ? null : shelf.open(number)]);
  return {
    database,
    identity,
    head,
    facts,
    entry: context.ledger.entry,
    factsOf: (hash) => readFacts(context.store, hash),
    base,
    path: join(await shelf.desk(), `${temporaryName(worker, context.options.randomId())}.duckdb`),
    internal: context.options.internal,
    filesQuery,
    diverged,
  };
}

/** From the older catalog, or from the ledger alone where that one is of no use. */
async function buildAnyhow(request: CatalogRequest): Promise<BuiltCatalog> {
  try {
    return await buildCatalog(request);
  } catch (cause) {
    if (request.base === null) throw cause;
    return await buildCatalog({ ...request, base: null });
  }
}

/** The number of the newest older catalog, if it is as this state made it. Its inode is the published file's: a client that may write could have changed it. */
async function usableBase(context: LakeContext, shelf: CatalogShelf, number: number): Promise<number | null> {
  const [record, numbers] = await Promise.all([readHint<CatalogRecord>(context.store, recordKey), shelf.numbers()]);
  const newest = Math.max(0, ...numbers.filter((each) => each < number));
  if (record?.number !== newest || record.state !== context.store.root) return null;
  return isAsMade(record, await shelf.look(newest)) ? newest : null;
}

function isAsMade(record: CatalogRecord, there: CatalogFile | undefined): boolean {
  return there?.bytes === record.bytes && there.modifiedMs === record.modifiedMs;
}

/** A file of any of an entry's generations. */
async function someFile({ entry, generation }: Head): Promise<string | undefined> {
  for (const node of Object.keys(entry.nodes)) {
    const found = await generation(node);
    if (found?.kind === 'files' && found.files[0] !== undefined) return found.files[0].path;
  }
  return undefined;
}

/**
 * Undefined for a file that a client changed or keeps locked, for one of an entry that the machine lost before it was durable, and for one that was made
 * while the state lay somewhere else.
 */
async function lookInto(
  context: LakeContext,
  { database, head, shelf }: EnsureRequest,
  file: CatalogFile,
): Promise<MadeCatalog | undefined> {
  const { entry } = head;
  const record = await readHint<CatalogRecord>(context.store, recordKey);
  if (record?.number === entry.number && !isAsMade(record, file)) return undefined;
  const path = await shelf.open(entry.number);
  const sample = await someFile(head);
  const read = database.withFile(path, 'read', async () => {
    const isHere = sample === undefined || (await namesFile(database.connection, sample));
    return isHere ? await readKnownNodes(database.connection) : undefined;
  });
  const known = await read.catch(() => undefined);
  const lines = Object.entries(entry.nodes);
  if (known?.size !== lines.length) return undefined;
  if (lines.some(([node, { generation }]) => known.get(node)?.generation !== generation)) return undefined;
  const nodes = [...known.values()];
  return {
    number: entry.number,
    path,
    unbound: Object.fromEntries(nodes.flatMap(({ node, error }) => (error === null ? [] : [[node, error]]))),
    schemas: [...new Set(nodes.map(({ name }) => name.schema))],
  };
}
