import {
  type Callable,
  hostFunction,
  iterate,
  mappingOf,
  optional,
  PyError,
  toStr,
  truth,
} from '../../jinja/values/index.ts';
import { joinTables } from './join-tables.ts';
import { listOf, positionOf, type ResultTable, type TableMethods, tableOf } from './table.ts';

/** Tables of some of the columns, under other names, or beside those of another table. */
export const columnMethods: TableMethods = {
  select: (table) =>
    hostFunction('select', ['key'], (key) => {
      return table.pick(listOf(key).map((name) => positionOf(table.columnNames, name)));
    }),
  exclude: (table) =>
    hostFunction('exclude', ['key'], (key) => {
      const out = new Set(listOf(key));
      return table.pick(table.columns.flatMap(({ name, index }) => (out.has(name) ? [] : [index])));
    }),
  rename,
  join: (table) => {
    const names = ['left_key', 'right_key', 'inner', 'full_outer', 'require_match', 'columns'];
    return hostFunction(
      'join',
      ['right_table', ...names.map((name) => optional(name))],
      (right: unknown, leftKey, rightKey, inner, fullOuter, requireMatch, columns: unknown) => {
        const taken = columns === null ? null : Array.from(iterate(columns), toStr);
        const how = { inner: truth(inner), fullOuter: truth(fullOuter), requireMatch: truth(requireMatch) };
        return joinTables(table, tableOf(right), { leftKey, rightKey, columns: taken, ...how });
      },
    );
  },
};

function rename(table: ResultTable): Callable {
  const parameters = ['column_names', 'row_names'].map((name) => optional(name));
  const slugs = ['slug_columns', 'slug_rows'].map((name) => optional(name, false));
  return hostFunction(
    'rename',
    [...parameters, ...slugs, '**kwargs'],
    (columns: unknown, rows: unknown, slugColumns, slugRows) => {
      const names = renamed(columns, table.columnNames) ?? table.columnNames;
      const rowNames = renamed(rows, table.rowNames) ?? table.rowNames;
      return table.make((truth(slugColumns) ? names.map(slugOf) : names).map(toStr), table.rowValues(), {
        types: table.types,
        rowNames: truth(slugRows) && rowNames !== null ? rowNames.map(slugOf) : rowNames,
      });
    },
  );
}

/** New names as a list, or by the old ones in a dict; null: none are given. */
function renamed(given: unknown, old: readonly unknown[] | null): readonly unknown[] | null {
  if (given === null) return null;
  const mapping = mappingOf(given);
  if (mapping === null) return Array.from(iterate(given));
  if (old === null) throw new PyError('TypeError', "'NoneType' object is not iterable");
  return old.map((name) => mapping.get(name) ?? name);
}

function slugOf(name: unknown): string {
  const plain = toStr(name).normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return plain.replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_|_$/g, '');
}
