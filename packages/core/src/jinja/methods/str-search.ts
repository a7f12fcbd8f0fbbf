import { Dict, mappingOf } from '../values/dict.ts';
import { isAstral, lengthOf, textLength } from '../values/iterate.ts';
import { partsOf } from '../values/large-text.ts';
import { isFloat, isInt, isNumeric } from '../values/number.ts';
import { PyError, typeError, valueError } from '../values/py-error.ts';
import { sliceIndices } from '../values/sequence.ts';
import { optional } from '../values/signature.ts';
import { plainText } from '../values/text-value.ts';
import { Tuple } from '../values/tuple.ts';
import { typeName } from '../values/type-name.ts';
import { isUndefined } from '../values/undefined.ts';
import { refuseText, spend } from '../values/work.ts';
import { index, keyworded, oneArgument, positional, text } from './declare.ts';
import { encode } from './encodings.ts';
import type { MethodTable } from './method.ts';

/** Methods of `str` that look for text, replace it or fill it up. */
export const strSearchMethods: MethodTable<string> = new Map([
  positional('str.find', 1, 3, (s: string, sub, start, end) => find(s, sub, start, end, 'find')),
  positional('str.rfind', 1, 3, (s: string, sub, start, end) => find(s, sub, start, end, 'rfind')),
  positional('str.index', 1, 3, (s: string, sub, start, end) => found(find(s, sub, start, end, 'index'))),
  positional('str.rindex', 1, 3, (s: string, sub, start, end) => found(find(s, sub, start, end, 'rindex'))),
  positional('str.count', 1, 3, count),
  positional('str.startswith', 1, 3, (s: string, affix, start, end) => hasAffix(s, affix, start, end, 'startswith')),
  positional('str.endswith', 1, 3, (s: string, affix, start, end) => hasAffix(s, affix, start, end, 'endswith')),
  positional('str.replace', 2, 3, (s: string, old, by, times) =>
    replaceText(
      s,
      text(old, 'replace() argument 1'),
      text(by, 'replace() argument 2'),
      times === undefined ? -1 : index(times),
    ),
  ),
  positional('str.center', 1, 2, (s: string, width, fill) => center(s, index(width), fillCharacter(fill))),
  positional('str.ljust', 1, 2, (s: string, width, fill) => s + padding(s, index(width), fillCharacter(fill))),
  positional('str.rjust', 1, 2, (s: string, width, fill) => padding(s, index(width), fillCharacter(fill)) + s),
  oneArgument('str.zfill', (s: string, width) => zeroFill(s, index(width))),
  keyworded('str.expandtabs', [{ name: 'tabsize', default: 8 }], (s: string, size: unknown) =>
    expandTabs(s, tabSize(size)),
  ),
  keyworded(
    'str.encode',
    [optional('encoding', 'utf-8'), optional('errors', 'strict')],
    (s: string, encoding: unknown, errors: unknown) =>
      encode(s, text(encoding, "encode() argument 'encoding'"), text(errors, "encode() argument 'errors'")),
  ),
  positional('str.maketrans', 1, 3, (_s: string, x, y, z) => makeTranslation(x, y, z)),
  oneArgument('str.translate', translate),
]);

/** The part of a text between two Python indexes, and where it begins. Null when the range is empty the wrong way round. */
function window(s: string, start: unknown, end: unknown): { readonly part: string; readonly first: number } | null {
  if ((start ?? null) === null && (end ?? null) === null) return { part: s, first: 0 };
  const size = textLength(s);
  const bounds = sliceIndices(size, start ?? null, end ?? null, 1);
  const beyond = (isInt(start) || typeof start === 'boolean') && Number(start) > size;
  if (beyond || bounds.first > bounds.end) return null;
  const part = isAstral(s) ? Array.from(s).slice(bounds.first, bounds.end).join('') : s.slice(bounds.first, bounds.end);
  return { part, first: bounds.first };
}

function find(s: string, sub: unknown, start: unknown, end: unknown, name: string): number {
  const wanted = searched(sub);
  const area = window(s, start, end);
  if (area === null) return -1;
  const at = name.startsWith('r') ? area.part.lastIndexOf(wanted) : area.part.indexOf(wanted);
  return at < 0 ? -1 : area.first + textLength(area.part.slice(0, at));
}

/** What C holds in 32 bits. */
function tabSize(size: unknown): number {
  const columns = index(size);
  if (columns === (columns | 0)) return columns;
  throw new PyError('OverflowError', 'Python int too large to convert to C int');
}

function searched(sub: unknown): string {
  if (typeof sub === 'string') return sub;
  throw typeError(`must be str, not ${typeName(sub)}`);
}

function found(position: number): number {
  if (position < 0) throw valueError('substring not found');
  return position;
}

function count(s: string, sub: unknown, start?: unknown, end?: unknown): number {
  const wanted = searched(sub);
  const area = window(s, start, end);
  if (area === null) return 0;
  return wanted === '' ? textLength(area.part) + 1 : occurrences(area.part, wanted);
}

function occurrences(text: string, wanted: string): number {
  let found = 0;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) found += 1;
  return found;
}

