import { escapeLetters } from '../../values/escape-letters.ts';
import { textLength } from '../../values/iterate.ts';
import { PyError } from '../../values/py-error.ts';
import { strRepr } from '../../values/repr.ts';
import { spend, spendCharacters } from '../../values/work.ts';
import type { Match } from './match.ts';
import type { Pattern } from './pattern.ts';
import { patternError } from './syntax.ts';

const escapePattern = /\\(?:g<([^>]*)(>?)|(0[0-7]{0,2}|[1-9]\d?\d?)|([\s\S])|$)/gu;

/** A replacement that was read. */
export interface Replacement {
  /** Whether it names groups. */
  readonly hasGroups: boolean;
  /** Whether there is text beside them. */
  readonly hasText: boolean;
  /** Its pieces, filled for a match. */
  readonly pieces: (match: Match) => readonly string[];
}

/**
 * Reads a replacement: `\1`, `\g<1>`, `\g<name>` and the escapes of control characters.
 * Throws `error` (re.error) and IndexError in CPython's words.
 */
export function readTemplate(template: string, pattern: Pattern): Replacement {
  if (!template.includes('\\')) return { hasGroups: false, hasText: template !== '', pieces: () => [template] };
  spendCharacters(template.length);
  const characters = Array.from(template);
  const pieces: (string | number)[] = [];
  let end = 0;
  let [place, counted] = [0, 0];
  for (const found of template.matchAll(escapePattern)) {
    place += textLength(template.slice(counted, found.index));
    counted = found.index;
    const error = (message: string, position: number): PyError => patternError(message, characters, position);
    pieces.push(template.slice(end, found.index), pieceOf(found, place, pattern, error));
    end = found.index + found[0].length - leftOver(found);
  }
  pieces.push(template.slice(end));
  return {
    hasGroups: pieces.some((piece) => typeof piece === 'number'),
    hasText: pieces.some((piece) => typeof piece === 'string' && piece !== ''),
    pieces: (match) => {
      spend(pieces.length);
      return pieces.map((piece) => (typeof piece === 'string' ? piece : (match.group(piece) ?? '')));
    },
  };
}

/** Of three digits that are no octal number, the last is not the group's. */
function leftOver([, , , digits]: RegExpMatchArray): number {
  const isOctal = digits !== undefined && (digits.startsWith('0') || /^[0-7]{3}$/.test(digits));
  return digits !== undefined && !isOctal && digits.length === 3 ? 1 : 0;
}

function pieceOf(
  found: RegExpMatchArray,
  place: number,
  pattern: Pattern,
  error: (message: string, position: number) => PyError,
): string | number {
  const [, name, close, digits, character] = found;
  if (name !== undefined) return named(name, close ?? '', place + 3, pattern, error);
  if (digits !== undefined) return numbered(digits, leftOver(found), place, pattern, error);
  if (character === undefined) throw error('bad escape (end of pattern)', place);
  if (character === 'g') throw error('missing <', place + 2);
  const control = escapeLetters[character];
  if (control !== undefined) return control;
  if (/[a-zA-Z]/.test(character)) throw error(`bad escape \\${character}`, place);
  return `\\${character}`;
}

function numbered(
  digits: string,
  dropped: number,
  place: number,
  pattern: Pattern,
  error: (message: string, position: number) => PyError,
): string | number {
  if (digits.startsWith('0') || /^[0-7]{3}$/.test(digits)) {
    const code = Number.parseInt(digits, 8);
    if (code > 0o377) throw error(`octal escape value \\${digits} outside of range 0-0o377`, place);
    return String.fromCodePoint(code);
  }
  const index = Number(digits.slice(0, digits.length - dropped));
  if (index > pattern.parsed.groups) throw error(`invalid group reference ${index}`, place + 1);
  return index;
}

function named(
  name: string,
  close: string,
  position: number,
  pattern: Pattern,
  error: (message: string, position: number) => PyError,
): number {
  if (close === '') throw error(name === '' ? 'missing group name' : 'missing >, unterminated name', position);
  if (name === '') throw error('missing group name', position);
  if (/^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(name)) {
    const index = pattern.parsed.names.get(name);
    if (index === undefined) throw new PyError('IndexError', `unknown group name ${strRepr(name)}`);
    return index;
  }
  if (!/^\s*\+?\d+\s*$/.test(name)) throw error(`bad character in group name ${strRepr(name)}`, position);
  const index = Number(name);
  if (index > pattern.parsed.groups) throw error(`invalid group reference ${index}`, position);
  return index;
}
