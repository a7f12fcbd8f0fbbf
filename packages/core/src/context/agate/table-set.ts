import {
  callMethod,
  callValue,
  Dict,
  hostFunction,
  type Keywords,
  optional,
  PyError,
  rawFunction,
  Tuple,
  toStr,
  truth,
} from '../../jinja/values/index.ts';
import { type Aggregation, aggregationOf, dataTypeOf, namedParts, noAttribute } from './aggregation.ts';
import { type DataType, textType } from './data-type.ts';
import { MappedSequence } from './mapped-sequence.ts';
import { tableText } from './print-table.ts';
import { refusedMethods } from './refused-methods.ts';
import { ResultTable } from './table.ts';

/** What the tables of a set have in common, and are known by. */
export interface SetKeys {
  readonly keys: readonly unknown[];
  readonly name: string;
  readonly type: DataType;
}

const proxied = [
  ...['bins', 'compute', 'denormalize', 'distinct', 'exclude', 'find', 'group_by', 'homogenize', 'join', 'limit'],
  ...['normalize', 'order_by', 'pivot', 'select', 'where'],
];
const refused = refusedMethods('TableSet');

/** agate's TableSet: what `group_by` gives, the tables of rows that have a value in common. Sets hold sets where they are grouped again. */
export class TableSet extends MappedSequence {
  override readonly __type__ = 'agate.tableset.TableSet';
  readonly key: SetKeys;
  readonly sample: ResultTable;

  /** Throws AttributeError where the first member is no table. */
  constructor(members: readonly unknown[], key: SetKeys) {
    super(members, key.keys);
    this.key = key;
    const [first] = members;
    if (first instanceof TableSet) this.sample = first.sample;
    else if (first instanceof ResultTable) this.sample = first;
    else if (first === undefined) throw new PyError('IndexError', 'tuple index out of range');
    else throw noAttribute(first, 'column_types');
  }

  override __getattr__(name: string): unknown {
    if (proxied.includes(name)) return rawFunction(name, (args, kwargs) => this.proxy(name, args, kwargs), 'method');
    switch (name) {
      case 'key_name':
        return this.key.name;
      case 'key_type':
        return this.key.type;
      case 'column_names':
      case 'column_types':
        return this.sample.__getattr__(name);
      case 'aggregate':
        return hostFunction(name, ['aggregations'], (given) => {
          return this.aggregate(namedParts(given).map(([column, part]) => [column, aggregationOf(part)]));
        });
      case 'having':
        return hostFunction(name, ['aggregations', 'test'], (given, test) => this.having(given, test));
      case 'merge':
        return hostFunction(
          name,
          ['groups', 'group_name', 'group_type'].map((one) => optional(one)),
          (groups, column, type) => this.merge(groups, column, type),
        );
      case 'print_structure':
        return hostFunction(name, [optional('max_rows', 20), optional('output')], (most: unknown) => {
          this.sample.host.print(this.structure(typeof most === 'number' ? most : 20));
          return null;
        });
      default:
        return (Object.hasOwn(refused, name) ? refused[name]?.() : undefined) ?? super.__getattr__(name);
    }
  }

  override __repr__(): string {
    return `${this.structure(20)}\n`;
  }

  /** Each table's number of rows. Throws AttributeError where there are sets in the set. */
  private structure(most: number): string {
    const rows = this.entries().map(([key, member]) => {
      if (!(member instanceof ResultTable)) throw noAttribute(member, 'rows');
      return [textType.cast(key), String(member.rows.length)];
    });
    const columns = { types: [textType, textType] };
    const table = this.sample.make(['table', 'rows'], rows.slice(0, most), columns);
    return tableText(table, { rows: 20, columns: 6, width: null, precision: 3 });
  }

  private async proxy(name: string, args: readonly unknown[], kwargs: Keywords | null): Promise<TableSet> {
    const results: unknown[] = [];
    for (const [, member] of this.entries()) results.push(await callMethod(member, name, args, kwargs));
    return new TableSet(results, this.key);
  }

  /** A row for each table, after the keys of all sets that it is in. */
  async aggregate(parts: readonly (readonly [string, Aggregation])[]): Promise<ResultTable> {
    const keys = this.keyColumns();
    const types = keys.map(({ type }) => type);
    for (const [, part] of parts) types.push(await part.typeIn(this.sample));
    const rows = (await this.aggregated(parts)).map((row) => row.map((value, at) => types[at]?.cast(value)));
    const rowNames = rows.map((row) => (keys.length === 1 ? row[0] : Tuple.from(row.slice(0, keys.length))));
    const names = [...keys.map(({ name }) => name), ...parts.map(([name]) => name)];
    return this.sample.make(names, rows, { types, rowNames });
  }

  private keyColumns(): readonly SetKeys[] {
    const [first] = this.values;
    return [this.key, ...(first instanceof TableSet ? first.keyColumns() : [])];
  }

  private async aggregated(parts: readonly (readonly [string, Aggregation])[]): Promise<unknown[][]> {
    const rows: unknown[][] = [];
    for (const [key, member] of this.entries()) {
      if (member instanceof TableSet) for (const row of await member.aggregated(parts)) rows.push([key, ...row]);
      else if (member instanceof ResultTable) {
        const row: unknown[] = [key];
        for (const [, part] of parts) {
          await part.validate(member);
          row.push(await part.run(member));
        }
        rows.push(row);
      }
    }
    return rows;
  }

  private async having(given: unknown, test: unknown): Promise<TableSet> {
    const kept: [unknown, unknown][] = [];
    for (const entry of this.entries()) {
      const facts = await callMethod(entry[1], 'aggregate', [given], null);
      if (truth(await callValue(test, [facts], null))) kept.push(entry);
    }
    return new TableSet(
      kept.map(([, member]) => member),
      { ...this.key, keys: kept.map(([key]) => key) },
    );
  }

  private merge(groups: unknown, name: unknown, type: unknown): ResultTable {
    if (groups !== null && (!Array.isArray(groups) || groups instanceof Tuple))
      throw new PyError('ValueError', 'Groups must be None or a list.');
    if (groups !== null && groups.length !== this.values.length)
      throw new PyError('ValueError', 'Groups length must be equal to TableSet length.');
    const keyType = truth(type) ? dataTypeOf(type) : this.key.type;
    const rows = this.entries().flatMap(([key, member], at) => {
      if (!(member instanceof ResultTable)) throw noAttribute(member, '_rows');
      const group = keyType.cast(groups === null ? key : groups[at]);
      return member.rowValues().map((row) => [group, ...row]);
    });
    const names = [truth(name) ? toStr(name) : this.key.name, ...this.sample.columnNames];
    return this.sample.make(names, rows, { types: [keyType, ...this.sample.types] });
  }

  /** The set of the tables that rows fall into by their keys. */
  static of(table: ResultTable, keys: readonly unknown[], name: string, type: DataType): TableSet {
    const groups = new Dict();
    for (const [at, key] of keys.entries()) {
      const group = type.cast(key);
      const rows = groups.get(group) as number[] | undefined;
      if (rows === undefined) groups.set(group, [at]);
      else rows.push(at);
    }
    const tables = [...groups.values()].map((rows) => table.keep(rows as number[]));
    return new TableSet(tables.length === 0 ? [table] : tables, { keys: [...groups.keys()], name, type });
  }
}
