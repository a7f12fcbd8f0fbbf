import { callMethod } from '../attributes.ts';
import { formatPercent } from '../format/percent.ts';
import { index } from '../methods/declare.ts';
import { capitalize } from '../methods/str-case.ts';
import { center, replaceText } from '../methods/str-search.ts';
import { binary } from '../values/binary.ts';
import type { Keywords } from '../values/host-object.ts';
import { length } from '../values/iterate.ts';
import { PyError, typeError } from '../values/py-error.ts';
import type { FilterFunction } from '../values/render-env.ts';
import { toStr } from '../values/repr.ts';
import { truth } from '../values/truth.ts';
import { Tuple } from '../values/tuple.ts';
import { typeName } from '../values/type-name.ts';
import { isUndefined } from '../values/undefined.ts';
import { filter, filterArgumentError, optional } from './declare.ts';
import { titleWords } from './title-words.ts';
import { wrapLine } from './wrap-line.ts';

const defaultLeeway = 5;

/** Filters that turn text into text. */
export const textFilters: Readonly<Record<string, FilterFunction>> = {
  string: filter('soft_str', ['s'], (_env, s: unknown) => toStr(s)),
  upper: filter('do_upper', ['s'], (_env, s: unknown) => toStr(s).toUpperCase()),
  lower: filter('do_lower', ['s'], (_env, s: unknown) => toStr(s).toLowerCase()),
  capitalize: filter('do_capitalize', ['s'], (_env, s: unknown) => capitalize(toStr(s))),
  title: filter('do_title', ['s'], (_env, s: unknown) => titleWords(toStr(s))),
  trim: filter('do_trim', ['value', optional('chars', null)], (_env, s: unknown, chars: unknown) =>
    callMethod(toStr(s), 'strip', [chars], null),
  ),
  center: filter('do_center', ['value', optional('width', 80)], (_env, s: unknown, width: unknown) =>
    center(toStr(s), index(width)),
  ),
  replace: filter('do_replace', ['s', 'old', 'new', optional('count', null)], replace, 1),
  format: filter('do_format', ['value', '*args', '**kwargs'], format),
  indent: filter('do_indent', ['s', optional('width', 4), optional('first', false), optional('blank', false)], indent),
  truncate: filter(
    'do_truncate',
    ['s', optional('length', 255), optional('killwords', false), optional('end', '...'), optional('leeway', null)],
    truncate,
    1,
  ),
  wordcount: filter('do_wordcount', ['s'], (_env, s: unknown) => toStr(s).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
  wordwrap: filter(
    'do_wordwrap',
    [
      's',
      optional('width', 79),
      optional('break_long_words', true),
      optional('wrapstring', null),
      optional('break_on_hyphens', true),
    ],
    wordWrap,
    1,
  ),
};

function replace(_env: unknown, s: unknown, old: unknown, by: unknown, count: unknown): string {
  return replaceText(toStr(s), toStr(old), toStr(by), count === null ? -1 : index(count));
}

function format(_env: unknown, s: unknown, args: unknown[], kwargs: Keywords): string {
  const named = Object.keys(kwargs).length > 0;
  if (named && args.length > 0) {
    throw filterArgumentError("can't handle positional and keyword arguments at the same time");
  }
  return formatPercent(toStr(s), named ? kwargs : Tuple.from(args));
}

function lines(text: unknown): string[] {
  return callMethod(text, 'splitlines', [], null) as string[];
}

function withNewline(s: unknown): unknown {
  if (typeof s === 'string' || isUndefined(s)) return binary('+', s, '\n');
  throw typeError(`unsupported operand type(s) for +=: '${typeName(s)}' and 'str'`);
}

function indent(_env: unknown, s: unknown, width: unknown, first: unknown, blank: unknown): string {
  const indention = typeof width === 'string' ? width : ' '.repeat(Math.max(0, index(width)));
  const [head = '', ...rest] = lines(withNewline(s));
  const body = rest.map((line) => `\n${line === '' && !truth(blank) ? '' : indention}${line}`).join('');
  return (truth(first) ? indention : '') + head + body;
}

function truncate(_env: unknown, s: unknown, size: unknown, kill: unknown, end: string, leeway: unknown): unknown {
  const most = index(size);
  const slack = leeway === null ? defaultLeeway : index(leeway);
  const tail = length(end);
  if (most < tail) throw new PyError('AssertionError', `expected length >= ${tail}, got ${most}`);
  if (slack < 0) throw new PyError('AssertionError', `expected leeway >= 0, got ${slack}`);
  if (length(s) <= most + slack) return s;
  const cut = Array.from(toStr(s))
    .slice(0, most - tail)
    .join('');
  if (truth(kill)) return cut + end;
  const space = cut.lastIndexOf(' ');
  return (space < 0 ? cut : cut.slice(0, space)) + end;
}

function wordWrap(_env: unknown, s: unknown, width: unknown, long: unknown, by: unknown, hyphens: unknown): string {
  const options = { width: index(width), breakLongWords: truth(long), breakOnHyphens: truth(hyphens) };
  const newline = by === null ? '\n' : toStr(by);
  return lines(s)
    .map((line) => wrapLine(line, options).join(newline))
    .join(newline);
}
