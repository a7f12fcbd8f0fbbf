import { plainScalar } from '../project/yaml-scalars.ts';

/** Beyond this column PyYAML goes on in a new line, at the next space. */
const bestWidth = 80;

/** Where a scalar is put: the column behind `key: `, and the indentation of its further lines. */
export interface ScalarSpot {
  readonly column: number;
  readonly indent: number;
}

/** A text as PyYAML's dumper writes it as the value of a key: plain where it may, else in single quotes, else in double ones with escapes. */
export function yamlScalar(text: string, spot: ScalarSpot): string {
  if (/[^\x20-\x7e]/.test(text)) return doubleQuoted(text);
  if (mayBePlain(text)) return folded(text, spot);
  return `'${folded(text.replaceAll("'", "''"), { ...spot, column: spot.column + 1 })}'`;
}

function mayBePlain(text: string): boolean {
  if (text === '' || typeof plainScalar(text) !== 'string' || isOther(text)) return false;
  if (/^[ ]|[ ]$|^(?:---|\.\.\.)|^[#,[\]{}&*!|>'"%@`]|^[-?:](?: |$)/.test(text)) return false;
  return !/:(?: |$)| #/.test(text);
}

/** Texts that PyYAML takes for a time, a merge key or a default value. */
function isOther(text: string): boolean {
  return /^\d{4}-\d\d?-\d\d?(?:$|[Tt ])/.test(text) || text === '=' || text === '<<';
}

/** Breaks a line at single spaces beyond the width; the first and the last character are no places for it. */
function folded(text: string, { column, indent }: ScalarSpot): string {
  let at = column;
  return text.replace(/ +|[^ ]+/g, (part, offset: number) => {
    const isInside = offset > 0 && offset + part.length < text.length;
    if (part === ' ' && at > bestWidth && isInside) {
      at = indent;
      return `\n${' '.repeat(indent)}`;
    }
    at += part.length;
    return part;
  });
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

function doubleQuoted(text: string): string {
  const written = Array.from(text, (character) => {
    const named = escapes[character];
    if (named !== undefined) return `\\${named}`;
    if (/[\x20-\x7e]/.test(character)) return character;
    const code = character.codePointAt(0) ?? 0;
    const hex = code.toString(16).toUpperCase();
    if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
    return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
  });
  return `"${written.join('')}"`;
}
