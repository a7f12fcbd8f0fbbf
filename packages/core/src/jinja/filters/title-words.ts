import { blanks } from '../values/blanks.ts';
import { matchesOf } from '../values/large-text.ts';

const words = new RegExp(`[-${blanks}({[<]+|[^-${blanks}({[<]+`, 'g');

/** Jinja's `title`: words begin after white space, `-` and opening brackets only, unlike Python's `str.title`. */
export function titleWords(text: string): string {
  return matchesOf(text, words)
    .map((word) => {
      const [first = ''] = word;
      return first.toUpperCase() + word.slice(first.length).toLowerCase();
    })
    .join('');
}
