import { mkdir } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import {
  type AddFile,
  type ComputePort,
  decodePath,
  type EditTask,
  encodePath,
  type FoundRows,
  fileKey,
  fileLocation,
  type OpenSource,
  type Order,
  type ReadRange,
  type RowPart,
  type Snapshot,
  type StructType,
  type WriteTarget,
} from '@eider/delta';
import { quoteName } from '../session/quote.ts';
import { type Connection, SqlError } from '../session/session.ts';
import { brokenRules } from './broken-rules.ts';
import { deltaColumn } from './delta-types.ts';
import { dictionaryLimit } from './dictionary-limit.ts';
import { editBounds } from './edit-bounds.ts';
import { changesQuery, type EditSql, findQuery, insertedQuery, keptQuery } from './edit-query.ts';
import { readFileFacts } from './file-facts.ts';
import { dropMeetings, findMeetings, keepsMeetings, type Meetings } from './meetings.ts';
import { type FileFacts, keysByLocation, scanQuery } from './scan-query.ts';
import { usualFileBytes, writeDeltaFiles } from './write-files.ts';

/** The rows of Delta tables through DuckDB: sources are queries, conditions are SQL. A source that is held is a temporary table of the connection, which may spill. */
export function duckComputePort(connection: Connection, root: string, readRange: ReadRange): ComputePort {
  const at: Place = { connection, root, readRange, held: new Set(), met: new Map(), facts: new WeakMap() };
  return {
    open: (query, hold) => openSource(at, query, hold),
    bounds: (task) => editBounds(connection, task),
    find: (task, positions) => findRows(at, task, positions),
    write: (task, parts, target) => writeParts(at, task, parts, target),
    writeChanges: async (task, target) => {
      const place = { ...at, root: `${root}/_change_data` };
      const adds = await writeRows(place, changesQuery(await editSql(at, task)), target);
      return adds.map(({ path, partitionValues, size }) => ({
        path: `_change_data/${path}`,
        partitionValues,
        size,
        dataChange: false,
      }));
    },
    broken: async (task, rules) => {
      const sql = await editSql(at, task);
      const rows = [keptQuery(sql, { kept: false, changed: true }), insertedQuery(sql)].join('\nUNION ALL\n');
      return await brokenRules(connection, { rows, rules, schema: task.schema });
    },
  };
}

interface Place {
  readonly connection: Connection;
  /** Where data files are written: an absolute path or URI. */
  readonly root: string;
  readonly readRange: ReadRange;
  /** Relations of the sources that are held. */
  readonly held: Set<string>;
  /** What was found of sources that are held, by their relation. */
  readonly met: Map<string, { readonly meetings: Meetings; readonly touched: ReadonlySet<string> }>;
  /** Of the files that were last asked for, by the table's version. */
  readonly facts: WeakMap<Snapshot, { readonly keys: ReadonlySet<string>; readonly facts: FileFacts }>;
}

async function findRows(at: Place, task: EditTask, positions: boolean): Promise<readonly FoundRows[]> {
  if (task.snapshot === undefined) return [];
  const plain = await editSql(at, task);
  const meetings = keepsMeetings(task, at.held) ? await findMeetings(at.connection, plain, task) : undefined;
  const byPlace = keysByLocation({ ...task.snapshot, files: filesOf(task.files) });
  const { rows } = await at.connection.query(findQuery({ ...plain, meetings }, positions));
  const found = rows.map(([place, count, meetings, list]) => ({
    key: byPlace.get(String(place)) ?? '',
    ...{ rows: Number(count), meetings: Number(meetings) },
    ...(positions ? { positions: String(list).split(',').map(Number) } : {}),
  }));
  if (meetings !== undefined && task.source !== undefined)
    at.met.set(task.source.relation, { meetings, touched: new Set(found.map(({ key }) => key)) });
  return found;
}

async function writeParts(
  at: Place,
  task: EditTask,
  parts: readonly RowPart[],
  target: WriteTarget,
): Promise<readonly AddFile[]> {
  const sql = await editSql(at, task);
  const [kept, changed] = [parts.includes('kept'), parts.includes('changed')];
  const inserted = parts.includes('inserted') && task.edit.inserts?.length ? [insertedQuery(sql)] : [];
  const locations = task.files.map(({ path }) => fileLocation(task.snapshot?.root ?? '', path));
  const dictionary = kept ? await dictionaryLimit(at.connection, locations) : undefined;
  const written = async (queries: readonly string[]): Promise<readonly AddFile[]> =>
    queries.length === 0 ? [] : await writeRows(at, queries.join('\nUNION ALL\n'), target, dictionary);
  // What stays of many files keeps its order, and with it the bounds of its columns; what changed is from anywhere.
  const isLarge = task.files.reduce((sum, { size }) => sum + size, 0) > (target.fileBytes ?? usualFileBytes);
  if (!kept || sql.meetings === undefined || !isLarge || target.partitionBy.length > 0)
    return await written([...(kept || changed ? [keptQuery(sql, { kept, changed })] : []), ...inserted]);
  const others = [...(changed ? [keptQuery(sql, { kept: false, changed })] : []), ...inserted];
  return [...(await written([keptQuery(sql, { kept, changed: false })])), ...(await written(others))];
}

let sources = 0;

