import { splitLines } from '../methods/str-split.ts';
import { blanks } from '../values/blanks.ts';
import { bytesOfText, textOfBytes } from '../values/bytes.ts';
import { compare } from '../values/compare.ts';
import { mappingOf } from '../values/dict.ts';
import { textLength } from '../values/iterate.ts';
import { matchesOf } from '../values/large-text.ts';
import { NamedTuple } from '../values/named-tuple.ts';
import { PyError } from '../values/py-error.ts';
import { PySet } from '../values/py-set.ts';
import { repr } from '../values/repr.ts';
import { Tuple } from '../values/tuple.ts';
import { qualifiedTypeName } from '../values/type-name.ts';
import { spend } from '../values/work.ts';

const width = 80;

/** Python's `pprint.pformat`: the repr with sorted dict keys, one element a line and texts in pieces where they do not fit 80 columns. */
export function prettyText(value: unknown): string {
  return pretty(value, { indent: 0, allowance: 0, isTop: true });
}

/** Where a value is printed. */
interface Room {
  readonly indent: number;
  /** Columns taken by what follows on the last line. */
  readonly allowance: number;
  readonly isTop: boolean;
}

function pretty(value: unknown, room: Room): string {
  const { indent, allowance } = room;
  const flat = flatText(value);
  if (textLength(flat) <= width - indent - allowance) return flat;
  if (typeof value === 'string') return pieces(linePieces(value, innerRoom(room)), room);
  if (value instanceof Uint8Array) return pieces(bytePieces(value, innerRoom(room)), room, value.length > 4);
  if (isPlainList(value) && value.length > 0) return list(value, indent, allowance);
  if (value instanceof PySet) return itemLines('{', [...value].sort(keyOrder), '}', indent, allowance);
  const mapping = mappingOf(value);
  if (mapping === null || mapping.size === 0) return flat;
  const entries = sortedEntries(mapping.entries());
  const lines = entries.map(([key, item], i) => {
    const head = `${flatText(key)}: `;
    const after = i === entries.length - 1 ? allowance + 1 : 1;
    return head + pretty(item, { indent: indent + 1 + textLength(head), allowance: after, isTop: false });
  });
  return `{${lines.join(`,\n${' '.repeat(indent + 1)}`)}}`;
}

/** The room of pieces, which stand in parentheses where they are the whole. */
function innerRoom({ indent, allowance, isTop }: Room): Room {
  const more = isTop ? 1 : 0;
  return { indent: indent + more, allowance: allowance + more, isTop };
}

function pieces(reprs: readonly string[], { indent, isTop }: Room, always: boolean = false): string {
  const [first = ''] = reprs;
  if (reprs.length === 1 && !always) return first;
  const joined = reprs.join(`\n${' '.repeat(isTop ? indent + 1 : indent)}`);
  return isTop ? `(${joined})` : joined;
}

/** The reprs of as many words of a text as fit in each line. */
function linePieces(text: string, { indent, allowance }: Room): string[] {
  const lines = splitLines(text, true);
  return lines.flatMap((line, i) => {
    const isLast = i === lines.length - 1;
    const most = width - indent;
    const whole = repr(line);
    if (textLength(whole) <= (isLast ? most - allowance : most)) return [whole];
    const words = matchesOf(line, word);
    return filled(words, repr, (at) => (isLast && at === words.length - 1 ? most - allowance : most));
  });
}

function bytePieces(bytes: Uint8Array, { indent, allowance }: Room): string[] {
  const text = textOfBytes(bytes);
  const parts = matchesOf(text, /[\s\S]{1,4}/g);
  const last = Math.floor(text.length / 4);
  const most = width - indent;
  return filled(
    parts,
    (one) => repr(bytesOfText(one)),
    (at) => (at === last ? most - allowance : most),
  );
}

/** The reprs of parts joined as long as they fit. */
function filled(parts: readonly string[], shown: (text: string) => string, most: (at: number) => number): string[] {
  const found: string[] = [];
  let current = '';
  for (const [at, part] of parts.entries()) {
    spend(1 + current.length / 8);
    if (textLength(shown(current + part)) <= most(at)) current += part;
    else {
      if (current !== '') found.push(shown(current));
      current = part;
    }
  }
  return current === '' ? found : [...found, shown(current)];
}

const word = new RegExp(`(?:[^${blanks}]+[${blanks}]*|[${blanks}]+)`, 'g');

function list(items: readonly unknown[], indent: number, allowance: number): string {
  if (!(items instanceof Tuple)) return itemLines('[', items, ']', indent, allowance);
  return itemLines('(', items, items.length === 1 ? ',)' : ')', indent, allowance);
}

function itemLines(open: string, items: readonly unknown[], close: string, indent: number, allowance: number): string {
  const lines = Array.from(items, (item, i) => {
    const after = i === items.length - 1 ? allowance + close.length : 1;
    return pretty(item, { indent: indent + 1, allowance: after, isTop: false });
  });
  return open + lines.join(`,\n${' '.repeat(indent + 1)}`) + close;
}

/** Whether a list or tuple shows itself as its elements: Python's struct_time does not. */
function isPlainList(value: unknown): value is unknown[] {
  return Array.isArray(value) && !(value instanceof NamedTuple && value.shownAs !== null);
}

function flatText(value: unknown): string {
  spend(1);
  if (isPlainList(value)) {
    const items = Array.from(value, flatText).join(', ');
    if (!(value instanceof Tuple)) return `[${items}]`;
    return value.length === 1 ? `(${items},)` : `(${items})`;
  }
  const mapping = mappingOf(value);
  if (mapping === null) return repr(value);
  return `{${sortedEntries(mapping.entries())
    .map(([key, item]) => `${flatText(key)}: ${flatText(item)}`)
    .join(', ')}}`;
}

function sortedEntries(entries: Iterable<[unknown, unknown]>): [unknown, unknown][] {
  return [...entries].sort(([a], [b]) => keyOrder(a, b));
}

function keyOrder(a: unknown, b: unknown): number {
  try {
    return compare('<', a, b) ? -1 : 1;
  } catch (failure) {
    if (!(failure instanceof PyError)) throw failure;
    return textOfClass(a) < textOfClass(b) ? -1 : 1;
  }
}

/** What keys that have no order are sorted by. */
function textOfClass(value: unknown): string {
  return `<class '${qualifiedTypeName(value)}'>`;
}
