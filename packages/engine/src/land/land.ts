import { type Compiler, EiderError, error, isUri } from '@eider/core';
import {
  appendEdit,
  DeltaError,
  type Edit,
  evolve,
  openSnapshot,
  operate,
  replaceEdit,
  type SchemaMode,
  type Snapshot,
  stageEdit,
  upsertEdit,
} from '@eider/delta';
import { quoteName } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import { type BatchFile, type BatchFormat, batchFiles, contentId } from './batch-files.ts';
import { landingPlace } from './landing-place.ts';
import { type OpenDelta, withDelta } from './open-delta.ts';
import { readBatch } from './read-batch.ts';

export type LandMode = 'append' | 'overwrite' | 'merge';

export interface LandRequest {
  readonly compiler: Pick<Compiler, 'manifest' | 'project'>;
  /** `schema.table`. */
  readonly table: string;
  /** Paths, from `folder` on, and URIs that DuckDB reads. */
  readonly files: readonly string[];
  readonly folder: string;
  /** What is in files whose names do not tell. */
  readonly format?: BatchFormat | undefined;
  readonly mode: LandMode;
  /** Columns by which `merge` finds the row that a row replaces. */
  readonly keys: readonly string[];
  /** A batch that was landed is not landed again. What the files hold where absent. */
  readonly batchId?: string | undefined;
  /** Lets columns of the table become wider, by writing all of it anew. */
  readonly widen?: boolean;
  readonly dryRun?: boolean;
  readonly engineInfo: string;
  readonly now: () => Date;
}

export interface LandOutcome {
  readonly table: string;
  readonly location: string;
  /** Unique id of the source that reads the table; null where none does. */
  readonly source: string | null;
  readonly mode: LandMode;
  readonly batchId: string;
  readonly kind: 'landed' | 'repeated' | 'planned';
  /** Of the table after it; null where there is none yet. */
  readonly version: number | null;
  /** Rows of the batch; null where it was not read. */
  readonly rows: number | null;
  /** Rows of the table that were replaced or went; null where it was not looked. */
  readonly replaced: number | null;
  readonly created: boolean;
  readonly added: readonly string[];
  readonly widened: readonly { readonly column: string; readonly from: string; readonly to: string }[];
  /** What a reader of the table should know: types that Delta does not have. */
  readonly notes: readonly string[];
}

/** Names of applications in the log: one for each batch, which knows one version. */
const applicationOf = (batchId: string): string => `eider/land/${batchId}`;

/**
 * Lands files as rows of a Delta table, exactly once for each batch id: the id goes into the very commit that makes the rows visible. A batch is landed whole or
 * not at all, and everything that is wrong with its files is told at once. Throws EiderError (`engine/landing`, `engine/delta`, `engine/store-failed`).
 */
export async function landFiles(request: LandRequest): Promise<LandOutcome> {
  const place = landingPlace(request.compiler, request.table);
  const faults = faultsOf(request);
  if (faults.length > 0) throw new EiderError(faults);
  const { files, problems: unread } = await batchFiles(request.files, request.folder, request.format);
  const batchId = request.batchId ?? (await idOf(files));
  const { project } = request.compiler;
  return await withDelta({ folder: project.root, place, target: project.target }, async (open) => {
    const told = {
      table: request.table,
      location: open.ports.store.root,
      source: place.source,
      mode: request.mode,
      batchId,
    };
    const base = await openOrNone(open);
    if (unread.length === 0 && base?.transactions.has(applicationOf(batchId)) === true)
      return { ...told, ...nothingDone, kind: 'repeated', version: base.version };
    const batch = await readBatch(open.connection, files, request.mode === 'overwrite' ? undefined : base?.schema);
    const problems = [...unread, ...('problems' in batch ? batch.problems : [])];
    if (problems.length > 0 || !('query' in batch)) throw new EiderError(problems);
    const rows = await checkedRows(open.connection, batch.query, request);
    return { ...told, ...(await write(open, base, { ...request, batchId }, batch.query)), rows };
  });
}

const nothingDone = { rows: null, replaced: null, created: false, added: [], widened: [], notes: [] };

function faultsOf({ batchId, files, keys, mode }: LandRequest) {
  const say = (message: string, hint: string) => error('engine/landing', message, { hint });
  return [
    ...(files.length === 0
      ? [say('There is no file to land.', 'Name files, or - for what comes in on standard input.')]
      : []),
    ...(mode === 'merge' && keys.length === 0
      ? [say('A merge needs the columns by which rows are the same.', 'Name them with --key.')]
      : []),
    ...(mode !== 'merge' && keys.length > 0
      ? [say(`Keys have no meaning for ${mode}.`, 'Leave --key out, or say --mode merge.')]
      : []),
    ...(batchId === '' ? [say('The batch id is empty.', 'Leave it out, or give the batch a name.')] : []),
  ];
}

