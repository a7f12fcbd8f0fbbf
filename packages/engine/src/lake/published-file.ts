import { lstat, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { errorCode, linkOrCopy, renameOver, syncPath } from '@eider/store';
import type { CatalogDatabase } from '../catalog/catalog-database.ts';
import { type CatalogState, readState } from '../catalog/read-catalog.ts';
import { isRemote } from '../session/place.ts';
import type { LakeOptions } from './lake.ts';
import { finding, type LakeFinding } from './lake-error.ts';
import type { Reach, RemotePlace } from './reach.ts';

/** How a published file was put, so that it is known again without opening it. */
export interface PublishedRecord {
  readonly path: string;
  readonly number: number;
  readonly inode: number;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** With the inode it names a file for good, where the file system tells it. */
  readonly bornMs?: number;
}

/** What stands at a published path: nothing, a catalog of some state, or something that eider did not make. */
export type PublishedThere =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'catalog'; readonly state: CatalogState }
  | { readonly kind: 'other'; readonly why: string };

/** Looks at a published path by opening what stands there. */
export async function lookAtPublished(reach: Reach, database: CatalogDatabase, path: string): Promise<PublishedThere> {
  const remote = await reach.remote(path);
  if (remote !== undefined) return await lookAtRemote(remote, database);
  const there = await lstat(path).catch(() => undefined);
  if (there === undefined) return { kind: 'nothing' };
  if (there.isDirectory()) return { kind: 'other', why: 'it is a folder' };
  try {
    return { kind: 'catalog', state: await database.withFile(path, 'read', () => readState(database.connection)) };
  } catch (cause) {
    return { kind: 'other', why: notCatalog(cause) };
  }
}

/** What somebody else's file is, without DuckDB's words about it. */
function notCatalog(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/"?eider(\.\w+)?"? does not exist/.test(message)) return 'it is a DuckDB database that something else wrote';
  if (/not a valid DuckDB database/.test(message)) return 'it is no DuckDB database';
  return message.replace(/^[A-Z][\w ]*? Error: /, '');
}

