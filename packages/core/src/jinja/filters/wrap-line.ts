import { isAstral, textLength } from '../values/iterate.ts';
import { matchesOf } from '../values/large-text.ts';
import { typeError } from '../values/py-error.ts';
import { spend } from '../values/work.ts';

/** How a line is wrapped; `width` in characters. */
export interface WrapOptions {
  readonly width: number;
  readonly breakLongWords: boolean;
  readonly breakOnHyphens: boolean;
}

const blank = /^[\t\n\v\f\r ]*$/;
const words = /[\t\n\v\f\r ]+|[^\t\n\v\f\r ]+/g;
const hyphenated = /[^\s\w]*\w+[^0-9\W]-(?=\w+[^0-9\W])/g;

/** Breaks a line as Python's textwrap does, without touching the white space inside the lines. */
export function wrapLine(line: string, options: WrapOptions): string[] {
  const chunks = matchesOf(line, words)
    .flatMap((word) => pieces(word, options))
    .reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    if (lines.length > 0 && blank.test(chunks.at(-1) ?? '')) chunks.pop();
    const current = takeLine(chunks, options);
    if (blank.test(current.at(-1) ?? ' ')) current.pop();
    if (current.length > 0) lines.push(current.join(''));
  }
  return lines;
}

function takeLine(chunks: string[], options: WrapOptions): string[] {
  const current: string[] = [];
  let used = 0;
  while (chunks.length > 0) {
    const next = chunks.at(-1) ?? '';
    if (used + textLength(next) > options.width) break;
    current.push(next);
    used += textLength(next);
    chunks.pop();
  }
  const long = chunks.at(-1);
  if (long !== undefined && textLength(long) > options.width) breakLong(chunks, current, used, options);
  return current;
}

function breakLong(chunks: string[], current: string[], used: number, options: WrapOptions): void {
  const word = chunks.pop() ?? '';
  // Each line of a long word looks at all the rest of it.
  spend(word.length / 64);
  const isWide = isAstral(word);
  const long = isWide ? Array.from(word) : word;
  const room = options.width - used;
  if (!options.breakLongWords) {
    if (current.length === 0) current.push(word);
    else chunks.push(word);
    return;
  }
  if (!Number.isInteger(room)) throw typeError('slice indices must be integers or None or have an __index__ method');
  const head = Array.from(long.slice(0, room));
  const hyphen = options.breakOnHyphens ? head.lastIndexOf('-') : -1;
  const end = hyphen > 0 && head.slice(0, hyphen).some((c) => c !== '-') ? hyphen + 1 : room;
  const text = (part: string | string[]): string => (typeof part === 'string' ? part : part.join(''));
  current.push(text(long.slice(0, end)));
  if (end < long.length) chunks.push(text(long.slice(end)));
}

function pieces(word: string, options: WrapOptions): string[] {
  if (!options.breakOnHyphens || !word.includes('-')) return [word];
  const dashes = word.split(/((?<=[\w!"'&.,?])-{2,}(?=\w))/).filter((part) => part !== '');
  return dashes.flatMap((part) => {
    const parts: string[] = [];
    let from = 0;
    for (const match of part.matchAll(hyphenated)) {
      parts.push(part.slice(from, match.index + match[0].length));
      from = match.index + match[0].length;
    }
    return from < part.length ? [...parts, part.slice(from)] : parts;
  });
}
