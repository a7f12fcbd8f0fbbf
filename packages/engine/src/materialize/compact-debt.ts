import { dirname } from 'node:path';
import { fileKey } from '@eider/delta';
import { usualFileBytes } from '../delta/write-files.ts';
import type { DataFile } from '../lake/generation.ts';
import { generationQuery } from './generation-query.ts';
import { type FileRows, type StepPlace, writeRows } from './incremental-files.ts';
import type { MaterializeContext } from './materialization.ts';

/** So many files of about one size are together what a reader should find as one. */
const debtLimit = 8;

/** Files are of one size within a factor of four; below this all are tiny. */
const tinyBytes = 65_536;

/** Rows, and the keys of the files of a Delta table between which they moved. */
export interface Compacted {
  readonly rows: FileRows;
  readonly moved: readonly string[];
}

/**
 * Writes many small files of before as few: eight of about one size become one of the next, so that each row is written anew at most once for each size, and a
 * table has few files however often a little comes in. Files that this build wrote are left for later ones.
 */
export async function payDebt(
  context: Pick<MaterializeContext, 'connection' | 'now'>,
  { before, place, rows }: { readonly before: FileRows; readonly rows: FileRows; readonly place: StepPlace },
): Promise<Compacted> {
  const { layout } = place;
  const nothing = { rows, moved: [] };
  if (isCut(layout) || /^false$/i.test(place.properties?.['delta.autoOptimize.autoCompact'] ?? '')) return nothing;
  const known = new Set(before.files.map(({ path }) => path));
  const old = rows.files.filter(({ path }) => known.has(path));
  const due = dueFiles(old, layout.delta?.fileBytes ?? usualFileBytes);
  return due.length === 0 ? nothing : ((await together(context, { due, place, rows })) ?? nothing);
}

/** Whether the project says how the rows are cut into files. */
function isCut({ copyOptions, delta }: StepPlace['layout']): boolean {
  return delta === undefined && ['file_size_bytes', 'row_groups_per_file'].some((key) => key in copyOptions);
}

export interface TogetherRequest {
  readonly rows: FileRows;
  /** Of these rows. */
  readonly due: readonly DataFile[];
  readonly place: StepPlace;
  /** Puts a query's rows in an order. */
  readonly order?: (sql: string) => string;
}

/** Writes some files' rows together, in the place of the first of them; undefined where they do not fit beside the others. */
export async function together(
  context: Pick<MaterializeContext, 'connection' | 'now'>,
  { due, order = (sql) => sql, place, rows }: TogetherRequest,
): Promise<Compacted | undefined> {
  const going = new Set(due.map(({ path }) => path));
  const kept = rows.files.filter(({ path }) => !going.has(path));
  const count = due.reduce((sum, file) => sum + file.rows, 0);
  const sql = order(generationQuery({ ...rows, files: due, rows: count }));
  const next = await writeRows(context, { sql, kept, before: rows }, { ...place, id: `${place.id}-together` });
  if (next === null) return undefined;
  const stay = new Set(kept.map(({ path }) => path));
  const made = next.files.filter(({ path }) => !stay.has(path));
  const at = rows.files.findIndex(({ path }) => going.has(path));
  const files = [...kept.slice(0, at), ...made, ...kept.slice(at)];
  const moved = [...due, ...made].flatMap(({ add }) => (add === undefined ? [] : [fileKey(add)]));
  return { rows: { ...rows, reader: next.reader, files }, moved };
}

/** The files that are to become fewer: of each partition those of a size of which there are too many, and all that are smaller. */
export function dueFiles(files: readonly DataFile[], fullBytes: number): readonly DataFile[] {
  const due = new Set<DataFile>();
  for (const beside of groupBy(
    files.filter(({ bytes }) => bytes * 4 < fullBytes),
    partitionOf,
  ).values()) {
    const sizes = [...groupBy(beside, ({ bytes }) => sizeOf(bytes))].sort(([a], [b]) => a - b);
    const last = sizes.findLastIndex(([, same]) => same.length >= debtLimit);
    for (const [, same] of sizes.slice(0, last + 1)) for (const file of same) due.add(file);
  }
  return files.filter((file) => due.has(file));
}

function groupBy<T, K>(things: readonly T[], keyOf: (thing: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const thing of things) groups.set(keyOf(thing), [...(groups.get(keyOf(thing)) ?? []), thing]);
  return groups;
}

function sizeOf(bytes: number): number {
  return Math.floor(Math.log2(Math.max(bytes, tinyBytes)) / 2);
}

/** What tells the partition of a file from others. */
export function partitionOf({ add, name }: DataFile): string {
  return add === undefined ? dirname(name) : JSON.stringify(Object.entries(add.partitionValues).sort());
}
