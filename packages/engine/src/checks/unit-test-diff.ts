import { type ResultCell, resultCells, type TableData } from '@eider/core';
import { type DaffTable, type DaffView, daff } from './daff.ts';

/**
 * How what a unit test's SQL gave differs from what is expected, drawn as dbt draws it (by the same library), with colours; null where it does not. The
 * order of rows does not count. `result` holds both sides, told apart by its last column.
 */
export function unitTestDiff(result: TableData): string | null {
  const names = result.columns.slice(0, -1).map(({ name }) => name.toLowerCase());
  const cells = resultCells(result);
  const side = (name: string): ResultCell[][] =>
    cells
      .filter((row) => row.at(-1)?.text === name)
      .map((row) => row.slice(0, -1))
      .sort(compareRows);
  const [actual, expected] = [side('actual'), side('expected')];
  if (textOf(actual) === textOf(expected)) return null;
  const tableOf = (rows: readonly (readonly ResultCell[])[]): DaffTable =>
    seenAs(new daff.TableView([[...names], ...rows.map((row) => row.map(daffCell))]));
  const flags = new daff.CompareFlags();
  flags.ordered = false;
  const diff = new daff.TableDiff(daff.compareTables(tableOf(expected), tableOf(actual), flags).align(), flags);
  const drawn = seenAs(new daff.TableView([]));
  diff.hilite(drawn);
  return diff.hasDifference() ? new daff.TerminalDiffRender().render(drawn) : null;
}

function textOf(rows: readonly (readonly ResultCell[])[]): string {
  return JSON.stringify(rows.map((row) => row.map(({ text }) => text)));
}

/** As Python sorts them: column by column, none last. */
function compareRows(one: readonly ResultCell[], other: readonly ResultCell[]): number {
  for (const [at, { order }] of one.entries()) {
    const than = other[at]?.order ?? null;
    if (order === than) continue;
    if (order === null || than === null) return order === null ? 1 : -1;
    return order < than ? -1 : 1;
  }
  return 0;
}

/** A value that is printed as its text where it stands among others, and exactly where only one side has its row. */
class Cell {
  readonly text: string;
  readonly exact: string;

  constructor({ exact, text }: ResultCell) {
    this.text = text ?? '';
    this.exact = exact;
  }

  toString(): string {
    return this.exact;
  }
}

function daffCell(cell: ResultCell): Cell | null {
  return cell.text === null ? null : new Cell(cell);
}

function seenAs(table: DaffTable): DaffTable {
  table.getCellView = () => view;
  return table;
}

/** How daff reads cells: by their texts, as its Python edition does, which dbt uses. */
const view: DaffView = {
  toString: (cell) => (cell instanceof Cell ? cell.text : cell === null || cell === undefined ? '' : String(cell)),
  equals: (one, other) =>
    (one ?? null) === (other ?? null) ||
    (isThere(one) && isThere(other) && view.toString(one) === view.toString(other)),
  makeHash: () => new Map<string, unknown>(),
  isHash: (cell) => cell instanceof Map,
  hashSet: (hash, key, cell) => (hash as Map<string, unknown>).set(key, cell),
  hashGet: (hash, key) => (hash as Map<string, unknown>).get(key),
  hashExists: (hash, key) => (hash as Map<string, unknown>).has(key),
  toDatum: (cell) => cell,
};

function isThere(cell: unknown): boolean {
  return cell !== null && cell !== undefined;
}
