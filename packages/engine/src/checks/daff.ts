import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** A table over any cells. */
export interface DaffTable {
  getCellView(): DaffView;
}

/** How cells are read. */
export interface DaffView {
  toString(cell: unknown): string;
  equals(one: unknown, other: unknown): boolean;
  makeHash(): unknown;
  isHash(cell: unknown): boolean;
  hashSet(hash: unknown, key: string, cell: unknown): void;
  hashGet(hash: unknown, key: string): unknown;
  hashExists(hash: unknown, key: string): boolean;
  toDatum(cell: unknown): unknown;
}

interface Daff {
  readonly TableView: new (rows: unknown[][]) => DaffTable;
  readonly CompareFlags: new () => { ordered: boolean };
  readonly TableDiff: new (
    alignment: unknown,
    flags: object,
  ) => { hilite(result: DaffTable): boolean; hasDifference(): boolean };
  readonly TerminalDiffRender: new () => { render(table: DaffTable): string };
  compareTables(expected: DaffTable, actual: DaffTable, flags: object): { align(): unknown };
}

/** What is used of daff, the library with which dbt draws differences of tables. It has no types of its own. */
export const daff: Daff = require('daff') as Daff;
