import { dumpJson } from '../jinja/format/json.ts';
import {
  callValue,
  compare,
  Decimal,
  Dict,
  equals,
  type HostObject,
  hostFunction,
  isCallable,
  iterate,
  mappingOf,
  optional,
  PyError,
  PySet,
  repr,
  Tuple,
  toStr,
  truth,
} from '../jinja/values/index.ts';
import { type AgateType, agateTypeOf, textType } from './agate-type.ts';
import type { TableData } from './database-port.ts';
import { joinTables } from './join-tables.ts';
import { MappedSequence } from './mapped-sequence.ts';
import { csvText, isoText, type PrintLimits, printLimits, tableText } from './print-table.ts';
import { resultValue } from './result-value.ts';
import { TableSet } from './table-set.ts';

/** One column of a result, as agate's. */
export class ResultColumn extends MappedSequence {
  override readonly __type__ = 'agate.Column';
  readonly name: string;
  readonly index: number;
  readonly type: AgateType;

  constructor(name: string, index: number, type: AgateType, values: readonly unknown[]) {
    super(values, null);
    this.name = name;
    this.index = index;
    this.type = type;
  }

  override __getattr__(name: string): unknown {
    switch (name) {
      case 'name':
        return this.name;
      case 'index':
        return this.index;
      case 'data_type':
        return this.type;
      case 'values_distinct':
        return hostFunction(name, [], () => Tuple.from(new PySet(this.values)));
      case 'values_without_nulls':
        return hostFunction(name, [], () => Tuple.from(this.known()));
      case 'values_sorted':
        return hostFunction(name, [], () => sorted(this.values, (value) => [value]));
      case 'values_without_nulls_sorted':
        return hostFunction(name, [], () => sorted(this.known(), (value) => [value]));
      default:
        return super.__getattr__(name);
    }
  }

  private known(): unknown[] {
    return Array.from(this.values).filter((value) => value !== null);
  }
}

/** One row of a result: indexes by position and by column name. */
export class ResultRow extends MappedSequence {
  override readonly __type__ = 'agate.Row';
}

/** What tables that come from one another share: where they are printed. */
export type PrintLine = (text: string) => void;

/** What `run_query` gives: agate's Table, but for what takes Python's functions or files. */
export class ResultTable implements HostObject {
  readonly __type__ = 'agate.table.Table';
  readonly columnNames: readonly string[];
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly ResultRow[];
  readonly print: PrintLine;

  constructor(names: readonly string[], rows: readonly (readonly unknown[])[], print: PrintLine) {
    this.columnNames = names;
    this.rows = rows.map((row) => new ResultRow(row, names));
    this.columns = names.map((name, index) => {
      const values = rows.map((row) => row[index] ?? null);
      return new ResultColumn(name, index, agateTypeOf(values), values);
    });
    this.print = print;
  }

  __getattr__(name: string): unknown {
    switch (name) {
      case 'columns':
        return new MappedSequence(this.columns, this.columnNames);
      case 'rows':
        return new MappedSequence(this.rows, null);
      case 'column_names':
        return Tuple.from(this.columnNames);
      case 'column_types':
        return Tuple.from(this.columns.map((column) => column.type));
      case 'row_names':
        return null;
      default:
        return Object.hasOwn(methods, name) ? methods[name]?.(this) : undefined;
    }
  }

  __getitem__(key: unknown): unknown {
    return typeof key === 'number' ? this.rows.at(key) : undefined;
  }

  __iter__(): Iterable<unknown> {
    return this.rows;
  }

  __len__(): number {
    return this.rows.length;
  }

  __str__(): string {
    return `${structureText(this)}\n`;
  }

  __repr__(): string {
    return '<agate.table.Table object>';
  }

  /** A table of some of its columns, under other names where given. */
  pick(indexes: readonly number[], names: readonly string[] = this.columnNames): ResultTable {
    return new ResultTable(
      indexes.map((index) => names[index] ?? ''),
      this.rows.map((row) => indexes.map((index) => row.values[index])),
      this.print,
    );
  }

  /** A table of some of its rows. */
  keep(rows: readonly ResultRow[]): ResultTable {
    return new ResultTable(
      this.columnNames,
      rows.map((row) => Array.from(row.values)),
      this.print,
    );
  }

  /** The positions of columns that are named one by one or in a list. */
  indexesOf(key: unknown): number[] {
    const names = typeof key === 'string' || typeof key === 'number' ? [key] : Array.from(iterate(key));
    return names.map((name) => {
      const index = typeof name === 'number' ? name : this.columnNames.indexOf(toStr(name));
      if (index < 0 || index >= this.columns.length) throw new PyError('KeyError', repr(name));
      return index;
    });
  }
}

