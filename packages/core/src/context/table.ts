import { dumpJson } from '../jinja/format/json.ts';
import {
  compare,
  Decimal,
  Dict,
  equals,
  type HostObject,
  hostFunction,
  iterate,
  mappingOf,
  optional,
  PyError,
  PySet,
  Tuple,
  toStr,
  truth,
} from '../jinja/values/index.ts';
import { type AgateType, agateTypeOf, textType } from './agate-type.ts';
import type { TableData } from './database-port.ts';
import { MappedSequence } from './mapped-sequence.ts';
import { csvText, isoText, type PrintLimits, printLimits, tableText } from './print-table.ts';
import { resultValue } from './result-value.ts';

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
      if (index < 0 || index >= this.columns.length) throw new PyError('KeyError', toStr(name));
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
  select: (table) => hostFunction('select', ['key'], (key) => table.pick(table.indexesOf(key))),
  exclude: (table) =>
    hostFunction('exclude', ['key'], (key) => {
      const out = new Set(table.indexesOf(key));
      return table.pick(positions(table).filter((index) => !out.has(index)));
    }),
  rename: (table) =>
    hostFunction('rename', [optional('column_names')], (names) => table.pick(positions(table), renamed(table, names))),
  order_by: (table) =>
    hostFunction('order_by', ['key', optional('reverse', false)], (key, reverse) => {
      const indexes = table.indexesOf(key);
      const rows = sorted(table.rows, (row) => indexes.map((index) => row.values[index]));
      return table.keep(truth(reverse) ? rows.reverse() : rows);
    }),
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

function renamed(table: ResultTable, names: unknown): readonly string[] {
  const mapping = mappingOf(names);
  if (mapping === null) return names === null ? table.columnNames : Array.from(iterate(names), toStr);
  return table.columnNames.map((name) => toStr(mapping.get(name) ?? name));
}

function structureText(table: ResultTable): string {
  const rows = table.columns.map((column) => [column.name, column.type.name]);
  const structure = new ResultTable(['column', 'data_type'], rows, table.print);
  for (const column of structure.columns) Object.assign(column, { type: textType });
  return tableText(structure, { rows: null, columns: null, width: null, precision: null });
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

/** A stable sort by keys of several values, NULLs last. */
function sorted<T>(items: Iterable<T>, keys: (item: T) => readonly unknown[]): T[] {
  const keyed = Array.from(items, (item) => ({ item, keys: keys(item) }));
  keyed.sort((a, b) => {
    for (const [at, one] of a.keys.entries()) {
      const order = ordered(one ?? null, b.keys[at] ?? null);
      if (order !== 0) return order;
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