async function openSource({ connection, held, met }: Place, query: string, hold: boolean): Promise<OpenSource> {
  const described = await connection.objects(`DESCRIBE (\n${query}\n)`);
  const columns = described.map((row) => {
    const column = deltaColumn(String(row.column_name), String(row.column_type));
    if (!('why' in column)) return column;
    throw new SqlError(`The column "${column.name}" cannot be in a Delta table: ${column.why}. Cast it.`, {
      sql: query,
      kind: 'Binder',
    });
  });
  const casts = columns.map(
    ({ field, fileType }) => `CAST(${quoteName(field.name)} AS ${fileType}) AS ${quoteName(field.name)}`,
  );
  const rows = `SELECT ${casts.join(', ')} FROM (\n${query}\n)`;
  sources += 1;
  const relation = hold ? `_eider_source_${sources}` : `(${rows})`;
  if (hold) {
    await connection.query(`CREATE TEMP TABLE ${relation} AS ${rows}`);
    held.add(relation);
  }
  return {
    schema: { type: 'struct', fields: columns.map(({ field }) => field) },
    notes: columns.flatMap(({ field, note }) => (note === null ? [] : [`${field.name}: ${note}`])),
    relation,
    close: async () => {
      const found = met.get(relation);
      if (found !== undefined) await dropMeetings(connection, found.meetings);
      met.delete(relation);
      if (held.delete(relation)) await connection.query(`DROP TABLE IF EXISTS ${relation}`);
    },
  };
}

const filesOf = (files: readonly AddFile[]): ReadonlyMap<string, AddFile> =>
  new Map(files.map((file) => [fileKey(file), file]));

async function editSql(
  at: Place,
  { edit, files, schema, searched = files, snapshot, source }: EditTask,
): Promise<EditSql> {
  const held: StructType = snapshot?.schema ?? { type: 'struct', fields: [] };
  const scanOf = async (some: readonly AddFile[]): Promise<string> => {
    if (snapshot === undefined) return 'SELECT NULL WHERE false';
    return scanQuery({ ...snapshot, files: filesOf(some) }, await factsOf(at, snapshot, some), { places: true });
  };
  const scan = await scanOf(files);
  const known = source === undefined ? undefined : at.met.get(source.relation);
  if (known !== undefined) {
    const keys = new Set(files.map(fileKey));
    const isAll = [...known.touched].every((key) => keys.has(key));
    const among = isAll ? undefined : files.map(({ path }) => fileLocation(snapshot?.root ?? '', path));
    return { edit, schema, held, source, scan, searched: scan, meetings: known.meetings, among };
  }
  return { edit, schema, held, source, scan, searched: searched === files ? scan : await scanOf(searched) };
}

/** What was asked of a version's files is not asked again of some of them: files do not change. */
async function factsOf(at: Place, snapshot: Snapshot, some: readonly AddFile[]): Promise<FileFacts> {
  const known = at.facts.get(snapshot);
  if (known !== undefined && some.every((file) => known.keys.has(fileKey(file)))) return known.facts;
  const files = filesOf(some);
  const facts = await readFileFacts(at.connection, { ...snapshot, files }, at.readRange);
  at.facts.set(snapshot, { keys: new Set(files.keys()), facts });
  return facts;
}

async function writeRows(
  { connection, root }: Place,
  query: string,
  target: WriteTarget,
  dictionary?: number,
): Promise<readonly AddFile[]> {
  // DuckDB makes the folder that it writes to, but none above.
  if (isAbsolute(root)) await mkdir(root, { recursive: true });
  const { beside, configuration, fileBytes, now, order, partitionBy, prefix } = target;
  const folder = beside === undefined ? '' : folderOf(beside.path);
  const indexed = Number(configuration['delta.dataSkippingNumIndexedCols'] ?? 32);
  const codec = configuration['delta.parquet.compression.codec'];
  const { adds } = await writeDeltaFiles({
    ...{ connection, prefix, now, indexed, codec, dictionary },
    sql: order === undefined ? query : orderedQuery(query, order),
    root: folder === '' ? root : `${root}/${folder}`,
    partitionBy: beside === undefined ? partitionBy : [],
    ...(fileBytes === undefined ? {} : { fileBytes }),
  });
  if (beside === undefined) return adds;
  const { partitionValues } = beside;
  return adds.map((add) => ({
    ...add,
    path: folder === '' ? add.path : `${encodePath(folder)}/${add.path}`,
    partitionValues,
  }));
}

/** The folder of a file in the table's, as the file system has it; empty for the table's own and for files that lie elsewhere. */
function folderOf(path: string): string {
  const decoded = decodePath(path);
  return fileLocation('', path) === `/${decoded}` ? decoded.slice(0, Math.max(0, decoded.lastIndexOf('/'))) : '';
}

/** A query's rows in an order. */
export function orderedQuery(query: string, order: Order): string {
  if ('sort' in order) return `SELECT * FROM (${query}) ORDER BY ${order.sort.map(quoteName).join(', ')}`;
  const bits = Math.min(10, Math.floor(60 / order.zOrder.length));
  // Ranks, not values, so that any type and any distribution fills the curve.
  const rank = (at: number): string => `_eider_rank_${at}`;
  const ranks = order.zOrder.map(
    (name, at) => `ntile(${2 ** bits}) OVER (ORDER BY ${quoteName(name)}) - 1 AS ${rank(at)}`,
  );
  const ranked = `SELECT *, ${ranks.join(', ')} FROM (${query})`;
  return `SELECT * EXCLUDE (${order.zOrder.map((_, at) => rank(at)).join(', ')}) FROM (${ranked}) ORDER BY ${zValue(
    order.zOrder.map((_, at) => rank(at)),
    bits,
  )}`;
}

/** A position on the Z-curve: the bits of each rank by turns. */
function zValue(ranks: readonly string[], bits: number): string {
  return ranks
    .flatMap((rank, column) =>
      Array.from({ length: bits }, (_, bit) => `(((${rank} >> ${bit}) & 1) << ${bit * ranks.length + column})`),
    )
    .join(' + ');
}
