import {
  callValue,
  Dict,
  equals,
  hostFunction,
  isCallable,
  iterate,
  optional,
  Tuple,
  truth,
} from '../../jinja/values/index.ts';
import { MappedSequence } from './mapped-sequence.ts';
import { sorted } from './sorting.ts';
import { listOf, type ResultTable, type TableMethods, type TableRow } from './table.ts';

/** Tables of some of the rows, or of all in another order: `where`, `find`, `limit`, `distinct`, `order_by`. */
export const rowMethods: TableMethods = {
  order_by: (table) =>
    hostFunction('order_by', ['key', optional('reverse', false)], async (key, reverse) => {
      const keys = await keysOf(table, key);
      return table.keep(sorted(positions(table), (at) => keyParts(keys[at]), truth(reverse)));
    }),
  where: (table) =>
    hostFunction('where', ['test'], async (test) => {
      const passed = await asked(table.rows, (row) => callValue(test, [row], null));
      return table.keep(positions(table).filter((at) => truth(passed[at])));
    }),
  find: (table) =>
    hostFunction('find', ['test'], async (test) => {
      for (const row of table.rows) if (truth(await callValue(test, [row], null))) return row;
      return null;
    }),
  limit: (table) =>
    hostFunction('limit', [optional('start_or_stop'), optional('stop'), optional('step')], (...bounds: unknown[]) => {
      const [start, stop, step] = truth(bounds[1]) || truth(bounds[2]) ? bounds : [null, bounds[0], null];
      const kept = new MappedSequence(positions(table), null).__slice__(start, stop, step);
      return table.keep(kept as number[]);
    }),
  distinct: (table) =>
    hostFunction('distinct', [optional('key')], async (key) => {
      const keys = key === null ? table.rows.map((row) => Tuple.from(row.values)) : await keysOf(table, key);
      const first = new Dict();
      for (const [at, one] of keys.entries()) if (!first.has(one)) first.set(one, at);
      return table.keep([...first.values()] as number[]);
    }),
};

/** What each row is known by: what a macro answers, its value in a column, or its values in several. Throws KeyError. */
export async function keysOf(table: ResultTable, key: unknown): Promise<readonly unknown[]> {
  if (isCallable(key)) return asked(table.rows, (row) => callValue(key, [row], null));
  const names = listOf(key);
  if (names.length === 1 && equals(names[0], key)) return table.rows.map((row) => row.at(key));
  return table.rows.map((row) => Tuple.from(names.map((name) => row.at(name))));
}

/** What a macro answers about each row, one after another. */
export async function asked(rows: readonly TableRow[], ask: (row: TableRow) => unknown): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (const row of rows) answers.push(await ask(row));
  return answers;
}

function positions(table: ResultTable): number[] {
  return table.rows.map((_, at) => at);
}

function keyParts(key: unknown): readonly unknown[] {
  return key instanceof Tuple ? Array.from(iterate(key)) : [key];
}
