import type { HistoryLine, TableHistory } from '@eider/engine';
import { bold, green, withoutColors, yellow } from './colors.ts';
import { durationText } from './quantities.ts';
import { cutText, padText, textWidth } from './text-width.ts';

/** What became of a commit, in a few words. */
function statusOf({ counts, isHead, isThere, restoredNodes, restores, withheld, dropped }: HistoryLine): string {
  const held = Object.keys(withheld).length;
  const parts = [
    ...(restores === null ? [] : [`shows commit ${restores} again`]),
    ...Object.entries(restoredNodes).map(([node, number]) => `${node.split('.').at(-1)} of commit ${number} again`),
    ...(held === 0 ? [] : [`${held} withheld`]),
    ...((counts.error ?? 0) === 0 ? [] : [`${counts.error} failed`]),
    ...(dropped.length === 0 ? [] : [`${dropped.length} dropped`]),
  ];
  const text = parts.length === 0 ? 'whole' : parts.join(', ');
  if (isHead) return `${text} ${green('<- published')}`;
  return isThere ? text : `${text} ${yellow('(data gone)')}`;
}

/** A table of commits, newest first, no line wider than `width`: number, when (local time), command, who, how long, nodes, rows, outcome. */
export function historyTable(lines: readonly HistoryLine[], width: number): readonly string[] {
  const head = ['#', 'committed', 'command', 'by', 'took', 'nodes', 'rows', 'outcome'];
  const rows = lines.map((line) => [
    String(line.number),
    localTime(line.committedAt),
    line.command,
    byText(line.by),
    durationText(Date.parse(line.committedAt) - Date.parse(line.startedAt)),
    String(line.published.length),
    line.rows === null ? '' : line.rows.toLocaleString('en-US'),
    statusOf(line),
  ]);
  const right = new Set([0, 4, 5, 6]);
  const widths = head.map((name, i) => Math.max(textWidth(name), ...rows.map((row) => textWidth(row[i] ?? ''))));
  return [head, ...rows].map((row) => {
    const cells = row.map((text, i) =>
      i === 7 ? text : padText(text, widths[i] ?? 0, right.has(i) ? 'start' : 'end'),
    );
    const text = cells.join('  ').trimEnd();
    return textWidth(text) <= width ? text : cutText(withoutColors(text), width);
  });
}

/** The commits of one Delta table, newest first: version, when (local time), what, by which program. */
export function tableHistoryLines(entries: TableHistory['entries']): readonly string[] {
  const rows = entries.map(({ commitInfo, timestamp, version }) => [
    String(version),
    localTime(new Date(timestamp).toISOString()),
    commitInfo?.operation ?? '',
    commitInfo?.engineInfo ?? '',
  ]);
  const head = ['#', 'committed', 'operation', 'by'];
  const widths = head.map((name, i) => Math.max(textWidth(name), ...rows.map((row) => textWidth(row[i] ?? ''))));
  return [head, ...rows].map((row) =>
    row
      .map((text, i) => padText(text, widths[i] ?? 0, i === 0 ? 'start' : 'end'))
      .join('  ')
      .trimEnd(),
  );
}

/** `2026-11-21 14:05:09`, as this machine's clock shows it. */
export function localTime(iso: string): string {
  return new Date(iso).toLocaleString('sv-SE');
}

/** `ada@nas`. */
export function byText(by: HistoryLine['by'] | undefined): string {
  if (by === null || by === undefined) return '';
  return by.user === '' ? by.host : `${by.user}@${by.host}`;
}

/** A name and what it is, in two columns. */
export function factLine(name: string, value: string): string {
  return `${bold(padText(name, 12))} ${value}`;
}
