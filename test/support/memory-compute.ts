import {
  type AddFile,
  type Bounds,
  type ComputePort,
  type Edit,
  type EditTask,
  fileKey,
  type OperatePorts,
  rangeOf,
  readDeletionVector,
  type Snapshot,
  type StructType,
  type TablePorts,
  type WriteTarget,
} from '@eider/delta';

/** A row of numbers; columns that are not there are null. */
export type Row = Readonly<Record<string, number>>;

/** Rows from outside, as the text that this engine takes for a source. */
export interface MemorySource {
  readonly types: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

export const sourceText = (source: MemorySource): string => JSON.stringify(source);

/**
 * An engine in a few lines, whose data files are lines of JSON in the table's store: what operations do with a table is the same, and thousands of sequences run in
 * seconds. Its conditions are `target.n < 5` and `target.n % 3 = 1`, its expressions `source.v`, `target.v + 1` and numbers.
 */
export function memoryOperations(ports: TablePorts): OperatePorts {
  const { store } = ports;
  let files = 0;
  const read = async (file: AddFile): Promise<readonly (readonly [number, Row])[]> => {
    const text = new TextDecoder().decode(await store.get(file.path));
    const rows = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line, at) => [at, JSON.parse(line) as Row] as const);
    const gone = file.deletionVector
      ? new Set(
          await readDeletionVector(store.root, file.deletionVector, (place, start, length) =>
            rangeOf(store, place, start, length),
          ),
        )
      : new Set();
    return rows.filter(([at]) => !gone.has(at));
  };
  const write = async (rows: readonly Row[], { now, prefix }: WriteTarget): Promise<readonly AddFile[]> => {
    if (rows.length === 0) return [];
    files += 1;
    const path = `${prefix}-${files}.json`;
    const bytes = new TextEncoder().encode(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    await store.put(path, bytes);
    return [
      {
        path,
        partitionValues: {},
        size: bytes.length,
        modificationTime: now,
        dataChange: true,
        stats: statisticsOf(rows),
      },
    ];
  };
  const compute: ComputePort = {
    open: async (source) => ({
      schema: schemaOf(sourceOf(source)),
      notes: [],
      relation: source,
      close: async () => undefined,
    }),
    bounds: async (task) => boundsOf(task),
    find: async (task, positions) => {
      const found = await Promise.all(
        task.files.map(async (file) => {
          const hits = (await read(file)).flatMap(([at, row]) => {
            const met = meeting(task.edit, row, rowsFrom(task));
            return fateOf(task.edit, row, met) === 'keep' ? [] : [{ at, times: Math.max(1, met.length) }];
          });
          const meetings = hits.reduce((sum, { times }) => sum + times, 0);
          return {
            key: fileKey(file),
            rows: hits.length,
            meetings,
            ...(positions ? { positions: hits.map(({ at }) => at) } : {}),
          };
        }),
      );
      return found.filter(({ rows }) => rows > 0);
    },
    write: async (task, parts, target) => {
      const written: Row[] = [];
      for (const file of task.files) {
        for (const [, row] of await read(file)) {
          const met = meeting(task.edit, row, rowsFrom(task));
          const fate = fateOf(task.edit, row, met);
          if (fate === 'keep' && parts.includes('kept')) written.push(row);
          if (typeof fate === 'object' && parts.includes('changed')) written.push(changed(row, met[0], fate.set));
        }
      }
      if (parts.includes('inserted') && task.edit.inserts?.length) written.push(...(await newRows(task)));
      return await write(written, target);
    },
    writeChanges: async () => [],
    broken: async () => [],
  };
  const newRows = async (task: EditTask): Promise<readonly Row[]> => {
    const held = (await Promise.all((task.searched ?? task.files).map(read))).flat().map(([, row]) => row);
    return rowsFrom(task).filter((row) => !held.some((other) => meeting(task.edit, other, [row]).length > 0));
  };
  return { ...ports, compute };
}

const sourceOf = (text: string): MemorySource => JSON.parse(text) as MemorySource;
const rowsFrom = ({ source }: EditTask): readonly Row[] => (source === undefined ? [] : sourceOf(source.relation).rows);

const schemaOf = ({ types }: MemorySource): StructType => ({
  type: 'struct',
  fields: Object.entries(types).map(([name, type]) => ({ name, type, nullable: true, metadata: {} })),
});

