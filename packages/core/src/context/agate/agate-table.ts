import { Tuple } from '../../jinja/values/index.ts';
import type { TableData } from '../database-port.ts';
import { resultValue } from '../result-value.ts';
import { binMethods } from './bins.ts';
import { columnMethods } from './column-methods.ts';
import { groupMethods } from './group-methods.ts';
import { printMethods } from './print-methods.ts';
import { refusedMethods } from './refused-methods.ts';
import { reshapeMethods } from './reshape-methods.ts';
import { rowMethods } from './row-methods.ts';
import { ResultTable, type TableMethods } from './table.ts';

const methods: TableMethods = {
  ...refusedMethods('Table'),
  ...binMethods,
  ...columnMethods,
  ...groupMethods,
  ...printMethods,
  ...reshapeMethods,
  ...rowMethods,
};

/** A query's result as a table. `print` gets the lines that the table prints. */
export function resultTable(data: TableData, print: (text: string) => void): ResultTable {
  return new ResultTable(
    data.columns.map((column) => column.name),
    data.rows.map((row) => data.columns.map((column, index) => resultValue(row[index], column.type))),
    { print, methods },
  );
}

/** A table without columns and rows: what a statement that fetches nothing gives. */
export function emptyTable(): ResultTable {
  return new ResultTable([], [], { print: () => undefined, methods });
}

/** Rows as tuples of values: the `data` of `load_result`. */
export function matrix(table: ResultTable): Tuple[] {
  return table.rows.map((row) => Tuple.from(row.values));
}
