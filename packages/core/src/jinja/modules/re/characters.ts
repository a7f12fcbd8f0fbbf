import { blanks } from '../../values/blanks.ts';
import type { Test } from './syntax.ts';

/** A class of characters of Python's `re`, for all scripts or for ASCII alone. */
interface Category {
  readonly unicode: Test;
  readonly ascii: Test;
}

const matching = (pattern: RegExp): Test => {
  const known = new Map<number, boolean>();
  return (character) => {
    const answer = known.get(character);
    if (answer !== undefined) return answer;
    const found = pattern.test(String.fromCodePoint(character));
    known.set(character, found);
    return found;
  };
};

const categories: Readonly<Record<string, Category>> = {
  d: { unicode: matching(/\p{Nd}/u), ascii: (c) => c >= 48 && c <= 57 },
  s: {
    unicode: matching(new RegExp(`[${blanks}]`, 'u')),
    ascii: (c) => c === 32 || (c >= 9 && c <= 13),
  },
  w: {
    unicode: matching(/[\p{L}\p{N}_]/u),
    ascii: (c) => c === 95 || (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122),
  },
};

/** The characters of `\d`, `\s`, `\w` and their opposites; undefined for another letter. */
export function categoryTest(letter: string, ascii: boolean): Test | undefined {
  const category = categories[letter.toLowerCase()];
  if (category === undefined) return undefined;
  const test = ascii ? category.ascii : category.unicode;
  return letter === letter.toLowerCase() ? test : (character) => !test(character);
}

/** Characters that are one another's lower case by Unicode, though no lower case gives them. */
const sameLetters: readonly (readonly number[])[] = [
  [0x69, 0x131],
  [0x73, 0x17f],
  [0xb5, 0x3bc],
  [0x345, 0x3b9, 0x1fbe],
  [0x390, 0x1fd3],
  [0x3b0, 0x1fe3],
  [0x3b2, 0x3d0],
  [0x3b5, 0x3f5],
  [0x3b8, 0x3d1],
  [0x3ba, 0x3f0],
  [0x3c0, 0x3d6],
  [0x3c1, 0x3f1],
  [0x3c2, 0x3c3],
  [0x3c6, 0x3d5],
  [0x432, 0x1c80],
  [0x434, 0x1c81],
  [0x43e, 0x1c82],
  [0x441, 0x1c83],
  [0x442, 0x1c84, 0x1c85],
  [0x44a, 0x1c86],
  [0x463, 0x1c87],
  [0x1c88, 0xa64b],
  [0x1e61, 0x1e9b],
  [0xfb05, 0xfb06],
];
const firstOf = new Map(
  sameLetters.flatMap((group) => group.map((letter): [number, number] => [letter, group[0] ?? 0])),
);
const groupOf = new Map(
  sameLetters.flatMap((group) => group.map((letter): [number, readonly number[]] => [letter, group])),
);

function mapped(character: number, change: (text: string) => string): number {
  const text = change(String.fromCodePoint(character));
  const code = text.codePointAt(0) ?? character;
  return text.length === String.fromCodePoint(code).length ? code : character;
}

const lower = (character: number): number =>
  character === 0x130 ? 0x69 : mapped(character, (text) => text.toLowerCase());
const upper = (character: number): number => mapped(character, (text) => text.toUpperCase());

/** What stands for a character where case does not count. */
export function foldCase(character: number, ascii: boolean): number {
  if (ascii) return character >= 65 && character <= 90 ? character + 32 : character;
  const small = lower(character);
  return firstOf.get(small) ?? small;
}

/** The same characters in either case. */
export function ignoringCase(test: Test, ascii: boolean): Test {
  if (ascii) {
    return (c) => test(c) || (c >= 65 && c <= 90 && test(c + 32)) || (c >= 97 && c <= 122 && test(c - 32));
  }
  return (c) => {
    const small = lower(c);
    if (test(c) || test(small) || test(upper(small))) return true;
    return groupOf.get(small)?.some((one) => test(one) || test(upper(one))) ?? false;
  };
}
