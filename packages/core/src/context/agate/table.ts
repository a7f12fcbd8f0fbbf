import { type HostObject, hostFunction, iterate, PyError, PySet, repr, Tuple } from '../../jinja/values/index.ts';
import { type DataType, resultTypeOf } from './data-type.ts';
import { MappedSequence } from './mapped-sequence.ts';
import { sorted } from './sorting.ts';

/** One column of a table, as agate's. */
export class TableColumn extends MappedSequence {
  override readonly __type__ = 'agate.Column';
  readonly name: string;
  readonly index: number;
  readonly type: DataType;

  constructor(table: { readonly rowNames: readonly unknown[] | null }, facts: ColumnFacts) {
    super(facts.values, table.rowNames);
    this.name = facts.name;
    this.index = facts.index;
    this.type = facts.type;
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

  /** The values that are there. */
  known(): unknown[] {
    return Array.from(this.values).filter((value) => value !== null);
  }
}

interface ColumnFacts {
  readonly name: string;
  readonly index: number;
  readonly type: DataType;
  readonly values: readonly unknown[];
}

/** One row of a table: indexes by position and by column name. */
export class TableRow extends MappedSequence {
  override readonly __type__ = 'agate.Row';
}

/** What tables that come from one another share: where they are printed, and what templates can call. */
export interface TableHost {
  readonly print: (text: string) => void;
  readonly methods: TableMethods;
}

/** What templates can call on a table, by name. */
export type TableMethods = Readonly<Record<string, (table: ResultTable) => unknown>>;

/** What a table may have beside names and rows. */
export interface TableOptions {
  /** The columns' types; where they are not given, dbt's for the result of a query. */
  readonly types?: readonly DataType[];
  /** What each row is known by. */
  readonly rowNames?: readonly unknown[] | null;
}

/** What `run_query` gives: agate's Table. */
export class ResultTable implements HostObject {
  readonly __type__ = 'agate.table.Table';
  readonly columnNames: readonly string[];
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  readonly rowNames: readonly unknown[] | null;
  readonly host: TableHost;

  /** Rows hold values of the columns' types already. Throws ValueError for row names that are ints. */
  constructor(
    names: readonly string[],
    rows: readonly (readonly unknown[])[],
    host: TableHost,
    options: TableOptions = {},
  ) {
    const { types, rowNames = null } = options;
    if (types !== undefined && types.length !== names.length)
      throw new PyError('ValueError', 'column_names and column_types must be the same length.');
    if (rowNames?.some((name) => typeof name === 'number' || typeof name === 'bigint') === true)
      throw new PyError('ValueError', 'Row names cannot be of type int. Use Decimal for numbered row names.');
    this.host = host;
    this.rowNames = rowNames;
    this.columnNames = distinctNames(names);
    this.rows = rows.map((row) => new TableRow(row, this.columnNames));
    this.columns = this.columnNames.map((name, index) => {
      const values = rows.map((row) => row[index] ?? null);
      return new TableColumn(this, { name, index, values, type: types?.[index] ?? resultTypeOf(values) });
    });
  }

  get types(): readonly DataType[] {
    return this.columns.map((column) => column.type);
  }

  __getattr__(name: string): unknown {
    switch (name) {
      case 'columns':
        return new MappedSequence(this.columns, this.columnNames);
      case 'rows':
        return this.rowSequence();
      case 'column_names':
        return Tuple.from(this.columnNames);
      case 'column_types':
        return Tuple.from(this.types);
      case 'row_names':
        return this.rowNames === null ? null : Tuple.from(this.rowNames);
      default:
        return Object.hasOwn(this.host.methods, name) ? this.host.methods[name]?.(this) : undefined;
    }
  }

  __getitem__(key: unknown): unknown {
    return this.rowSequence().__getitem__(key);
  }

  __slice__(start: unknown, stop: unknown, step: unknown): unknown {
    return this.rowSequence().__slice__(start, stop, step);
  }

  __iter__(): Iterable<unknown> {
    return this.rows;
  }

  __len__(): number {
    return this.rows.length;
  }

  __str__(): string {
    const text: string[] = [];
    const methods = { ...this.host, print: (line: string) => text.push(line) };
    const print = this.host.methods.print_structure?.(this.on(methods)) as ReturnType<typeof hostFunction>;
    print.__call__([], null);
    return `${text.join('\n')}\n`;
  }

  __repr__(): string {
    return '<agate.table.Table object>';
  }

  /** The rows, by their names too. */
  rowSequence(): MappedSequence {
    return new MappedSequence(this.rows, this.rowNames);
  }

  /** The same table with another host. */
  on(host: TableHost): ResultTable {
    return this.make(this.columnNames, this.rowValues(), { types: this.types, rowNames: this.rowNames }, host);
  }

  /** Another table of the same host. */
  make(
    names: readonly string[],
    rows: readonly (readonly unknown[])[],
    options: TableOptions,
    host: TableHost = this.host,
  ): ResultTable {
    return new ResultTable(names, rows, host, options);
  }

  /** The rows as lists of values. */
  rowValues(): readonly (readonly unknown[])[] {
    return this.rows.map((row) => Array.from(row.values));
  }

  /** A table of some of its columns. */
  pick(indexes: readonly number[]): ResultTable {
    return this.make(
      indexes.map((index) => this.columnNames[index] ?? ''),
      this.rows.map((row) => indexes.map((index) => row.values[index])),
      { types: indexes.map((index) => this.column(index).type), rowNames: this.rowNames },
    );
  }

  /** A table of the rows at some positions, in their order. */
  keep(positions: readonly number[]): ResultTable {
    return this.make(
      this.columnNames,
      positions.map((at) => Array.from(this.rows[at]?.values ?? [])),
      { types: this.types, rowNames: this.rowNames === null ? null : positions.map((at) => this.rowNames?.[at]) },
    );
  }

  /** The column of a name or position. Throws KeyError, IndexError. */
  column(key: unknown): TableColumn {
    return new MappedSequence(this.columns, this.columnNames).at(key) as TableColumn;
  }

  /** The positions of columns that are named one by one or in a list. Throws KeyError, IndexError. */
  indexesOf(key: unknown): number[] {
    return listOf(key).map((name) => this.column(name).index);
  }
}

/** What agate takes for a list: lists, tuples and its own sequences; anything else is the only element. */
export function listOf(key: unknown): readonly unknown[] {
  if (Array.isArray(key)) return key;
  return key instanceof MappedSequence ? Array.from(iterate(key)) : [key];
}

/** Names that are there before get a number: `id`, `id_2`. */
function distinctNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  for (const name of names) {
    let free = name;
    for (let next = 2; taken.has(free); next += 1) free = `${name}_${next}`;
    taken.add(free);
  }
  return [...taken];
}

/** The position of a name. Throws ValueError in the words of Python's `tuple.index`. */
export function positionOf(names: readonly unknown[], name: unknown): number {
  const index = names.indexOf(name);
  if (index < 0) throw new PyError('ValueError', 'tuple.index(x): x not in tuple');
  return index;
}

/** The table that was given. Throws AttributeError for anything else, which has no columns. */
export function tableOf(value: unknown): ResultTable {
  if (value instanceof ResultTable) return value;
  throw new PyError('AttributeError', `${repr(value)} is no table`);
}
