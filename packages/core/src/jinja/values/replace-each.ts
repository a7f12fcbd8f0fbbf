/** Characters that are replaced in one go: V8 keeps every match of a call in one array, and ends the process where that is full. */
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
