import { callMethod, getItem, slice } from '../attributes.ts';
import { index } from '../methods/declare.ts';
import { methodOf } from '../methods/method-table.ts';
import { capitalize } from '../methods/str-case.ts';
import { center, replaceText } from '../methods/str-search.ts';
import { binary } from '../values/binary.ts';
import { compare } from '../values/compare.ts';
import { Decimal } from '../values/decimal.ts';
import type { Keywords } from '../values/host-object.ts';
import { length } from '../values/iterate.ts';
import { matchesOf } from '../values/large-text.ts';
import { escapedText, Markup } from '../values/markup.ts';
import { isNumeric, toNumber } from '../values/number.ts';
import { PyError, typeError, valueError } from '../values/py-error.ts';
import type { FilterFunction, RenderEnv } from '../values/render-env.ts';
import { repr, toStr } from '../values/repr.ts';
import { optional } from '../values/signature.ts';
import { plainText, textOf } from '../values/text-value.ts';
import { truth } from '../values/truth.ts';
import { Tuple } from '../values/tuple.ts';
import { typeName } from '../values/type-name.ts';
import { isUndefined } from '../values/undefined.ts';
import { refuseText, spendCharacters } from '../values/work.ts';
import { filter, filterArgumentError, rawFilter, softFilter } from './declare.ts';
import { titleWords } from './title-words.ts';
import { wrapLine } from './wrap-line.ts';

const defaultLeeway = 5;

/** Filters that turn text into text. */
export const textFilters: Readonly<Record<string, FilterFunction>> = {
  string: rawFilter('soft_str', ['s'], (_env, s: unknown) => (textOf(s) === undefined ? toStr(s) : s)),
  upper: softFilter('do_upper', ['s'], (s) => s.toUpperCase()),
  lower: softFilter('do_lower', ['s'], (s) => s.toLowerCase()),
  capitalize: softFilter('do_capitalize', ['s'], capitalize),
  title: filter('do_title', ['s'], (_env, s: unknown) => titleWords(toStr(s))),
  trim: softFilter('do_trim', ['value', optional('chars')], (s, chars) => callMethod(s, 'strip', [chars], null)),
  center: softFilter('do_center', ['value', optional('width', 80)], (s, width) => center(s, index(width))),
  replace: rawFilter('do_replace', ['s', 'old', 'new', optional('count')], replace, 1),
  format: rawFilter('do_format', ['value', '*args', '**kwargs'], format),
  indent: rawFilter(
    'do_indent',
    ['s', optional('width', 4), optional('first', false), optional('blank', false)],
    indent,
  ),
  truncate: rawFilter(
    'do_truncate',
    ['s', optional('length', 255), optional('killwords', false), optional('end', '...'), optional('leeway')],
    truncate,
    1,
  ),
  wordcount: filter('do_wordcount', ['s'], (_env, s: unknown) => matchesOf(toStr(s), /[\p{L}\p{N}_]+/gu).length),
  wordwrap: rawFilter(
    'do_wordwrap',
    [
      's',
      optional('width', 79),
      optional('break_long_words', true),
      optional('wrapstring'),
      optional('break_on_hyphens', true),
    ],
    wordWrap,
    1,
  ),
};

function replace(env: RenderEnv, s: unknown, old: unknown, by: unknown, count: unknown): unknown {
  const most = count === null ? -1 : index(count);
  if (!env.autoescape) return replaceText(toStr(s), toStr(old), toStr(by), most);
  const isEscaped = old instanceof Markup || by instanceof Markup;
  if (!isEscaped && !(s instanceof Markup)) return replaceText(toStr(s), toStr(old), toStr(by), most);
  return new Markup(replaceText(escapedText(s), toStr(old), escapedText(by), most));
}

function format(_env: unknown, s: unknown, args: unknown[], kwargs: Keywords): unknown {
  const named = Object.keys(kwargs).length > 0;
  if (named && args.length > 0) {
    throw filterArgumentError("can't handle positional and keyword arguments at the same time");
  }
  const values = named ? kwargs : Tuple.from(args);
  return binary('%', textOf(s) === undefined ? toStr(s) : s, values);
}

