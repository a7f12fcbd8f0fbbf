import type { Diagnostic, Place } from './diagnostics.ts';

const linesBefore = 2;
const linesAfter = 1;
const widest = 160;

/**
 * The finding with the lines around its place as `excerpt`, numbered, a caret under the column. Unchanged where it has no place or the text is gone.
 * `readText` gets the place's file as the finding names it.
 */
export function withExcerpt(diagnostic: Diagnostic, readText: (file: string) => string | undefined): Diagnostic {
  if (diagnostic.place === undefined || diagnostic.excerpt !== undefined) return diagnostic;
  // A byte order mark, where a template may begin, has no column.
  const place = { ...diagnostic.place, column: Math.max(1, diagnostic.place.column) };
  const text = readText(place.file);
  const excerpt = text === undefined ? undefined : codeFrame(text, place);
  return { ...diagnostic, place, ...(excerpt !== undefined && { excerpt }) };
}

/** The lines around a place of `text`, the place's own marked with `>` and a caret below; undefined where the text has no such line. */
export function codeFrame(text: string, place: Place): string | undefined {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  if (place.line < 1 || place.line > lines.length) return undefined;
  const first = Math.max(1, place.line - linesBefore);
  const last = Math.min(lines.length, place.line + linesAfter);
  const width = String(last).length;
  const shown: string[] = [];
  for (let number = first; number <= last; number++) {
    const line = lines[number - 1] ?? '';
    const window = number === place.line ? cut(line, place.column) : cut(line, 1);
    const here = number === place.line;
    if (!here && number > place.line && line === '') continue;
    shown.push(`${here ? '>' : ' '} ${String(number).padStart(width)} | ${window.text}`.trimEnd());
    if (here) shown.push(`  ${' '.repeat(width)} | ${caretLine(window.text, window.column)}`);
  }
  return shown.join('\n');
}

/** A long line's part around the column, so that the caret stays in sight. */
function cut(line: string, column: number): { readonly text: string; readonly column: number } {
  if (line.length <= widest) return { text: line, column: Math.min(column, line.length + 1) };
  const start = Math.min(Math.max(0, column - widest / 2), line.length - widest);
  const head = start > 0 ? '…' : '';
  const tail = start + widest < line.length ? '…' : '';
  return { text: head + line.slice(start, start + widest) + tail, column: column - start + head.length };
}

/** Tabs stay tabs, so the caret stands under its character whatever a tab's width. */
function caretLine(text: string, column: number): string {
  return `${text.slice(0, column - 1).replace(/[^\t]/g, ' ')}^`;
}