/** A query's result as a table. `print` gets the lines that the table prints. */
export function resultTable(data: TableData, print: PrintLine): ResultTable {
  return new ResultTable(
    data.columns.map((column) => column.name),
    data.rows.map((row) => data.columns.map((column, index) => resultValue(row[index], column.type))),
    print,
  );
}

/** A table without columns and rows: what a statement that fetches nothing gives. */
export function emptyTable(): ResultTable {
  return new ResultTable([], [], () => undefined);
}

/** Rows as tuples of values: the `data` of `load_result`. */
export function matrix(table: ResultTable): Tuple[] {
  return table.rows.map((row) => Tuple.from(row.values));
}

const methods: Readonly<Record<string, (table: ResultTable) => unknown>> = {
  select: (table) =>
    hostFunction('select', ['key'], (key) => table.pick(namesOf(key).map((name) => known(table.columnNames, name)))),
  exclude: (table) =>
    hostFunction('exclude', ['key'], (key) => {
      const out = new Set(namesOf(key));
      return table.pick(positions(table).filter((index) => !out.has(table.columnNames[index])));
    }),
  rename: (table) => {
    const parameters = [optional('column_names'), optional('row_names'), optional('slug_columns', false)];
    return hostFunction('rename', [...parameters, '**kwargs'], (names, _rows, slug) => {
      const given = renamed(table, names);
      return table.pick(positions(table), truth(slug) ? given.map(slugOf) : given);
    });
  },
  order_by: (table) =>
    hostFunction('order_by', ['key', optional('reverse', false)], async (key, reverse) => {
      const keys = isCallable(key)
        ? await asked(table.rows, (row) => callValue(key, [row], null))
        : table.rows.map((row) => Tuple.from(table.indexesOf(key).map((index) => row.values[index])));
      const byKey = new Map(table.rows.map((row, at) => [row, keys[at]]));
      return table.keep(sorted(table.rows, (row) => keyParts(byKey.get(row)), truth(reverse)));
    }),
  where: (table) =>
    hostFunction('where', ['test'], async (test) => {
      const passed = await asked(table.rows, (row) => callValue(test, [row], null));
      return table.keep(table.rows.filter((_, at) => truth(passed[at])));
    }),
  find: (table) =>
    hostFunction('find', ['test'], async (test) => {
      for (const row of table.rows) if (truth(await callValue(test, [row], null))) return row;
      return null;
    }),
  group_by: (table) =>
    hostFunction('group_by', ['key', optional('key_name'), optional('key_type')], async (key, name, type) => {
      const [index = 0] = isCallable(key) ? [] : table.indexesOf(key);
      const keys = isCallable(key)
        ? await asked(table.rows, (row) => callValue(key, [row], null))
        : table.rows.map((row) => row.values[index]);
      const column = isCallable(key) ? undefined : table.columns[index];
      return grouped(table, keys, {
        key_name: name ?? column?.name ?? 'group',
        key_type: type ?? column?.type ?? textType,
      });
    }),
  join: (table) => {
    const names = ['left_key', 'right_key', 'inner', 'full_outer', 'require_match', 'columns'];
    return hostFunction(
      'join',
      ['right_table', ...names.map((name) => optional(name))],
      (right: unknown, leftKey, rightKey, inner, fullOuter, requireMatch, columns: unknown) => {
        if (!(right instanceof ResultTable)) throw new PyError('AttributeError', 'join() takes another table');
        const taken = columns === null ? null : Array.from(iterate(columns), toStr);
        const how = { inner: truth(inner), fullOuter: truth(fullOuter), requireMatch: truth(requireMatch) };
        const { names, rows } = joinTables(table, right, { leftKey, rightKey, columns: taken, ...how });
        return new ResultTable(names, rows, table.print);
      },
    );
  },
  limit: (table) =>
    hostFunction('limit', [optional('start_or_stop'), optional('stop'), optional('step')], (...bounds: unknown[]) => {
      const [start, stop, step] = bounds[1] === null ? [null, bounds[0], null] : bounds;
      const kept = new MappedSequence(table.rows, null).__slice__(start, stop, step);
      return table.keep(kept as ResultRow[]);
    }),
  distinct: (table) =>
    hostFunction('distinct', [optional('key')], (key) => {
      const indexes = key === null ? positions(table) : table.indexesOf(key);
      const seen = new Dict();
      for (const row of table.rows) {
        const value = Tuple.from(indexes.map((index) => row.values[index]));
        if (!seen.has(value)) seen.set(value, row);
      }
      return table.keep([...seen.entries()].map(([, row]) => row as ResultRow));
    }),
  print_table: (table) => {
    const parameters = Object.entries({
      max_rows: printLimits.rows,
      max_columns: printLimits.columns,
      output: null,
      max_column_width: printLimits.width,
      locale: null,
      max_precision: printLimits.precision,
    }).map(([name, value]) => ({ name, default: value }));
    return hostFunction('print_table', parameters, (rows, columns, _output, width, _locale, precision) =>
      printed(table, tableText(table, { rows, columns, width, precision } as PrintLimits)),
    );
  },
  print_structure: (table) =>
    hostFunction('print_structure', [optional('output'), optional('max_rows')], () =>
      printed(table, structureText(table)),
    ),
  print_csv: (table) => hostFunction('print_csv', ['**kwargs'], () => printed(table, csvText(table))),
  print_json: (table) => hostFunction('print_json', ['**kwargs'], () => printed(table, jsonText(table))),
};

