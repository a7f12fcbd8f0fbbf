import type { Lookup } from '../methods/method.ts';
import type { MappingLike } from '../values/dict.ts';
import { Markup } from '../values/markup.ts';
import { PyError, valueError } from '../values/py-error.ts';
import { asciiRepr, repr, toStr } from '../values/repr.ts';
import { plainText } from '../values/text-value.ts';
import { formatValue } from './spec.ts';

/** What `str.format` has to fill in: positional values and a mapping of named ones. */
export interface FormatArguments {
  readonly args: readonly unknown[];
  readonly named: Pick<MappingLike, 'get'>;
  readonly lookup: Lookup;
  /** What becomes of a formatted value before it is filled in. */
  readonly finish?: (text: unknown) => string;
}

interface Numbering {
  next: number;
  mode: 'automatic' | 'manual' | null;
}

/** Python's `text.format(…)`. Throws ValueError, KeyError or IndexError in CPython's words. */
export function formatStr(text: string, values: FormatArguments): string {
  return expand(text, values, { next: 0, mode: null }, 2);
}

function expand(text: string, values: FormatArguments, numbering: Numbering, depth: number): string {
  if (depth < 0) throw valueError('Max string recursion exceeded');
  let result = '';
  let i = 0;
  while (i < text.length) {
    const character = text[i] ?? '';
    if (character !== '{' && character !== '}') {
      const stop = text.slice(i).search(/[{}]/);
      const end = stop < 0 ? text.length : i + stop;
      result += text.slice(i, end);
      i = end;
    } else if (text[i + 1] === character) {
      result += character;
      i += 2;
    } else if (character === '}') {
      throw valueError("Single '}' encountered in format string");
    } else {
      const end = fieldEnd(text, i + 1);
      result += field(text.slice(i + 1, end), values, numbering, depth);
      i = end + 1;
    }
  }
  return result;
}

function fieldEnd(text: string, start: number): number {
  if (start >= text.length) throw valueError("Single '{' encountered in format string");
  let open = 1;
  for (let i = start; i < text.length; i += 1) {
    if (text[i] === '{') open += 1;
    else if (text[i] === '}') open -= 1;
    if (open === 0) return i;
  }
  throw valueError("expected '}' before end of string");
}

function field(text: string, values: FormatArguments, numbering: Numbering, depth: number): string {
  const [, name = '', conversion, spec = ''] = /^((?:\[[^\]]*\]|[^!:[])*)(?:!([^:]*))?(?::(.*))?$/s.exec(text) ?? [];
  const value = fieldValue(name, values, numbering);
  const converted = convert(value, conversion);
  const filled = expand(spec, values, numbering, depth - 1);
  if (values.finish === undefined) return formatValue(plainText(converted), filled);
  if (!(converted instanceof Markup)) return values.finish(formatValue(plainText(converted), filled));
  if (filled !== '') throw valueError('Unsupported format specification for Markup.');
  return converted.text;
}

function convert(value: unknown, conversion: string | undefined): unknown {
  if (conversion === undefined) return value;
  if (conversion === 'a') return asciiRepr(value);
  if (conversion === 'r') return repr(value);
  if (conversion === 's') return toStr(value);
  if (conversion === '') throw valueError('end of string while looking for conversion specifier');
  throw valueError(
    conversion.length > 1 ? "expected ':' after conversion specifier" : `Unknown conversion specifier ${conversion}`,
  );
}

function fieldValue(name: string, values: FormatArguments, numbering: Numbering): unknown {
  const first = /^[^.[]*/.exec(name)?.[0] ?? '';
  let value = firstValue(first, values, numbering);
  for (const [, attribute, index] of name.slice(first.length).matchAll(/\.([^.[]*)|\[([^\]]*)\]/g)) {
    if (attribute === '' || index === '') throw valueError('Empty attribute in format string');
    if (attribute !== undefined) value = values.lookup.attribute(value, attribute);
    else value = values.lookup.item(value, /^\d+$/.test(index ?? '') ? Number(index) : index);
  }
  return value;
}

function firstValue(name: string, { args, named }: FormatArguments, numbering: Numbering): unknown {
  if (name !== '' && !/^\d+$/.test(name)) {
    const value = named.get(name);
    if (value === undefined) throw new PyError('KeyError', repr(name));
    return value;
  }
  const mode = name === '' ? 'automatic' : 'manual';
  if (numbering.mode !== null && numbering.mode !== mode) {
    throw valueError('cannot switch from manual field specification to automatic field numbering');
  }
  numbering.mode = mode;
  const index = name === '' ? numbering.next : Number(name);
  if (name === '') numbering.next += 1;
  if (index >= args.length) {
    throw new PyError('IndexError', 'tuple index out of range');
  }
  return args[index];
}
