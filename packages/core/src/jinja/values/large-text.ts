import { refuseGrowth } from './work.ts';

/** Characters that are gone through in one go: V8 keeps what a call finds in one array, and ends the process where that is full. */
const chunk = 1_000_000;

/** `text.replace(pattern, by)` for a global pattern of single characters, for a text of any length. */
export function replaceEach(text: string, pattern: RegExp, by: (character: string) => string): string {
  if (text.length <= chunk) return text.replace(pattern, by);
  let result = '';
  let from = 0;
  while (from < text.length) {
    const isBetweenSurrogates = /[\ud800-\udbff]/.test(text[from + chunk - 1] ?? '');
    const to = from + chunk + (isBetweenSurrogates ? 1 : 0);
    result += text.slice(from, to).replace(pattern, by);
    from = to;
  }
  return result;
}

/** All matches of a global pattern. Throws MemoryError beyond ten million. */
export function matchesOf(text: string, pattern: RegExp): string[] {
  if (text.length <= chunk) return text.match(pattern) ?? [];
  const found: string[] = [];
  for (const [match] of text.matchAll(pattern)) {
    found.push(match);
    refuseGrowth(found.length);
  }
  return found;
}

/** `text.split(by)`. Throws MemoryError beyond ten million parts. */
export function partsOf(text: string, by: string): string[] {
  if (text.length <= chunk) return text.split(by);
  const found: string[] = [];
  let from = 0;
  for (let at = text.indexOf(by); at >= 0; at = text.indexOf(by, from)) {
    found.push(text.slice(from, at));
    refuseGrowth(found.length);
    from = at + by.length;
  }
  return [...found, text.slice(from)];
}