/** A number that Jinja computes with: undefined fails in its own words. */
function size(value: unknown): number {
  if (isUndefined(value)) throw value.error();
  return index(value);
}

function lines(text: unknown): string[] {
  if (textOf(text) === undefined && !isUndefined(text) && !(text instanceof Uint8Array)) {
    throw new PyError('AttributeError', `'${typeName(text)}' object has no attribute 'splitlines'`);
  }
  const found = callMethod(text, 'splitlines', [], null);
  return Array.isArray(found) ? (found as string[]) : [];
}

function withNewline(s: unknown): unknown {
  if (typeof s === 'string' || isUndefined(s)) return binary('+', s, '\n');
  // Python extends a list by the characters of the text, and then finds that it has no lines.
  if (Array.isArray(s)) return s instanceof Tuple ? binary('+', s, '\n') : s;
  throw typeError(`unsupported operand type(s) for +=: '${typeName(s)}' and 'str'`);
}

function indent(_env: unknown, value: unknown, width: unknown, first: unknown, blank: unknown): unknown {
  const s = plainText(value);
  const indention = textOf(width) ?? ' '.repeat(Math.max(0, size(width)));
  // What is added to Markup is escaped.
  const shown = width instanceof Markup && typeof value === 'string' ? escapedText : toStr;
  if (typeof s === 'string') spendCharacters(s.length);
  const [head = '', ...rest] = lines(withNewline(s));
  refuseText(rest.filter((line) => line !== '').length * indention.length);
  const body = rest.map((line) => `\n${line === '' && !truth(blank) ? '' : indention}${shown(line)}`).join('');
  const result = truth(first) ? indention + shown(head + body) : head + body;
  refuseText(result.length);
  return value instanceof Markup ? new Markup(result) : result;
}

function truncate(_env: unknown, s: unknown, most: unknown, kill: unknown, end: unknown, leeway: unknown): unknown {
  const tail = length(end);
  if (!compare('>=', most, tail)) throw assertion(`expected length >= ${tail}, got ${toStr(most)}`);
  const slack = leeway ?? defaultLeeway;
  if (!compare('>=', slack, 0)) throw assertion(`expected leeway >= 0, got ${toStr(slack)}`);
  if (compare('<=', length(s), binary('+', most, slack))) return s;
  const cut = slice(s, null, binary('-', most, tail), null);
  return binary('+', truth(kill) ? cut : getItem(lastSpaceCut(cut), 0), end);
}

function lastSpaceCut(s: unknown): unknown {
  if (textOf(s) !== undefined || s instanceof Uint8Array) return callMethod(s, 'rsplit', [' ', 1], null);
  throw new PyError('AttributeError', `'${typeName(s)}' object has no attribute 'rsplit'`);
}

const assertion = (words: string): PyError => new PyError('AssertionError', words);

/** Python compares with it, and wants an int only where it breaks a word. */
function lineWidth(width: unknown): number {
  if (isNumeric(width)) return toNumber(width);
  return width instanceof Decimal ? width.__float__() : size(width);
}

function wordWrap(
  _env: unknown,
  given: unknown,
  width: unknown,
  long: unknown,
  by: unknown,
  hyphens: unknown,
): unknown {
  if (isUndefined(by)) throw by.error();
  const newline = by ?? '\n';
  if (methodOf(newline, 'join') === undefined)
    throw new PyError('AttributeError', `'${typeName(by)}' object has no attribute 'join'`);
  const joined = (parts: readonly unknown[]): unknown => callMethod(newline, 'join', [parts], null);
  const s = plainText(given);
  const split = lines(s);
  if (split.length === 0) return joined([]);
  if (s instanceof Uint8Array) throw typeError('cannot use a string pattern on a bytes-like object');
  if (compare('<=', width, 0)) throw valueError(`invalid width ${repr(width)} (must be > 0)`);
  const options = { width: lineWidth(width), breakLongWords: truth(long), breakOnHyphens: truth(hyphens) };
  return joined(split.map((line) => joined(wrapLine(line, options))));
}
