import { noArguments } from './declare.ts';
import type { MethodTable } from './method.ts';

const cased = /\p{Cased}/u;

/** Methods of `str` that change the case or ask about the characters. */
export const strCaseMethods: MethodTable<string> = new Map([
  noArguments('str.capitalize', capitalize),
  noArguments('str.casefold', (s: string) => s.toLowerCase().replaceAll('ß', 'ss').replaceAll('ς', 'σ')),
  noArguments('str.lower', (s: string) => s.toLowerCase()),
  noArguments('str.upper', (s: string) => s.toUpperCase()),
  noArguments('str.swapcase', swapCase),
  noArguments('str.title', titleCase),
  noArguments('str.isalnum', (s: string) => /^[\p{L}\p{N}]+$/u.test(s)),
  noArguments('str.isalpha', (s: string) => /^\p{L}+$/u.test(s)),
  noArguments('str.isascii', (s: string) => Buffer.byteLength(s) === s.length),
  noArguments('str.isdecimal', (s: string) => /^\p{Nd}+$/u.test(s)),
  noArguments('str.isdigit', (s: string) =>
    /^[\p{Nd}\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468]+$/u.test(s),
  ),
  noArguments('str.isnumeric', (s: string) => /^\p{N}+$/u.test(s)),
  noArguments('str.isidentifier', (s: string) => /^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(s)),
  noArguments('str.islower', (s: string) => cased.test(s) && !/[\p{Uppercase}\p{Lt}]/u.test(s)),
  noArguments('str.isupper', (s: string) => cased.test(s) && !/[\p{Lowercase}\p{Lt}]/u.test(s)),
  noArguments('str.isprintable', (s: string) => /^(?:[^\p{C}\p{Z}]| )*$/u.test(s)),
  noArguments('str.isspace', (s: string) => s !== '' && isBlank(s)),
  noArguments('str.istitle', (s: string) => cased.test(s) && titleCase(s) === s),
]);

/** Python's white space: JS's without the byte order mark, with the separators of ASCII. */
export const blanks = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const onlyBlanks = new RegExp(`^[${blanks}]*$`);

/** Whether a text holds nothing but Python's white space. */
export function isBlank(text: string): boolean {
  return onlyBlanks.test(text);
}

/** Python's `str.capitalize`. */
export function capitalize(text: string): string {
  const [first = ''] = text;
  return titleLetter(first) + text.slice(first.length).toLowerCase();
}

/** Python's `str.title`: a letter after anything that has no case is upper. */
export function titleCase(text: string): string {
  let inside = false;
  let result = '';
  for (const character of text) {
    result += inside ? character.toLowerCase() : titleLetter(character);
    inside = cased.test(character);
  }
  return result;
}

/** Letters made of two have a third case. */
const digraphs: Readonly<Record<string, string>> = { Ǆ: 'ǅ', Ǉ: 'ǈ', Ǌ: 'ǋ', Ǳ: 'ǲ' };

function titleLetter(character: string): string {
  const upper = character.toUpperCase();
  const digraph = digraphs[upper];
  if (digraph !== undefined) return digraph;
  return upper.length > character.length ? (upper[0] ?? '') + upper.slice(1).toLowerCase() : upper;
}

function swapCase(text: string): string {
  return Array.from(text, (c) => (/\p{Uppercase}/u.test(c) ? c.toLowerCase() : c.toUpperCase())).join('');
}