function printed(table: ResultTable, text: string): null {
  table.print(text);
  return null;
}

function positions(table: ResultTable): number[] {
  return table.columnNames.map((_, index) => index);
}

/** Names that are given one by one or in a list. */
function namesOf(key: unknown): readonly unknown[] {
  return typeof key === 'string' || typeof key === 'number' ? [key] : Array.from(iterate(key));
}

function known(names: readonly string[], name: unknown): number {
  const index = typeof name === 'string' ? names.indexOf(name) : -1;
  if (index < 0) throw new PyError('ValueError', 'tuple.index(x): x not in tuple');
  return index;
}

function renamed(table: ResultTable, names: unknown): readonly string[] {
  if (names === null) return table.columnNames;
  const mapping = mappingOf(names);
  const given =
    mapping === null
      ? Array.from(iterate(names), toStr)
      : table.columnNames.map((name) => toStr(mapping.get(name) ?? name));
  if (given.length === table.columnNames.length) return given;
  throw new PyError('ValueError', 'column_names and column_types must be the same length.');
}

function slugOf(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return plain.replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_|_$/g, '');
}

/** What a macro answers about each row, one after another. */
async function asked(rows: readonly ResultRow[], ask: (row: ResultRow) => unknown): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (const row of rows) answers.push(await ask(row));
  return answers;
}

function grouped(
  table: ResultTable,
  keys: readonly unknown[],
  facts: { readonly key_name: unknown; readonly key_type: unknown },
): TableSet {
  const groups = new Dict();
  for (const [at, row] of table.rows.entries()) {
    const key = keys[at] ?? null;
    groups.set(key, [...((groups.get(key) as ResultRow[] | undefined) ?? []), row]);
  }
  const tables = new Map([...groups.entries()].map(([key, rows]) => [key, table.keep(rows as ResultRow[])]));
  const counts = [...tables].map(([key, { rows }]) => [key === null ? 'None' : toStr(key), rows.length]);
  const text = tableText(textTable(['table', 'rows'], counts, table.print), noLimits);
  const shared = { column_names: table.__getattr__('column_names'), column_types: table.__getattr__('column_types') };
  return new TableSet(tables, { ...facts, ...shared }, `${text}\n`);
}

const noLimits: PrintLimits = { rows: null, columns: null, width: null, precision: null };

/** A table of texts alone, whatever they look like. */
function textTable(names: readonly string[], rows: readonly (readonly unknown[])[], print: PrintLine): ResultTable {
  const table = new ResultTable(names, rows, print);
  for (const column of table.columns) Object.assign(column, { type: textType });
  return table;
}

function structureText(table: ResultTable): string {
  const rows = table.columns.map((column) => [column.name, column.type.name]);
  const structure = textTable(['column', 'data_type'], rows, table.print);
  return tableText(structure, noLimits);
}

function jsonText(table: ResultTable): string {
  const value = (one: unknown): unknown => {
    if (one instanceof Decimal) return Number(toStr(one));
    return one === null || ['number', 'boolean', 'string', 'bigint'].includes(typeof one) ? one : isoText(one);
  };
  return dumpJson(
    table.rows.map((row) => Object.fromEntries(table.columnNames.map((name, at) => [name, value(row.values[at])]))),
  );
}

function keyParts(key: unknown): readonly unknown[] {
  return key instanceof Tuple ? Array.from(key) : [key];
}

/** A stable sort by keys of several values, NULLs last; turned round, they are first. */
function sorted<T>(items: Iterable<T>, keys: (item: T) => readonly unknown[], reverse = false): T[] {
  const keyed = Array.from(items, (item) => ({ item, keys: keys(item) }));
  const sign = reverse ? -1 : 1;
  keyed.sort((a, b) => {
    for (const [at, one] of a.keys.entries()) {
      const order = ordered(one ?? null, b.keys[at] ?? null);
      if (order !== 0) return sign * order;
    }
    return 0;
  });
  return keyed.map(({ item }) => item);
}

function ordered(a: unknown, b: unknown): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (equals(a, b)) return 0;
  return compare('<', a, b) ? -1 : 1;
}
