import { link, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, syncPath } from '@eider/store';
import { type BuiltCatalog, buildCatalog, type CatalogRequest } from '../catalog/build-catalog.ts';
import type { CatalogDatabase } from '../catalog/catalog-database.ts';
import { readKnownNodes } from '../catalog/read-catalog.ts';
import { filesQuery } from '../catalog/view-query.ts';
import { readFacts } from './facts.ts';
import type { Identity } from './identity.ts';
import { jsonBytes, readHint } from './json-object.ts';
import type { Head } from './lake.ts';
import { factsOf, type LakeContext } from './lake-context.ts';
import { temporaryName } from './temporary-name.ts';

/** `S/catalog/<n>.duckdb` as it was made: who finds it changed does not build on it. */
interface CatalogRecord {
  readonly number: number;
  readonly bytes: number;
  readonly modifiedMs: number;
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
  readonly head: Head;
  /** The build or other command that needs it. */
  readonly worker: string;
}

/** The catalog file of a head: the one that is there, or a new one made from the newest older one. Whoever puts it first wins; all make the same. */
export async function ensureCatalog(context: LakeContext, wanted: EnsureRequest): Promise<MadeCatalog> {
  const { database, head, identity, worker } = wanted;
  const { number } = head.entry;
  const folder = join(context.store.root, 'catalog');
  const path = join(folder, `${number}.duckdb`);
  const stands = (await lstat(path).catch(() => undefined)) !== undefined;
  const found = stands ? await lookInto(context, database, path, head) : undefined;
  if (found !== undefined) return found;
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `${temporaryName(worker, context.options.randomId())}.duckdb`);
  const request: CatalogRequest = {
    database,
    identity,
    head,
    facts: await factsOf(context, head.entry),
    entry: context.ledger.entry,
    factsOf: (hash) => readFacts(context.store, hash),
    base: await usableBase(context, folder, number),
    path: temporary,
    internal: context.options.internal,
    filesQuery,
  };
  const { unbound, schemas } = await buildAnyhow(request).catch(async (cause: unknown) => {
    for (const name of [temporary, `${temporary}.wal`]) await rm(name, { force: true });
    throw cause;
  });
  await (stands ? rename(temporary, path) : putOnce(temporary, path));
  await syncPath(folder);
  const { size, mtimeMs } = await lstat(path);
  const record: CatalogRecord = { number, bytes: size, modifiedMs: mtimeMs };
  await context.store.put(recordKey, jsonBytes(record), { durable: false });
  return { number, path, unbound, schemas };
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

async function putOnce(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return await rm(temporary);
    // No links here: all who build this number make the same file, so a rename does no harm.
    return await rename(temporary, path);
  }
  await rm(temporary);
}

/** The newest older catalog, if it is as this state made it. Its inode is the published file's: a client that may write could have changed it. */
async function usableBase(context: LakeContext, folder: string, number: number): Promise<string | null> {
  const record = await readHint<CatalogRecord>(context.store, recordKey);
  const older = (await readdir(folder))
    .map((name) => Number(/^(\d+)\.duckdb$/.exec(name)?.[1] ?? 0))
    .filter((each) => each < number);
  const newest = Math.max(0, ...older);
  if (record === undefined || record.number !== newest) return null;
  const path = join(folder, `${newest}.duckdb`);
  return (await isAsMade(record, path)) ? path : null;
}

async function isAsMade(record: CatalogRecord, path: string): Promise<boolean> {
  const there = await lstat(path).catch(() => undefined);
  return there?.size === record.bytes && there.mtimeMs === record.modifiedMs;
}

/** Undefined for a file that a client changed or keeps locked, and for one of an entry that the machine lost before it was durable. */
async function lookInto(
  context: LakeContext,
  database: CatalogDatabase,
  path: string,
  { entry }: Head,
): Promise<MadeCatalog | undefined> {
  const record = await readHint<CatalogRecord>(context.store, recordKey);
  if (record?.number === entry.number && !(await isAsMade(record, path))) return undefined;
  const read = database.withFile(path, 'read', () => readKnownNodes(database.connection));
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
