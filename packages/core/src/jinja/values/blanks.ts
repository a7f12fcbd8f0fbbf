/** Python's white space, as a class of a pattern has it: JS's without the byte order mark, with the separators of ASCII and the next line. */
export const blanks: string = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

/** A character of Python's white space. */
export const blank: RegExp = new RegExp(`[${blanks}]`);
const onlyBlanks = new RegExp(`^[${blanks}]*$`);
/** Whether a text holds nothing but Python's white space. */
export function isBlank(text: string): boolean {
  return onlyBlanks.test(text);
}

/** Whether a character is one of Python's white space. */
export function isBlankCharacter(character: string | undefined): boolean {
  return character !== undefined && blank.test(character);
}

/** Takes Python's white space off one or both ends. */
export function stripBlanks(s: string, left: boolean = true, right: boolean = true): string {
  return stripEnds(s, blank, left, right);
}

/** Takes characters off one or both ends, in time that grows with the text. */
export function stripEnds(s: string, unwanted: RegExp, left: boolean = true, right: boolean = true): string {
  let [start, end] = [0, s.length];
  if (right) while (end > start && unwanted.test(s[end - 1] ?? '')) end -= 1;
  if (left) while (start < end && unwanted.test(s[start] ?? '')) start += 1;
  return s.slice(start, end);
}

/** A pattern in which `\\s` and `\\S`, outside of classes, mean Python's white space. */
export function withBlanks({ source, flags }: RegExp): RegExp {
  return new RegExp(source.replaceAll('\\s', `[${blanks}]`).replaceAll('\\S', `[^${blanks}]`), flags);
}
