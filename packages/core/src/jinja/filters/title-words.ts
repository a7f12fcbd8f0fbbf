import { blanks } from '../values/blanks.ts';

const wordStart = new RegExp(`([-${blanks}({[<]+)`);

/** Jinja's `title`: words begin after white space, `-` and opening brackets only, unlike Python's `str.title`. */
export function titleWords(text: string): string {
  return text
    .split(wordStart)
    .map((word) => {
      const [first = ''] = word;
      return first.toUpperCase() + word.slice(first.length).toLowerCase();
    })
    .join('');
}
