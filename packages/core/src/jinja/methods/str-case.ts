import { isBlank } from '../values/blanks.ts';
import { replaceEach } from '../values/large-text.ts';
import { noArguments } from './declare.ts';
import type { MethodTable } from './method.ts';

const cased = /\p{Cased}/u;

/** Methods of `str` that change the case or ask about the characters. */
export const strCaseMethods: MethodTable<string> = new Map([
  noArguments('str.capitalize', capitalize),
  noArguments('str.casefold', caseFold),
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
  noArguments('str.isnumeric', (s: string) => numeric.test(s)),
  noArguments('str.isidentifier', (s: string) => /^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(s)),
  noArguments('str.islower', (s: string) => cased.test(s) && !/[\p{Uppercase}\p{Lt}]/u.test(s)),
  noArguments('str.isupper', (s: string) => cased.test(s) && !/[\p{Lowercase}\p{Lt}]/u.test(s)),
  noArguments('str.isprintable', (s: string) => /^(?:[^\p{C}\p{Z}]| )*$/u.test(s)),
  noArguments('str.isspace', (s: string) => s !== '' && isBlank(s)),
  noArguments('str.istitle', (s: string) => cased.test(s) && titleCase(s) === s),
]);

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

/** Numbers, and the signs of Chinese that Unicode calls numbers. */
const numeric =
  /^[\p{N}㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬貮貳贰阡陆陌陸零\uf96b\uf973\uf978\uf9b2\uf9d1\uf9d3\uf9fd\u{20001}\u{20064}\u{200e2}\u{20121}\u{2092a}\u{20983}\u{2098c}\u{2099c}\u{20aea}\u{20afd}\u{20b19}\u{22390}\u{22998}\u{23b1b}\u{2626d}\u{2f890}]+$/u;

/** Letters made of two have a third case. */
const digraphs: Readonly<Record<string, string>> = { Ǆ: 'ǅ', Ǉ: 'ǈ', Ǌ: 'ǋ', Ǳ: 'ǲ' };

/** Letters whose fold is not their lower case, but the lower case of their upper case: `ß`, ligatures, Greek with an iota below. */
const unlikeLower =
  /\u0345|[\u00b5\u00df\u0149\u017f\u01f0\u0390\u03b0\u03c2\u03d0\u03d1\u03d5\u03d6\u03f0\u03f1\u03f5\u0587\u1c80-\u1c88\u1e96-\u1e9b\u1f50-\u1ffc\ufb00-\ufb06\ufb13-\ufb17]/g;

/** Cherokee folds to its upper case. */
const cherokee = /[\u13a0-\u13f5\u13f8-\u13fd\uab70-\uabbf]/g;

/** Unicode's full case folding (CaseFolding.txt, statuses C and F). */
function caseFold(s: string): string {
  const folded = replaceEach(s, unlikeLower, (letter) => letter.toUpperCase().toLowerCase());
  const lower = folded.toLowerCase().replaceAll('ß', 'ss').replaceAll('ς', 'σ');
  return replaceEach(lower, cherokee, (letter) => letter.toUpperCase());
}

function titleLetter(character: string): string {
  const upper = character.toUpperCase();
  const digraph = digraphs[upper];
  if (digraph !== undefined) return digraph;
  if (upper.length === character.length || character === 'ŉ') return upper;
  // A Greek iota below stays below.
  const below = upper.replace(/\u0399$/, '\u0345');
  if (below !== upper) return below.length === 2 ? below.normalize('NFC') : below;
  return (upper[0] ?? '') + upper.slice(1).toLowerCase();
}

function swapCase(text: string): string {
  const swapped = (c: string): string => (/\p{Uppercase}/u.test(c) ? c.toLowerCase() : c.toUpperCase());
  return Array.from(text, (c) => (/\p{Lt}/u.test(c) ? c : swapped(c))).join('');
}
