import { stripTags, unescapeHtml } from '../format/html.ts';
import { formatStr } from '../format/str-format.ts';
import { iterableOf } from '../values/iterate.ts';
import { escaped, escapedText, Markup } from '../values/markup.ts';
import { typeError } from '../values/py-error.ts';
import { plainText, type TextValue } from '../values/text-value.ts';
import { Tuple } from '../values/tuple.ts';
import { noArguments, oneArgument } from './declare.ts';
import type { Method, MethodTable } from './method.ts';
import { namedValues } from './str-format-methods.ts';

/** Methods of `str` whose text stays Markup. */
const staying = new Set(
  (
    'capitalize casefold center expandtabs ljust lower lstrip partition removeprefix removesuffix replace rjust ' +
    'rpartition rsplit rstrip split splitlines strip swapcase title translate upper zfill'
  ).split(' '),
);

/** Arguments that are escaped before they come into the text, by position. */
const escapedArguments: Readonly<Record<string, number>> = { replace: 1, ljust: 1, rjust: 1, center: 1 };

/** The methods of Markup, from those of `str`. */
export function markupMethods(ofText: MethodTable<string>): MethodTable<Markup> {
  const own: [string, Method<Markup>][] = [
    ['format', (self, args, kwargs, lookup) => filledIn(self, { args, named: namedValues(kwargs), lookup })],
    oneArgument('str.format_map', (self: Markup, values, lookup) =>
      filledIn(self, { args: [], named: namedValues(values), lookup }),
    ),
    oneArgument('str.join', (self: Markup, items) => {
      const source = iterableOf(items);
      if (source === null) throw typeError('can only join an iterable');
      return new Markup(Array.from(source, escapedText).join(self.text));
    }),
    noArguments('Markup.unescape', (self: Markup) => unescapeHtml(self.text)),
    noArguments('Markup.striptags', (self: Markup) => stripTags(self.text)),
    oneArgument('Markup.escape', (_self: Markup, value) => escaped(value)),
  ];
  return new Map([
    ...[...ofText].map(([name, method]): [string, Method<Markup>] => [name, wrapped(name, method)]),
    ...own,
  ]);
}

/** The methods of another text of a subclass of `str`: what they give is plain text. */
export function textValueMethods(ofText: MethodTable<string>): MethodTable<TextValue> {
  return new Map(
    [...ofText].map(([name, method]): [string, Method<TextValue>] => [
      name,
      (self, args, kwargs, lookup) => method(self.text, args, kwargs, lookup),
    ]),
  );
}

function wrapped(name: string, method: Method<string>): Method<Markup> {
  const position = escapedArguments[name];
  return (self, args, kwargs, lookup) => {
    const given = args.map((value, i) => (i === position ? escapedText(value) : plainText(value)));
    const result = method(self.text, given, kwargs, lookup);
    return staying.has(name) ? markedUp(result) : result;
  };
}

function markedUp(value: unknown): unknown {
  if (typeof value === 'string') return new Markup(value);
  if (value instanceof Tuple) return Tuple.from(value, markedUp);
  return Array.isArray(value) ? value.map(markedUp) : value;
}

function filledIn(self: Markup, values: Omit<Parameters<typeof formatStr>[1], 'finish'>): Markup {
  return new Markup(formatStr(self.text, { ...values, finish: escapedText }));
}
