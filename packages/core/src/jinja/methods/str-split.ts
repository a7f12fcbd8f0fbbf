import { blank, isBlankCharacter, stripBlanks } from '../values/blanks.ts';
import { iterableOf } from '../values/iterate.ts';
import { partsOf } from '../values/large-text.ts';
import { typeError, valueError } from '../values/py-error.ts';
import { optional } from '../values/signature.ts';
import { textOf } from '../values/text-value.ts';
import { Tuple } from '../values/tuple.ts';
import { typeName } from '../values/type-name.ts';
import { refuseGrowth } from '../values/work.ts';
import { index, keyworded, oneArgument, positional, text } from './declare.ts';
import type { MethodTable } from './method.ts';

const unlimited = [optional('sep'), optional('maxsplit', -1)];

/** Methods of `str` that take text apart, strip it or join it. */
export const strSplitMethods: MethodTable<string> = new Map([
  keyworded('str.split', unlimited, (s: string, sep: unknown, max: unknown) => split(s, sep, index(max))),
  keyworded('str.rsplit', unlimited, (s: string, sep: unknown, max: unknown) => splitRight(s, sep, index(max))),
  keyworded('str.splitlines', [optional('keepends', false)], (s: string, keep: unknown) =>
    splitLines(s, index(keep) !== 0),
  ),
  oneArgument('str.partition', partition),
  oneArgument('str.rpartition', partitionRight),
  oneArgument('str.join', joinText),
  positional('str.strip', 0, 1, (s: string, chars) => strip(s, chars, 'strip', true, true)),
  positional('str.lstrip', 0, 1, (s: string, chars) => strip(s, chars, 'lstrip', true, false)),
  positional('str.rstrip', 0, 1, (s: string, chars) => strip(s, chars, 'rstrip', false, true)),
  oneArgument('str.removeprefix', (s: string, prefix) => {
    const start = text(prefix, 'removeprefix() argument');
    return s.startsWith(start) ? s.slice(start.length) : s;
  }),
  oneArgument('str.removesuffix', (s: string, suffix) => {
    const end = text(suffix, 'removesuffix() argument');
    return end !== '' && s.endsWith(end) ? s.slice(0, -end.length) : s;
  }),
]);

function separator(value: unknown): string | null {
  if (value === null) return null;
  if (typeof value !== 'string') throw typeError(`must be str or None, not ${typeName(value)}`);
  if (value === '') throw valueError('empty separator');
  return value;
}

function split(s: string, sep: unknown, max: number): string[] {
  const by = separator(sep);
  if (by === null) return splitBlanks(s, max);
  const parts = partsOf(s, by);
  return max < 0 || parts.length <= max + 1 ? parts : [...parts.slice(0, max), parts.slice(max).join(by)];
}

function splitBlanks(s: string, max: number): string[] {
  const parts: string[] = [];
  let rest = stripBlanks(s, true, false);
  while (rest !== '' && (max < 0 || parts.length < max)) {
    const end = rest.search(blank);
    if (end < 0) break;
    parts.push(rest.slice(0, end));
    rest = stripBlanks(rest.slice(end), true, false);
  }
  return rest === '' ? parts : [...parts, max >= 0 && parts.length === max ? rest : stripBlanks(rest, false, true)];
}

function splitRight(s: string, sep: unknown, max: number): string[] {
  const by = separator(sep);
  if (max < 0) return split(s, sep, max);
  if (by !== null) {
    const parts = partsOf(s, by);
    const cut = Math.max(0, parts.length - max);
    return cut <= 1 ? parts : [parts.slice(0, cut).join(by), ...parts.slice(cut)];
  }
  const parts: string[] = [];
  let rest = stripBlanks(s, false, true);
  while (rest !== '' && parts.length < max) {
    let start = rest.length;
    while (start > 0 && !isBlankCharacter(rest[start - 1])) start -= 1;
    parts.push(rest.slice(start));
    rest = stripBlanks(rest.slice(0, start), false, true);
  }
  return (rest === '' ? parts : [...parts, rest]).reverse();
}

function strip(s: string, chars: unknown, name: string, left: boolean, right: boolean): string {
  if (chars === null || chars === undefined) return stripBlanks(s, left, right);
  if (typeof chars !== 'string') throw typeError(`${name} arg must be None or str`);
  const unwanted = new Set(chars);
  const characters = Array.from(s);
  let start = 0;
  let end = characters.length;
  while (left && start < end && unwanted.has(characters[start] ?? '')) start += 1;
  while (right && end > start && unwanted.has(characters[end - 1] ?? '')) end -= 1;
  return characters.slice(start, end).join('');
}

const lineEnds = '\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029';
const lines = new RegExp(`([^${lineEnds}]*)(\\r\\n|[${lineEnds}]|$)`, 'g');

/** The lines of a text as Python's `splitlines` has them. */
export function splitLines(s: string, keepEnds: boolean): string[] {
  const found: string[] = [];
  for (const [line, body = ''] of s.matchAll(lines)) {
    if (line === '') continue;
    found.push(keepEnds ? line : body);
    refuseGrowth(found.length);
  }
  return found;
}

function partition(s: string, sep: unknown): Tuple {
  const by = requiredSeparator(sep);
  const at = s.indexOf(by);
  return at < 0 ? Tuple.of(s, '', '') : Tuple.of(s.slice(0, at), by, s.slice(at + by.length));
}

function partitionRight(s: string, sep: unknown): Tuple {
  const by = requiredSeparator(sep);
  const at = s.lastIndexOf(by);
  return at < 0 ? Tuple.of('', '', s) : Tuple.of(s.slice(0, at), by, s.slice(at + by.length));
}

function requiredSeparator(sep: unknown): string {
  if (typeof sep !== 'string') throw typeError(`must be str, not ${typeName(sep)}`);
  if (sep === '') throw valueError('empty separator');
  return sep;
}

function joinText(s: string, items: unknown): string {
  const source = iterableOf(items);
  if (source === null) throw typeError('can only join an iterable');
  return Array.from(source, (item, i) => {
    const part = textOf(item);
    if (part !== undefined) return part;
    throw typeError(`sequence item ${i}: expected str instance, ${typeName(item)} found`);
  }).join(s);
}
