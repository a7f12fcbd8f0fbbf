import { mkdir } from 'node:fs/promises';
import { type AddFile, markedFile, markRows, rowsOf } from '@eider/delta';
import type { Store } from '@eider/store';
import type { DataFile } from '../lake/generation.ts';
import { isRemote, joinPlace, plainName } from '../session/place.ts';
import { quoteList, quoteName, quoteText } from '../session/quote.ts';
import { readRows } from './generation-query.ts';
import type { FileRows } from './incremental-files.ts';
import type { MaterializeContext } from './materialization.ts';

/** Rows of files that change, and of a Delta table whose files may lose rows and stay. */
export interface MarkRequest {
  readonly files: readonly DataFile[];
  /** In SQL, of the rows (`o`) that go. */
  readonly condition: string;
  /** The table's folder. */
  readonly store: Store;
  /** The generation's name: that of a folder in the table's. */
  readonly id: string;
}

const rows = quoteName('_eider_marked');

/**
 * Marks the rows of files that meet a condition as deleted, for readers of the Delta table by deletion vectors and for the catalog, which needs no log, by a Parquet file that lists
 * them. The files without those rows, by path; those of which half would be gone are better written anew and are not among them.
 */
export async function markedFiles(
  { connection }: Pick<MaterializeContext, 'connection'>,
  before: FileRows,
  { condition, files, id, store }: MarkRequest,
): Promise<ReadonlyMap<string, DataFile>> {
  const open = files.filter(({ add }) => add !== undefined && !add.path.includes('%'));
  if (open.length === 0) return new Map();
  const all = readRows({ ...before, files: open }, { file: 'eider_file', row: 'eider_row' });
  await connection.query(
    `CREATE OR REPLACE TEMP TABLE ${rows} AS SELECT eider_file, eider_row FROM (${all}) AS o WHERE (${condition}) IS TRUE`,
  );
  try {
    const lists = `SELECT eider_file, string_agg(eider_row, ',' ORDER BY eider_row) FROM ${rows} GROUP BY 1`;
    const found = await connection.query(lists);
    const positions = new Map(
      found.rows.map(([path, list]) => [String(path), String(list).split(',').map(Number)] as const),
    );
    const marked = open.flatMap((file) => {
      const gone = positions.get(file.path);
      return gone === undefined || file.add === undefined || isMostly(file, gone.length)
        ? []
        : [{ file, add: file.add, positions: gone }];
    });
    if (marked.length === 0) return new Map();
    const { marks } = await markRows(
      store,
      marked.map(({ add, positions: gone }) => ({ file: add, positions: gone })),
      plainName(id),
    );
    const deleted = await listed(connection, marked, joinPlace(store.root, plainName(id)), store);
    return new Map(
      marked.map(({ file, positions: gone }, at): [string, DataFile] => {
        const mark = marks[at];
        if (mark === undefined) throw new Error(`bug: ${file.path} lost rows, and nothing says which`);
        return [file.path, { ...file, rows: file.rows - gone.length, add: markedFile(mark), deleted }];
      }),
    );
  } finally {
    await connection.query(`DROP TABLE IF EXISTS ${rows}`);
  }
}

/** Whether half of the rows that a file was written with would be gone. */
function isMostly({ add, rows: left }: DataFile, more: number): boolean {
  const written = add === undefined ? undefined : rowsOf(add);
  return (left - more) * 2 <= (written ?? left);
}

/** Writes the list of all rows that files have lost. Its name hides it from the vacuums of others. */
async function listed(
  connection: MaterializeContext['connection'],
  marked: readonly { readonly file: DataFile; readonly add: AddFile }[],
  folder: string,
  store: Store,
): Promise<NonNullable<DataFile['deleted']>> {
  if (!isRemote(folder)) await mkdir(folder, { recursive: true });
  const path = joinPlace(folder, '_deleted.parquet');
  const paths = marked.map(({ file }) => file.path);
  const known = [...new Set(marked.flatMap(({ file }) => (file.deleted ? [file.deleted.path] : [])))];
  const name = 'parse_filename(eider_file) AS eider_file, eider_row AS eider_row';
  const own = `SELECT ${name} FROM ${rows} WHERE eider_file IN (${paths.map(quoteText).join(', ')})`;
  const names = `SELECT parse_filename(path) FROM (SELECT unnest(${quoteList(paths)}) AS path)`;
  const older =
    known.length === 0 ? '' : ` UNION SELECT * FROM read_parquet(${quoteList(known)}) WHERE eider_file IN (${names})`;
  await connection.query(
    `COPY (SELECT * FROM (${own}${older}) ORDER BY ALL) TO ${quoteText(path)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  const stored = await store.stat(path.slice(store.root.length + 1));
  if (stored === undefined) throw new Error(`bug: ${path} was written and is not there`);
  return { path, bytes: stored.bytes };
}
