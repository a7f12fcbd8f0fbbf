import { escapeLetters } from '../values/escape-letters.ts';

const simple: Readonly<Record<string, string>> = {
  ...escapeLetters,
  '\n': '',
  "'": "'",
  '"': '"',
};
const escapeSequence = /\\(?:([0-7]{1,3})|([xuU])|(N)|([\s\S]))/gu;
const digitsOf: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const formOf: Readonly<Record<string, string>> = { x: '\\xXX', u: '\\uXXXX', U: '\\UXXXXXXXX' };

/**
 * The text of a string literal's body, with the escapes of Python's `unicode-escape`. A backslash before any other
 * character stays. Throws an Error with CPython's words for an escape that is cut short.
 */
export function unescapeString(body: string): string {
  if (!body.includes('\\')) return body;
  let text = '';
  let end = 0;
  escapeSequence.lastIndex = 0;
  for (let match = escapeSequence.exec(body); match !== null; match = escapeSequence.exec(body)) {
    text += body.slice(end, match.index);
    const [, octal, hex, named, character = ''] = match;
    // A table of Unicode's names is larger than all the rest of this engine.
    if (named !== undefined)
      throw new Error('characters have to be written by their number, as in \\u2022: \\N is not known');
    if (octal !== undefined) text += String.fromCodePoint(Number.parseInt(octal, 8));
    else if (hex !== undefined) text += hexEscape(body, hex, escapeSequence.lastIndex);
    else text += simple[character] ?? unknownEscape(character);
    if (hex !== undefined) escapeSequence.lastIndex += digitsOf[hex] ?? 0;
    end = escapeSequence.lastIndex;
  }
  return text + body.slice(end);
}

function hexEscape(body: string, form: string, start: number): string {
  const digits = body.slice(start, start + (digitsOf[form] ?? 0));
  if (digits.length !== digitsOf[form] || !/^[0-9a-fA-F]+$/.test(digits)) {
    throw new Error(`truncated ${formOf[form]} escape`);
  }
  const code = Number.parseInt(digits, 16);
  if (code > 0x10ffff) throw new Error('illegal Unicode character');
  return String.fromCodePoint(code);
}

/** Jinja writes the text in ASCII first: a backslash before another character escapes that character's own escape. */
function unknownEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\${character}`;
  if (code <= 0xff) return `\\x${code.toString(16)}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}