async function idOf(files: readonly BatchFile[]): Promise<string> {
  const far = files.find(({ path }) => isUri(path));
  if (far === undefined) return await contentId(files);
  throw new EiderError([
    error('engine/landing', `What ${far.name} holds is not looked at before it is landed, so the batch has no name.`, {
      hint: 'Give it one with --batch-id.',
    }),
  ]);
}

async function openOrNone({ ports }: OpenDelta): Promise<Snapshot | undefined> {
  try {
    return await openSnapshot(ports);
  } catch (cause) {
    if (cause instanceof DeltaError && cause.code === 'delta/no-table') return undefined;
    throw cause;
  }
}

/** How many rows there are. Keys have to be there, filled, and each once: what else a merge makes of them is chance. */
async function checkedRows(connection: Connection, query: string, { keys, mode }: LandRequest): Promise<number> {
  const { rows } = await connection.query(`SELECT count(*) FROM (${query})`);
  const count = Number(rows[0]?.[0]);
  if (mode === 'overwrite' && count === 0)
    throw failure('There is no row in these files, so nothing is overwritten.', 'Look at the files.');
  if (keys.length === 0) return count;
  const columns = (await connection.objects(`DESCRIBE (${query})`)).map((row) => String(row.column_name));
  const missing = keys.filter((key) => !columns.some((name) => name.toLowerCase() === key.toLowerCase()));
  if (missing.length > 0)
    throw failure(`The files have no column ${missing.join(', ')}.`, `They have ${columns.join(', ')}.`);
  const names = keys.map(quoteName).join(', ');
  const empty = await connection.query(
    `SELECT count(*) FROM (${query}) WHERE ${keys.map((key) => `${quoteName(key)} IS NULL`).join(' OR ')}`,
  );
  if (Number(empty.rows[0]?.[0]) > 0)
    throw failure(
      `${empty.rows[0]?.[0]} rows have no ${keys.join(', ')}.`,
      'A row without a key cannot be found again. Fill it in or leave the row out.',
    );
  const twice = await connection.query(
    `SELECT ${names}, count(*) FROM (${query}) GROUP BY ${names} HAVING count(*) > 1 ORDER BY ALL LIMIT 5`,
  );
  if (twice.rows.length === 0) return count;
  const some = twice.rows.map((row) => `${row.slice(0, -1).join(', ')} (${row.at(-1)} times)`).join('; ');
  throw failure(
    `Rows have the same ${keys.join(', ')}: ${some}.`,
    'Which of them should count cannot be told. Keep one row for each key.',
  );
}

async function write(
  { connection, ports }: OpenDelta,
  base: Snapshot | undefined,
  request: LandRequest & { readonly batchId: string },
  query: string,
): Promise<Pick<LandOutcome, 'kind' | 'version' | 'replaced' | 'created' | 'added' | 'widened' | 'notes'>> {
  const schemaMode: SchemaMode = request.mode === 'overwrite' ? 'replace' : request.widen === true ? 'widen' : 'add';
  if (request.dryRun === true) {
    const source = await ports.compute.open(query, false);
    const { added, widened } =
      base === undefined
        ? { added: [], widened: [] }
        : evolve(base.schema, source.schema, schemaMode, ports.store.root);
    await source.close();
    return {
      kind: 'planned',
      version: base?.version ?? null,
      replaced: null,
      created: base === undefined,
      added,
      widened,
      notes: source.notes,
    };
  }
  const columns = (await connection.objects(`DESCRIBE (${query})`)).map((row) => String(row.column_name));
  const transactions = [{ appId: applicationOf(request.batchId), version: 1 }];
  const now = (): number => request.now().getTime();
  const outcome = await operate(
    ports,
    (snapshot) =>
      stageEdit(ports, snapshot, editFor(request, query, columns, snapshot !== undefined), {
        operation: request.mode === 'merge' && snapshot !== undefined ? 'MERGE' : 'WRITE',
        operationParameters: { mode: request.mode === 'overwrite' ? 'Overwrite' : 'Append', batchId: request.batchId },
        ...{ schemaMode, transactions, now, engineInfo: request.engineInfo },
      }),
    { base: base ?? null, transactions, now },
  );
  if (outcome.kind !== 'committed')
    return { ...nothingDone, kind: 'repeated', version: outcome.snapshot?.version ?? null };
  const { snapshot, staged } = outcome;
  const replaced = request.mode === 'overwrite' ? null : staged.rows.touched;
  const { added, widened } = staged.evolved;
  return {
    kind: 'landed',
    version: snapshot.version,
    replaced,
    created: snapshot.version === 0,
    added,
    widened,
    notes: staged.notes,
  };
}

function editFor({ keys, mode }: LandRequest, query: string, columns: readonly string[], isThere: boolean): Edit {
  if (mode === 'append' || !isThere) return appendEdit(query);
  return mode === 'overwrite' ? replaceEdit(query) : upsertEdit(query, keys, columns, quoteName);
}

function failure(message: string, hint: string): EiderError {
  return new EiderError([error('engine/landing', message, { hint })]);
}
