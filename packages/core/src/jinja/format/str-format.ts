import type { Lookup } from '../methods/method.ts';
import type { MappingLike } from '../values/dict.ts';
import { Markup } from '../values/markup.ts';
import { PyError, valueError } from '../values/py-error.ts';
import { asciiRepr, repr, toStr } from '../values/repr.ts';
import { plainText } from '../values/text-value.ts';
import { refuseText } from '../values/work.ts';
import { formatValue } from './spec.ts';

/** What `str.format` has to fill in: positional values and a mapping of named ones. */
export interface FormatArguments {
  readonly args: readonly unknown[];
  readonly named: Pick<MappingLike, 'get'>;
  readonly lookup: Lookup;
  /** What becomes of a formatted value before it is filled in. */
  readonly finish?: (text: unknown) => string;
}

/** The next automatic field; null once a field has a number. */
interface Numbering {
  next: number | null;
}

/** A field as it is read: `conversion` null: without one. */
interface Field {
  readonly name: string;
  readonly conversion: string | null;
  readonly spec: string;
  /** Where the text goes on. */
  readonly end: number;
}

/** Python's `text.format(…)` as Jinja's sandbox has it. Throws ValueError, KeyError or IndexError in its words. */
export function formatStr(text: string, values: FormatArguments): string {
  return expand(text, values, { next: 0 }, 2);
}

function expand(text: string, values: FormatArguments, numbering: Numbering, depth: number): string {
  if (depth < 0) throw valueError('Max string recursion exceeded');
  let result = '';
  let i = 0;
  while (i < text.length) {
    const stop = text.slice(i).search(/[{}]/);
    if (stop < 0) return result + text.slice(i);
    const brace = text[i + stop] ?? '';
    const next = i + stop + 1;
    result += text.slice(i, next - 1);
    if (text[next] === brace) {
      result += brace;
      i = next + 1;
    } else if (brace === '}' || next >= text.length) {
      throw valueError(`Single '${brace}' encountered in format string`);
    } else {
      const found = readField(text, next);
      result += filled(found, values, numbering, depth);
      i = found.end;
    }
    refuseText(result.length);
  }
  return result;
}

function readField(text: string, start: number): Field {
  const nameEnd = endOfName(text, start);
  const name = text.slice(start, nameEnd);
  if (text[nameEnd] === '}') return { name, conversion: null, spec: '', end: nameEnd + 1 };
  if (text[nameEnd] === ':') return { name, conversion: null, ...readSpec(text, nameEnd + 1) };
  if (nameEnd >= text.length) throw valueError("expected '}' before end of string");
  if (nameEnd + 1 >= text.length) throw valueError('end of string while looking for conversion specifier');
  const conversion = String.fromCodePoint(text.codePointAt(nameEnd + 1) ?? 0);
  const end = nameEnd + 1 + conversion.length;
  if (text[end] === '}') return { name, conversion, spec: '', end: end + 1 };
  if (end < text.length && text[end] !== ':') throw valueError("expected ':' after conversion specifier");
  return { name, conversion, ...readSpec(text, end + 1) };
}

function endOfName(text: string, start: number): number {
  let i = start;
  while (i < text.length && !/[}:!]/.test(text[i] ?? '')) {
    if (text[i] === '{') throw valueError("unexpected '{' in field name");
    const close = text[i] === '[' ? text.indexOf(']', i) : i;
    if (close < 0) return text.length;
    i = close + 1;
  }
  return i;
}

function readSpec(text: string, start: number): Pick<Field, 'spec' | 'end'> {
  let open = 1;
  for (let i = start; i < text.length; i += 1) {
    if (text[i] === '{') open += 1;
    else if (text[i] === '}') open -= 1;
    if (open === 0) return { spec: text.slice(start, i), end: i + 1 };
  }
  throw valueError("unmatched '{' in format spec");
}

function filled(
  { name, conversion, spec }: Field,
  values: FormatArguments,
  numbering: Numbering,
  depth: number,
): string {
  const value = fieldValue(numbered(name, numbering), values);
  const converted = convert(value, conversion);
  const wanted = expand(spec, values, numbering, depth - 1);
  if (values.finish === undefined) return formatValue(plainText(converted), wanted);
  if (!(converted instanceof Markup)) return values.finish(formatValue(plainText(converted), wanted));
  if (wanted !== '') throw valueError('Unsupported format specification for Markup.');
  return converted.text;
}

function convert(value: unknown, conversion: string | null): unknown {
  if (conversion === null) return value;
  if (conversion === 'a') return asciiRepr(value);
  if (conversion === 'r') return repr(value);
  if (conversion === 's') return toStr(value);
  throw valueError(`Unknown conversion specifier ${conversion}`);
}

/** The name of a field, a number where it has none. Numbers and no names do not go together, but where more follows the number. */
function numbered(name: string, numbering: Numbering): string {
  if (name !== '' && !/^\d+$/.test(name)) return name;
  if (name === '' ? numbering.next === null : (numbering.next ?? 0) > 0) {
    throw valueError('cannot switch from manual field specification to automatic field numbering');
  }
  const index = numbering.next ?? 0;
  numbering.next = name === '' ? index + 1 : null;
  return name === '' ? String(index) : name;
}

const step = /\.([^.[]*)|\[([^\]]*)(\]?)|[\s\S]/y;

function fieldValue(name: string, values: FormatArguments): unknown {
  const first = /^[^.[]*/.exec(name)?.[0] ?? '';
  let value = firstValue(first, values);
  step.lastIndex = first.length;
  for (let found = step.exec(name); found !== null; found = step.exec(name)) {
    const at = step.lastIndex;
    value = followed(value, found, values.lookup);
    step.lastIndex = at;
  }
  return value;
}

function followed(value: unknown, [, attribute, index, close]: RegExpExecArray, lookup: Lookup): unknown {
  if (attribute === undefined && index === undefined) {
    throw valueError("Only '.' or '[' may follow ']' in format field specifier");
  }
  if (close === '') throw valueError("Missing ']' in format string");
  if (attribute === '' || index === '') throw valueError('Empty attribute in format string');
  if (attribute !== undefined) return lookup.attribute(value, attribute);
  return lookup.item(value, /^\d+$/.test(index ?? '') ? Number(index) : index);
}

function firstValue(name: string, { args, named }: FormatArguments): unknown {
  if (/^\d+$/.test(name)) {
    if (BigInt(name) >= 2n ** 63n) throw valueError('Too many decimal digits in format string');
    if (Number(name) >= args.length) throw new PyError('IndexError', 'tuple index out of range');
    return args[Number(name)];
  }
  const value = named.get(name);
  if (value === undefined) throw new PyError('KeyError', repr(name));
  return value;
}
