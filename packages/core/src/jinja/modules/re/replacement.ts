import { PyError } from '../../values/py-error.ts';
import type { Match } from './match.ts';

const controls: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** Fills a replacement: `\1`, `\g<1>`, `\g<name>` and the escapes of control characters. Throws `error` (re.error). */
export function expandTemplate(template: string, match: Match): string {
  return template.replace(
    /\\(?:g<([^>]*)>|(0[0-7]{0,2}|[1-3][0-7]{2})|([1-9]\d?)|(.)|$)/gs,
    (whole: string, named, octal, number, character, offset: number) => {
      if (named !== undefined) return groupText(match, named, offset);
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      if (number !== undefined) return groupText(match, number, offset);
      if (character === undefined) throw new PyError('error', `bad escape (end of pattern) at position ${offset}`);
      const control = controls[character];
      if (control !== undefined) return control;
      if (/[a-zA-Z]/.test(character)) throw new PyError('error', `bad escape \\${character} at position ${offset}`);
      return whole;
    },
  );
}

function groupText(match: Match, group: string, offset: number): string {
  const { names, groups } = match.pattern.translation;
  if (/^\d+$/.test(group)) {
    if (Number(group) > groups)
      throw new PyError('error', `invalid group reference ${group} at position ${offset + 1}`);
    return match.group(Number(group)) ?? '';
  }
  if (!names.has(group)) throw new PyError('IndexError', `unknown group name '${group}'`);
  return match.group(group) ?? '';
}