function hasAffix(s: string, affix: unknown, start: unknown, end: unknown, name: 'startswith' | 'endswith'): boolean {
  const affixes: readonly unknown[] = affix instanceof Tuple ? affix : [affix];
  const area = window(s, start, end);
  return affixes.some((one) => {
    const item = plainText(one);
    if (typeof item !== 'string') {
      throw typeError(
        affix instanceof Tuple
          ? `tuple for ${name} must only contain str, not ${typeName(item)}`
          : `${name} first arg must be str or a tuple of str, not ${typeName(item)}`,
      );
    }
    if (area === null) return false;
    return name === 'startswith' ? area.part.startsWith(item) : area.part.endsWith(item);
  });
}

/** Python's `str.replace`; `times` below zero: all. */
export function replaceText(s: string, old: string, by: string, times: number): string {
  if (old === '') return interleave(s, by, times);
  const parts = partsOf(s, old);
  refuseText(s.length + (parts.length - 1) * (by.length - old.length));
  if (times < 0) return parts.join(by);
  const kept = parts.slice(0, times + 1).join(by);
  return parts.length <= times + 1 ? kept : [kept, ...parts.slice(times + 1)].join(old);
}

/** Replacing the empty text puts the new one before each character and at the end. */
function interleave(s: string, by: string, times: number): string {
  refuseText(s.length * (by.length + 1));
  const characters = Array.from(s);
  const limit = times < 0 ? characters.length + 1 : times;
  const start = characters.map((character, i) => (i < limit ? by + character : character)).join('');
  return characters.length < limit ? start + by : start;
}

function fillCharacter(fill: unknown): string {
  if (fill === undefined) return ' ';
  if (typeof fill !== 'string') {
    throw typeError(`The fill character must be a unicode character, not ${typeName(fill)}`);
  }
  if (lengthOf(fill) !== 1) throw typeError('The fill character must be exactly one character long');
  return fill;
}

function padding(s: string, width: number, fill: string): string {
  return fill.repeat(room(s, width));
}

function room(s: string, width: number): number {
  refuseText(width);
  return Math.max(0, width - textLength(s));
}

/** Python's `str.center`: of an odd rest the left side gets more if the width is odd. */
export function center(s: string, width: number, fill: string = ' '): string {
  const rest = room(s, width);
  const left = Math.floor(rest / 2) + (rest & width & 1);
  return fill.repeat(left) + s + fill.repeat(rest - left);
}

function zeroFill(s: string, width: number): string {
  const sign = /^[+-]/.exec(s)?.[0] ?? '';
  return sign + '0'.repeat(room(s, width)) + s.slice(sign.length);
}

function expandTabs(s: string, size: number): string {
  let column = 0;
  let result = '';
  for (const character of s) {
    if (character === '\t') {
      const blanks = size <= 0 ? 0 : size - (column % size);
      refuseText(result.length + blanks);
      result += ' '.repeat(blanks);
      column += blanks;
    } else {
      result += character;
      column = character === '\n' || character === '\r' ? 0 : column + 1;
    }
  }
  return result;
}

function makeTranslation(x: unknown, y: unknown, z: unknown): Dict {
  if (y === undefined) {
    const mapping = mappingOf(x);
    if (mapping === null) throw typeError('if you give only one argument to maketrans it must be a dict');
    return new Dict([...mapping.entries()].map(([key, value]) => [translated(key), value]));
  }
  if (typeof x !== 'string') throw typeError('first maketrans argument must be a string if there is a second argument');
  const from = Array.from(x);
  const to = Array.from(text(y, 'maketrans() argument 2'));
  if (from.length !== to.length) throw valueError('the first two maketrans arguments must have equal length');
  const table = new Dict(from.map((c, i) => [c.codePointAt(0), to[i]?.codePointAt(0)]));
  const dropped = z === undefined ? '' : text(z, 'maketrans() argument 3');
  for (const c of dropped) table.set(c.codePointAt(0), null);
  return table;
}

function translated(key: unknown): unknown {
  if (isNumeric(key) && !isFloat(key)) return key;
  if (typeof key !== 'string') throw typeError('keys in translate table must be strings or integers');
  if (textLength(key) !== 1) throw valueError('string keys in translate table must be of length 1');
  return key.codePointAt(0);
}

function characterOf(code: unknown): string {
  if (!isNumeric(code) || isFloat(code)) throw typeError('character mapping must return integer, None or str');
  if (Number(code) < 0 || Number(code) > 0x10ffff) throw valueError('character mapping must be in range(0x110000)');
  return String.fromCodePoint(Number(code));
}

function translate(s: string, table: unknown): string {
  const mapping = mappingOf(table);
  if (mapping === null && !Array.isArray(table) && typeof table !== 'string') {
    // While parsing, an item of what is undefined is undefined too.
    if (isUndefined(table) && table.mode === 'parse') return s === '' ? s : characterOf(table);
    throw isUndefined(table) ? table.error() : typeError(`'${typeName(table)}' object is not subscriptable`);
  }
  let result = '';
  for (const character of s) {
    spend(1);
    const target = mapping?.get(character.codePointAt(0));
    if (target === undefined) result += character;
    else if (target !== null) result += typeof target === 'string' ? target : characterOf(target);
    if (typeof target === 'string' && target.length > 1) refuseText(result.length);
  }
  return result;
}