function statisticsOf(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const each = (pick: (...values: number[]) => number) =>
    Object.fromEntries(columns.map((name) => [name, pick(...rows.flatMap((row) => row[name] ?? []))]));
  const nullCount = Object.fromEntries(
    columns.map((name) => [name, rows.filter((row) => row[name] === undefined).length]),
  );
  return JSON.stringify({ numRecords: rows.length, minValues: each(Math.min), maxValues: each(Math.max), nullCount });
}

function boundsOf({ edit, ...task }: EditTask): Bounds {
  const rows = rowsFrom({ edit, ...task });
  const [key] = edit.keys ?? [];
  if (key !== undefined) {
    const values = rows.flatMap((row) => row[key] ?? []);
    return values.length === 0 || edit.unmatched
      ? new Map()
      : new Map([[key, { min: String(Math.min(...values)), max: String(Math.max(...values)) }]]);
  }
  const match = /^target\.(\w+) < (\d+)$/.exec(edit.unmatched?.[0]?.when ?? '');
  return match === null ? new Map() : new Map([[match[1] ?? '', { max: String(Number(match[2]) - 1) }]]);
}

const meeting = ({ keys = [] }: Edit, row: Row, source: readonly Row[]): readonly Row[] =>
  keys.length === 0
    ? []
    : source.filter((other) => keys.every((key) => row[key] !== undefined && row[key] === other[key]));

/** What becomes of a row of the table. */
export function fateOf({ matched = [], unmatched = [] }: Edit, row: Row, met: readonly Row[]) {
  const arms = met.length > 0 ? matched : unmatched;
  return arms.find(({ when }) => when === undefined || holds(when, row, met[0]))?.fate ?? 'keep';
}

function holds(condition: string, target: Row, source: Row | undefined): boolean {
  const match = /^(target|source)\.(\w+) (?:(<) (\d+)|% (\d+) = (\d+))$/.exec(condition);
  if (match === null) throw new Error(`This engine does not know "${condition}".`);
  const [, side, column = '', less, limit, divisor, rest] = match;
  const value = (side === 'target' ? target : source)?.[column];
  if (value === undefined) return false;
  return less === undefined ? value % Number(divisor) === Number(rest) : value < Number(limit);
}

function changed(target: Row, source: Row | undefined, set: Readonly<Record<string, string>>): Row {
  const values = Object.entries(set).map(([name, expression]) => {
    const match = /^(?:(target|source)\.(\w+)(?: \+ (\d+))?|(\d+))$/.exec(expression);
    if (match === null) throw new Error(`This engine does not know "${expression}".`);
    const [, side, column = '', plus = '0', constant] = match;
    const value = constant === undefined ? (side === 'target' ? target : source)?.[column] : Number(constant);
    return [name, value === undefined ? undefined : value + (constant === undefined ? Number(plus) : 0)] as const;
  });
  const all = { ...target, ...Object.fromEntries(values) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Row;
}

/** What an edit makes of rows, all at once: the model that tables are held against. */
export function editedRows(edit: Edit, rows: readonly Row[]): readonly Row[] {
  const source = edit.source === undefined ? [] : sourceOf(edit.source).rows;
  const left = rows.flatMap((row) => {
    const met = meeting(edit, row, source);
    const fate = fateOf(edit, row, met);
    return fate === 'delete' ? [] : [fate === 'keep' ? row : changed(row, met[0], fate.set)];
  });
  const fresh = edit.inserts?.length
    ? source.filter((row) => !rows.some((other) => meeting(edit, other, [row]).length > 0))
    : [];
  return [...left, ...fresh];
}

/** Rows as texts that compare. */
export const sortedRows = (rows: readonly Row[]): readonly string[] =>
  rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();

/** The rows of a version, as the engine reads them. */
export async function rowsIn(ports: OperatePorts, snapshot: Snapshot): Promise<readonly string[]> {
  const rows: Row[] = [];
  const spy = memoryOperations({
    ...ports,
    store: { ...ports.store, put: async (_key, bytes) => void rows.push(...linesOf(bytes)) },
  });
  const target = { partitionBy: [], configuration: {}, prefix: 'none', now: 0 };
  const { schema } = snapshot;
  await spy.compute.write(
    { snapshot, files: [...snapshot.files.values()], edit: {}, source: undefined, schema },
    ['kept'],
    target,
  );
  return sortedRows(rows);
}

const linesOf = (bytes: Uint8Array): readonly Row[] =>
  new TextDecoder()
    .decode(bytes)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
