import { stripTags } from '../format/html.ts';
import { withBlanks } from '../values/blanks.ts';
import { mappingOf } from '../values/dict.ts';
import { iterableOf, unpack } from '../values/iterate.ts';
import { escaped, escapedText, escapeHtml, Markup } from '../values/markup.ts';
import { PyError, typeError, valueError } from '../values/py-error.ts';
import type { FilterFunction, RenderEnv } from '../values/render-env.ts';
import { repr, toStr } from '../values/repr.ts';
import { optional } from '../values/signature.ts';
import { truth } from '../values/truth.ts';
import { typeName } from '../values/type-name.ts';
import { isUndefined } from '../values/undefined.ts';
import { refuseText, spendCharacters } from '../values/work.ts';
import { filter, rawFilter } from './declare.ts';
import { urlize } from './urlize.ts';

const toMarkup = rawFilter('escape', ['s'], (_env, s: unknown) => escaped(s));

const space = withBlanks(/\s+/);

/** Filters for HTML and URLs. */
export const markupFilters: Readonly<Record<string, FilterFunction>> = {
  escape: toMarkup,
  e: toMarkup,
  forceescape: filter('do_forceescape', ['value'], (_env, s: unknown) => new Markup(escapeHtml(toStr(s)))),
  safe: filter('do_mark_safe', ['value'], (_env, s: unknown) => new Markup(toStr(s))),
  striptags: filter('do_striptags', ['value'], (_env, s: unknown) => stripTags(toStr(s))),
  urlencode: filter('do_urlencode', ['value'], (_env, value: unknown) => urlEncode(value)),
  urlize: rawFilter(
    'do_urlize',
    [
      'value',
      optional('trim_url_limit'),
      optional('nofollow', false),
      optional('target'),
      optional('rel'),
      optional('extra_schemes'),
    ],
    (env, value: unknown, limit: unknown, nofollow: unknown, target: unknown, rel: unknown, schemes: unknown) =>
      markedWhere(
        env,
        urlize(escapedText(value), {
          limit: limit === null ? null : Number(limit),
          relations: [
            'noopener',
            ...(rel === null ? [] : toStr(rel).split(space)),
            ...(truth(nofollow) ? ['nofollow'] : []),
          ],
          target: target === null ? null : toStr(target),
          schemes: schemes === null ? [] : Array.from(iterableOf(schemes) ?? [], checkedScheme),
        }),
      ),
    1,
  ),
  xmlattr: filter('do_xmlattr', ['d', optional('autospace', true)], xmlAttributes, 1),
};

/** Text as Markup where the template escapes. */
function markedWhere(env: RenderEnv, text: string): unknown {
  return env.autoescape ? new Markup(text) : text;
}

function checkedScheme(scheme: unknown): string {
  const text = toStr(scheme);
  if (/^[a-z][a-z0-9+.-]*:(?:\/\/)?$/i.test(text)) return text;
  throw new PyError('FilterArgumentError', `${repr(text)} is not a valid URI scheme prefix.`);
}

/** What stands for each byte in a path, and in a query. */
const quotedInPath = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9_.~/-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});
const quotedInQuery = quotedInPath.map((text) => ({ '/': '%2F', '%20': '+' })[text] ?? text);

function quoteUrl(value: unknown, query: boolean): string {
  const bytes = value instanceof Uint8Array ? value : new TextEncoder().encode(toStr(value));
  refuseText(bytes.length * 3);
  spendCharacters(bytes.length);
  let quoted = '';
  for (const byte of bytes) quoted += (query ? quotedInQuery : quotedInPath)[byte];
  return quoted;
}

function urlEncode(value: unknown): string {
  // What has elements and no iterator, as `self`, counts as one value.
  const isOne = typeof value === 'string' || typeName(value) === 'TemplateReference';
  const items = isOne ? null : iterableOf(value);
  if (items === null) return quoteUrl(value, false);
  const pairs = mappingOf(value)?.entries() ?? items;
  return Array.from(pairs as Iterable<unknown>, (pair) => {
    const parts = unpack(pair, 2);
    return `${quoteUrl(parts[0], true)}=${quoteUrl(parts[1], true)}`;
  }).join('&');
}

function xmlAttributes(env: RenderEnv, value: unknown, autospace: unknown): unknown {
  const mapping = mappingOf(value);
  if (mapping === null) {
    if (isUndefined(value) && value.mode === 'parse') return markedWhere(env, '');
    if (isUndefined(value)) throw value.error();
    throw new PyError('AttributeError', `'${typeName(value)}' object has no attribute 'items'`);
  }
  const attributes: string[] = [];
  for (const [key, item] of mapping.entries()) {
    if (item === null || isUndefined(item)) continue;
    if (typeof key !== 'string') throw typeError(`expected string or bytes-like object, got '${typeName(key)}'`);
    if (/[\t-\r />=]/.test(key)) throw valueError(`Invalid character in attribute name: ${repr(key)}`);
    attributes.push(`${escapeHtml(key)}="${escapedText(item)}"`);
  }
  const text = attributes.join(' ');
  return markedWhere(env, truth(autospace) && text !== '' ? ` ${text}` : text);
}
