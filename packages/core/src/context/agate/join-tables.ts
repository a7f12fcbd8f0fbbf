import { Dict, isCallable, PyError, repr } from '../../jinja/values/index.ts';
import { keysOf } from './row-methods.ts';
import type { ResultTable } from './table.ts';

/** How agate's `Table.join` joins. Without `leftKey` rows meet by their numbers. */
export interface JoinOptions {
  readonly leftKey: unknown;
  readonly rightKey: unknown;
  readonly inner: boolean;
  readonly fullOuter: boolean;
  readonly requireMatch: boolean;
  /** The names of the right table's columns to take; null: all but its key. */
  readonly columns: readonly string[] | null;
}

/** Two tables side by side, as agate's `Table.join`. Throws PyError for keys that are not there, and under `requireMatch`. */
export async function joinTables(left: ResultTable, right: ResultTable, options: JoinOptions): Promise<ResultTable> {
  const { leftKey, fullOuter, inner, requireMatch } = options;
  if (inner && fullOuter) throw new PyError('ValueError', 'A join can not be both "inner" and "full_outer".');
  const leftValues = await keyValues(left, leftKey);
  const rightKey = options.rightKey ?? leftKey;
  const rightValues = await keyValues(right, leftKey === null ? null : rightKey);
  const hasNoColumn = leftKey === null || isCallable(rightKey);
  const taken = takenColumns(right, hasNoColumn ? [] : right.indexesOf(rightKey), options);
  const matches = new Dict();
  for (const [at, value] of rightValues.entries())
    matches.set(value, [...((matches.get(value) as number[] | undefined) ?? []), at]);
  const rows: unknown[][] = [];
  const rowNames: unknown[] = [];
  const add = (leftAt: number | null, rightAt: number | null): void => {
    const own = left.columns.map((column) => (leftAt === null ? null : column.values[leftAt]));
    const other = taken.map((index) => (rightAt === null ? null : right.rows[rightAt]?.values[index]));
    rows.push([...own, ...other]);
    if (leftAt !== null) rowNames.push(left.rowNames?.[leftAt]);
  };
  for (const [at, value] of leftValues.entries()) {
    const found = (matches.get(value) as number[] | undefined) ?? [];
    if (found.length === 0 && requireMatch) throw noMatch(value);
    for (const other of found) add(at, other);
    if (found.length === 0 && !inner) add(at, null);
  }
  if (fullOuter) {
    const known = new Dict(leftValues.map((value) => [value, true]));
    for (const [at, value] of rightValues.entries()) if (!known.has(value)) add(null, at);
  }
  const names = taken.map((index) => right.columnNames[index] ?? '');
  const free = names.map((name) => (left.columnNames.includes(name) ? `${name}2` : name));
  return left.make([...left.columnNames, ...free], rows, {
    types: [...left.types, ...taken.map((index) => right.column(index).type)],
    rowNames: left.rowNames === null || fullOuter ? left.rowNames : rowNames,
  });
}

function noMatch(value: unknown): PyError {
  const text = typeof value === 'string' ? value : repr(value);
  return new PyError('ValueError', `Left key "${text}" does not have a matching right key.`);
}

/** What each row is known by; without a key its number. */
async function keyValues(table: ResultTable, key: unknown): Promise<readonly unknown[]> {
  if (key === null) return table.rows.map((_, at) => at);
  if (!isCallable(key)) table.indexesOf(key);
  return keysOf(table, key);
}

function takenColumns(
  right: ResultTable,
  key: readonly number[],
  { columns, fullOuter }: JoinOptions,
): readonly number[] {
  const all = right.columnNames.map((_, index) => index);
  if (fullOuter) return all;
  if (columns === null) return all.filter((index) => !key.includes(index));
  return all.filter((index) => columns.includes(right.columnNames[index] ?? ''));
}
