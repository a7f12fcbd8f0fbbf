import type { HostObject } from '../jinja/values/index.ts';
import { equals, hostFunction, Tuple, toStr } from '../jinja/values/index.ts';
import type { TableData } from './database-port.ts';
import { resultValue } from './result-value.ts';

/** One column of a result, as agate's: iterates and indexes over its values. */
export class ResultColumn implements HostObject {
  readonly __type__ = 'agate.Column';
  readonly name: string;
  readonly dataType: string;
  readonly index: number;
  readonly values: Tuple;

  constructor(name: string, dataType: string, index: number, values: Iterable<unknown>) {
    this.name = name;
    this.dataType = dataType;
    this.index = index;
    this.values = Tuple.from(values);
  }

  __getattr__(name: string): unknown {
    switch (name) {
      case 'name':
        return this.name;
      case 'index':
        return this.index;
      case 'data_type':
        return this.dataType;
      case 'values':
        return hostFunction('values', [], () => this.values);
      case 'values_distinct':
        return hostFunction('values_distinct', [], () => distinct(this.values));
      case 'values_without_nulls':
        return hostFunction('values_without_nulls', [], () =>
          Tuple.from(this.values.filter((value) => value !== null)),
        );
      default:
        return undefined;
    }
  }

  __getitem__(key: unknown): unknown {
    return elementOf(this.values, key);
  }

  __iter__(): Iterable<unknown> {
    return this.values;
  }

  __len__(): number {
    return this.values.length;
  }
}

/** One row of a result: indexes by position and by column name. */
export class ResultRow implements HostObject {
  readonly __type__ = 'agate.Row';
  readonly keys: readonly string[];
  readonly values: Tuple;

  constructor(keys: readonly string[], values: Iterable<unknown>) {
    this.keys = keys;
    this.values = Tuple.from(values);
  }

  __getattr__(name: string): unknown {
    switch (name) {
      case 'values':
        return hostFunction('values', [], () => this.values);
      case 'keys':
        return hostFunction('keys', [], () => Tuple.from(this.keys));
      case 'items':
        return hostFunction('items', [], () => this.keys.map((key, index) => Tuple.from([key, this.values[index]])));
      case 'dict':
        return hostFunction('dict', [], () => this.record());
      case 'get':
        return hostFunction(
          'get',
          ['key', { name: 'default', default: null }],
          (key, fallback) => this.__getitem__(key) ?? fallback,
        );
      default:
        return undefined;
    }
  }

  __getitem__(key: unknown): unknown {
    if (typeof key === 'string') return this.values[this.keys.indexOf(key)];
    return elementOf(this.values, key);
  }

  __iter__(): Iterable<unknown> {
    return this.values;
  }

  __len__(): number {
    return this.values.length;
  }

  __contains__(item: unknown): boolean {
    return this.values.some((value) => equals(value, item));
  }

  __repr__(): string {
    return `<agate.Row: (${this.values.map(toStr).join(', ')})>`;
  }

  private record(): Record<string, unknown> {
    return Object.fromEntries(this.keys.map((key, index) => [key, this.values[index]]));
  }
}

/** A sequence that is looked up by position and by name: a table's rows, or its columns. */
class Named implements HostObject {
  readonly __type__ = 'agate.MappedSequence';
  readonly items: readonly HostObject[];
  readonly names: readonly string[];

  constructor(items: readonly HostObject[], names: readonly string[]) {
    this.items = items;
    this.names = names;
  }

  __getattr__(name: string): unknown {
    if (name === 'values') return hostFunction('values', [], () => Tuple.from(this.items));
    if (name === 'keys') return hostFunction('keys', [], () => Tuple.from(this.names));
    if (name === 'items')
      return hostFunction('items', [], () => this.names.map((key, index) => Tuple.from([key, this.items[index]])));
    if (name === 'get')
      return hostFunction(
        'get',
        ['key', { name: 'default', default: null }],
        (key, fallback) => this.__getitem__(key) ?? fallback,
      );
    return undefined;
  }

  __getitem__(key: unknown): unknown {
    if (typeof key === 'string') return this.items[this.names.indexOf(key)];
    return elementOf(this.items, key);
  }

  __iter__(): Iterable<unknown> {
    return this.items;
  }

  __len__(): number {
    return this.items.length;
  }
}

/** What `run_query` gives: agate's Table, as far as templates use it. */
export class ResultTable implements HostObject {
  readonly __type__ = 'agate.Table';
  readonly columnNames: readonly string[];
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly ResultRow[];

  constructor(data: TableData) {
    this.columnNames = data.columns.map((column) => column.name);
    const cells = data.rows.map((row) => data.columns.map((column, index) => resultValue(row[index], column.type)));
    this.rows = cells.map((row) => new ResultRow(this.columnNames, row));
    this.columns = data.columns.map((column, index) => {
      return new ResultColumn(
        column.name,
        column.type,
        index,
        cells.map((row) => row[index]),
      );
    });
  }

  __getattr__(name: string): unknown {
    switch (name) {
      case 'columns':
        return new Named(this.columns, this.columnNames);
      case 'rows':
        return new Named(this.rows, []);
      case 'column_names':
        return Tuple.from(this.columnNames);
      case 'column_types':
        return Tuple.from(this.columns.map((column) => column.dataType));
      case 'print_table':
      case 'print_json':
      case 'print_csv':
        return hostFunction(name, ['*args', '**kwargs'], () => null);
      default:
        return undefined;
    }
  }

  __getitem__(key: unknown): unknown {
    return elementOf(this.rows, key);
  }

  __iter__(): Iterable<unknown> {
    return this.rows;
  }

  __len__(): number {
    return this.rows.length;
  }
}

/** A table without columns and rows: what a statement that fetches nothing gives. */
export function emptyTable(): ResultTable {
  return new ResultTable({ columns: [], rows: [] });
}

/** Rows as tuples of values: the `data` of `load_result`. */
export function matrix(table: ResultTable): Tuple[] {
  return table.rows.map((row) => Tuple.from(row.values));
}

function elementOf(items: readonly unknown[], key: unknown): unknown {
  return typeof key === 'number' ? items.at(key) : undefined;
}

function distinct(values: readonly unknown[]): Tuple {
  const found: unknown[] = [];
  for (const value of values) if (!found.some((other) => equals(other, value))) found.push(value);
  return Tuple.from(found);
}