async function lookAtRemote({ key, store }: RemotePlace, database: CatalogDatabase): Promise<PublishedThere> {
  if ((await store.stat(key)) === undefined) return { kind: 'nothing' };
  const folder = await mkdtemp(join(tmpdir(), 'eider-published-'));
  const copy = join(folder, 'published.duckdb');
  try {
    await writeFile(copy, await store.get(key));
    return { kind: 'catalog', state: await database.withFile(copy, 'read', () => readState(database.connection)) };
  } catch (cause) {
    return { kind: 'other', why: notCatalog(cause) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a catalog is written for, with the code and the advice where something else stands there. */
const places = {
  published: ['lake/published-path-taken', 'The published catalog', 'Set publish.path in the profile to another file'],
  live: ['lake/live-path-taken', 'The live file', 'Set publish.live in the profile to another file'],
  copy: ['lake/file-taken', 'The catalog', 'Give --to another file'],
} as const;
export type CatalogPlace = keyof typeof places;

/**
 * Finds `lake/published-path-taken` or its like: something stands at the path that this project may not replace. A catalog of the project's own is replaced, of whatever
 * state: who moves the lake, changes the schema or deletes the state publishes on.
 */
export function findForeign(
  path: string,
  there: PublishedThere,
  { project, takeOver = false }: Pick<LakeOptions, 'project' | 'takeOver'>,
  place: CatalogPlace,
): readonly LakeFinding[] {
  if (takeOver || there.kind === 'nothing') return [];
  if (there.kind === 'catalog' && there.state.project === project) return [];
  const what =
    there.kind === 'catalog'
      ? `the catalog of another project ('${there.state.project}')`
      : `something that is no catalog of eider (${there.why})`;
  const [code, which, advice] = places[place];
  const text = `${which} should be written to ${path}, where ${what} stands.`;
  return [finding(code, text, `${advice}, or take this one with --take-over.`)];
}

/** Whether a path still holds what a record tells. */
export async function isAsPut(reach: Reach, record: PublishedRecord | undefined, path: string): Promise<boolean> {
  if (isRemote(path)) return await isRemoteAsPut(reach, record, path);
  const there = record?.path === path ? await lstat(path).catch(() => undefined) : undefined;
  return (
    there !== undefined &&
    there.ino === record?.inode &&
    there.size === record.bytes &&
    there.mtimeMs === record.modifiedMs
  );
}

async function isRemoteAsPut(reach: Reach, record: PublishedRecord | undefined, path: string): Promise<boolean> {
  const remote = record?.path === path ? await reach.remote(path) : undefined;
  const there = await remote?.store.stat(remote.key);
  return there !== undefined && there.bytes === record?.bytes && there.modified.getTime() === record.modifiedMs;
}

/** Whether a path still holds the file that a record tells, though a client may have written to it, or keeps it locked. */
export async function isPut(reach: Reach, record: PublishedRecord | undefined, path: string): Promise<boolean> {
  if (isRemote(path)) return await isRemoteAsPut(reach, record, path);
  if (record === undefined || record.path !== path) return false;
  const there = await lstat(path).catch(() => undefined);
  return there?.ino === record.inode && there.birthtimeMs === record.bornMs;
}

export interface PutPublished {
  readonly record: PublishedRecord;
  /** Where a client's write-ahead file was moved to. */
  readonly walMovedTo?: string;
  /** Where the file was put instead, because the path could not be replaced. */
  readonly putInstead?: string;
}

/**
 * Step 8 of the commit: the catalog at its published path, by a hard link and a rename where one file system holds both. A `.wal` beside the path is moved
 * aside before: DuckDB would replay it onto the new file. `name` is a temporary one that nobody else uses.
 */
export async function putPublished(
  reach: Reach,
  catalog: string,
  path: string,
  { name, number }: { readonly number: number; readonly name: string },
): Promise<PutPublished> {
  const remote = await reach.remote(path);
  if (remote !== undefined) return { record: await putRemote(remote, catalog, path, number) };
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), name);
  try {
    return await moveToPublished(catalog, temporary, path, number);
  } finally {
    // After a failure; and a rename between two names of one file does nothing, and leaves the first.
    await rm(temporary, { force: true });
  }
}

/** In a bucket one PUT replaces the object: a reader that has it open must open it again. */
async function putRemote(
  { key, store }: RemotePlace,
  catalog: string,
  path: string,
  number: number,
): Promise<PublishedRecord> {
  await store.put(key, await readFile(catalog));
  const there = await store.stat(key);
  return { path, number, inode: 0, bytes: there?.bytes ?? 0, modifiedMs: there?.modified.getTime() ?? 0 };
}

async function moveToPublished(
  catalog: string,
  temporary: string,
  path: string,
  number: number,
): Promise<PutPublished> {
  await linkOrCopy(catalog, temporary);
  const { birthtimeMs, ino, size, mtimeMs } = await lstat(temporary);
  const record = { path, number, inode: ino, bytes: size, modifiedMs: mtimeMs, bornMs: birthtimeMs };
  const wal = await moveWal(path, number);
  try {
    await renameOver(temporary, path);
  } catch (cause) {
    if (!['EBUSY', 'EACCES', 'EPERM', 'ETXTBSY'].includes(errorCode(cause))) throw cause;
    const instead = join(dirname(path), `${basename(path, extname(path))}.${number}${extname(path)}`);
    await renameOver(temporary, instead);
    return { record: { ...record, path: instead }, putInstead: instead, ...wal };
  }
  await syncPath(dirname(path));
  return { record, ...wal };
}

async function moveWal(path: string, number: number): Promise<{ readonly walMovedTo?: string }> {
  const aside = `${path}.${number}.wal-aside`;
  try {
    await rename(`${path}.wal`, aside);
    return { walMovedTo: aside };
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return {};
    throw cause;
  }
}
