import type { ResultTable } from '@eider/engine';
import { type PreviewColumn, previewColumn } from './preview-values.ts';
import { cutText, padText, textWidth } from './text-width.ts';

/** What a preview looks like as text. */
export interface PreviewText {
  /** Lines of a Markdown table, each with its line end. */
  readonly text: string;
  /** Names of the columns that did not fit. */
  readonly hidden: readonly string[];
}

/** The columns of a query's result, ready for either output. */
export function previewColumns({ columns, rows }: ResultTable): readonly PreviewColumn[] {
  return columns.map(({ name, type }, i) =>
    previewColumn(
      name,
      type,
      rows.map((row) => row[i]),
    ),
  );
}

/** dbt's JSON of a preview: `{"node": "orders", "show": [{…}, …]}`, two spaces deep; without `node` for `--inline`. */
export function previewJson(columns: readonly PreviewColumn[], node: string | null): string {
  const rows = (columns[0]?.json ?? []).map((_, i) => {
    const values = columns.map((column) => `      ${JSON.stringify(column.name)}: ${column.json[i]}`);
    return `    {\n${values.join(',\n')}\n    }`;
  });
  const show = rows.length === 0 ? '[]' : `[\n${rows.join(',\n')}\n  ]`;
  return `{\n${node === null ? '' : `  "node": ${JSON.stringify(node)},\n`}  "show": ${show}\n}`;
}

const usualWidth = 20;
const usualColumns = 6;

/**
 * dbt's table of a preview. Without a terminal it is cut as dbt cuts it: six columns (`most`), twenty characters each. In a terminal of `width` columns it is
 * as wide as that, and what does not fit is named in `hidden`.
 */
export function previewTable(
  all: readonly PreviewColumn[],
  width: number | null,
  most: number = usualColumns,
): PreviewText {
  const limit = width === null ? usualWidth : widestCell(all, width);
  const shown = width === null ? all.slice(0, most) : all.slice(0, fitting(all, limit, width));
  const more = shown.length < all.length;
  const cells = shown.map((column) => cellsOf(column, limit));
  const widths = cells.map((column) => Math.max(...column.map(textWidth)));
  const height = (all[0]?.texts.length ?? 0) + 1;
  const line = (parts: readonly string[]): string => `| ${[...parts, ...(more ? ['...'] : [])].join(' | ')} |\n`;
  const row = (at: number): string =>
    line(cells.map((column, i) => padText(column[at] ?? '', widths[i] ?? 0, shown[i]?.isNumber ? 'start' : 'end')));
  const divider = `| ${[...widths, ...(more ? [3] : [])].map((size) => '-'.repeat(size)).join(' | ')} |\n`;
  const rows = Array.from({ length: height - 1 }, (_, i) => row(i + 1));
  return { text: [row(0), divider, ...rows].join(''), hidden: all.slice(shown.length).map((column) => column.name) };
}

/** The name and the values of a column, cut. */
function cellsOf({ name, texts }: PreviewColumn, limit: number): readonly string[] {
  return [name, ...texts].map((text) => cutText(text, limit, '...'));
}

function columnWidth(column: PreviewColumn, limit: number): number {
  return Math.max(...[column.name, ...column.texts].map((text) => Math.min(limit, textWidth(text))));
}

const frame = 1;
const gap = 3;

function tableWidth(columns: readonly PreviewColumn[], limit: number): number {
  return columns.reduce((sum, column) => sum + columnWidth(column, limit) + gap, frame);
}

/** As much room for each cell as the terminal has when all columns are shown, and never less than dbt gives it. */
function widestCell(columns: readonly PreviewColumn[], width: number): number {
  let [low, high] = [usualWidth, Math.max(usualWidth, width - frame - gap)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (tableWidth(columns, middle) <= width) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How many columns fit, with room for `...` where some do not; at least one. */
function fitting(columns: readonly PreviewColumn[], limit: number, width: number): number {
  if (tableWidth(columns, limit) <= width) return columns.length;
  let count = 1;
  while (tableWidth(columns.slice(0, count + 1), limit) + 3 + gap <= width) count += 1;
  return count;
}
