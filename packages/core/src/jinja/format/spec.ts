import { toFloat } from '../values/convert.ts';
import { Decimal, rescale } from '../values/decimal.ts';
import { hostOf } from '../values/host-object.ts';
import { textLength } from '../values/iterate.ts';
import { floatText, isFloat, isInt, PyFloat, type PyInt, toNumber } from '../values/number.ts';
import { PyError, typeError, valueError } from '../values/py-error.ts';
import { toStr } from '../values/repr.ts';
import { typeName } from '../values/type-name.ts';
import { refuseText, spendText } from '../values/work.ts';
import { formatReal, group, shortText, withPoint } from './real.ts';

interface Spec {
  readonly positiveZero: boolean;
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | null;
  readonly type: string;
}

const specPattern = /^(?:(.)?([<>=^]))?([+\- ])?(z)?(#)?(0)?(\d+)?([,_]{0,2})(?:(\.)(\d*))?(.*)$/su;

/** Python's `format(value, spec)`: the mini-language of `str.format` and `format()`. Throws ValueError in CPython's words. */
export function formatValue(value: unknown, spec: string): string {
  const hook = hostOf(value)?.__format__?.(spec);
  if (hook !== undefined) return hook;
  if (spec === '') return toStr(value);
  if (typeof value === 'string') return formatText(value, parse(spec, value));
  if (isInt(value) || typeof value === 'boolean') return formatInt(value, parse(spec, value));
  if (isFloat(value)) return formatFloat(value instanceof PyFloat ? value.value : value, parse(spec, value));
  if (value instanceof Decimal) return formatDecimal(value, spec);
  const whole = hostOf(value)?.__index__?.();
  if (whole !== undefined) return formatInt(whole, parse(spec, whole));
  throw typeError(`unsupported format string passed to ${typeName(value)}.__format__`);
}

function parse(text: string, value: unknown): Spec {
  const [, fill, align, sign = '', z, alternate, zero, width = '0', grouping = '', point, precision = '', type = ''] =
    specPattern.exec(text) ?? [];
  if (BigInt(width) >= 2n ** 63n || BigInt(precision) >= 2n ** 63n) {
    throw valueError('Too many decimal digits in format string');
  }
  if (grouping.length === 2 && grouping !== ',,' && grouping !== '__')
    throw valueError("Cannot specify both ',' and '_'.");
  if (point !== undefined && precision === '') throw valueError('Format specifier missing precision');
  if (Array.from(type).length > 1 || grouping.length === 2) {
    throw valueError(`Invalid format specifier '${text}' for object of type '${typeName(value)}'`);
  }
  const isText = typeof value === 'string';
  const spec = {
    fill: fill ?? (zero === undefined ? ' ' : '0'),
    align: align ?? (zero === undefined || isText ? '' : '='),
    sign,
    positiveZero: z !== undefined,
    alternate: alternate !== undefined,
    width: Number(width),
    grouping,
    precision: point === undefined ? null : Number(precision),
    type: isText ? type || 's' : type,
  };
  refuseGrouping(spec);
  return spec;
}

function formatText(text: string, spec: Spec): string {
  const refuse = (what: string): PyError => valueError(`${what} not allowed in string format specifier`);
  if (spec.type !== 's') throw unknownCode(spec, text);
  if (spec.sign !== '') throw refuse(spec.sign === ' ' ? 'Space' : 'Sign');
  if (spec.positiveZero) throw refuse('Negative zero coercion (z)');
  if (spec.alternate) throw refuse('Alternate form (#)');
  if (spec.align === '=') throw refuse("'=' alignment");
  const cut = spec.precision === null ? text : Array.from(text).slice(0, spec.precision).join('');
  return pad(cut, '', { ...spec, align: spec.align || '<' });
}

const decimalSpec = /^(?:(?:.?[<>=^])[+\- ]?z?(?!0)|[+\- ]?z?)\d*,?(?:\.\d+)?[eEfFgGn%]?$/su;

const bases: Readonly<Record<string, { readonly radix: number; readonly prefix: string }>> = {
  b: { radix: 2, prefix: '0b' },
  o: { radix: 8, prefix: '0o' },
  x: { radix: 16, prefix: '0x' },
  X: { radix: 16, prefix: '0X' },
};

function formatInt(given: PyInt | boolean, spec: Spec): string {
  const value = typeof given === 'boolean' ? Number(given) : given;
  if (/^[eEfFgG%]$/.test(spec.type)) return formatFloat(toNumber(toFloat(value)), spec);
  if (!/^[cdnboxX]?$/.test(spec.type)) throw unknownCode(spec, given);
  if (spec.precision !== null) throw valueError('Precision not allowed in integer format specifier');
  if (spec.positiveZero) throw valueError('Negative zero coercion (z) not allowed in integer format specifier');
  if (spec.type === 'c') return formatCharacter(value, spec);
  const base = bases[spec.type] ?? { radix: 10, prefix: '' };
  const negative = value < 0;
  const digits = BigInt(value).toString(base.radix).replace('-', '');
  const body = spec.type === 'X' ? digits.toUpperCase() : digits;
  return number(negative, spec.alternate ? base.prefix : '', body, spec, base.radix === 10 ? 3 : 4);
}

function formatFloat(value: number, spec: Spec): string {
  if (!/^[eEfFgGn%]?$/.test(spec.type)) throw unknownCode(spec, new PyFloat(0));
  const negative = value < 0 || Object.is(value, -0);
  const size = Math.abs(value);
  if (!Number.isFinite(value)) {
    const word = floatText(size);
    const shown = /[A-Z]/.test(spec.type) ? word.toUpperCase() : word;
    return number(negative, '', shown + (spec.type === '%' ? '%' : ''), { ...spec, grouping: '' }, 3);
  }
  const body =
    spec.type === '%' ? `${formatReal(size * 100, 'f', spec.precision ?? 6, spec.alternate)}%` : realText(size, spec);
  // `z` takes the sign away from a zero that rounding left.
  return number(negative && !(spec.positiveZero && !/[1-9]/.test(body)), '', body, spec, 3);
}

function realText(size: number, spec: Spec): string {
  if (spec.type !== '') {
    return formatReal(size, spec.type === 'n' ? 'g' : spec.type, spec.precision ?? 6, spec.alternate);
  }
  if (spec.precision !== null) return shortText(size, spec.precision, spec.alternate);
  return spec.alternate ? withPoint(floatText(size)) : floatText(size);
}

function formatDecimal(value: Decimal, text: string): string {
  // Decimals have a parser of their own, with one message.
  if (!decimalSpec.test(text)) throw valueError('invalid format string');
  const spec = parse(text, value);
  refuseText(spec.precision ?? 0);
  const negative = value.isNegative;
  const size = value.unsigned();
  if (!size.isFinite)
    return number(negative, '', `${size.__str__()}${spec.type === '%' ? '%' : ''}`, withoutZeros(spec), 3);
  if (spec.type === '' && spec.precision === null) return number(negative, '', size.__str__(), spec, 3);
  if (!/^[eEfFgGn%]?$/.test(spec.type)) throw valueError('invalid format string');
  if (/^[fF%]$/.test(spec.type)) {
    const scaled = spec.type === '%' ? new Decimal(size.coefficient, size.exponent + 2) : size;
    const digits = spec.precision ?? Math.max(0, -scaled.exponent);
    const text = rescale(scaled, -digits).positional();
    return number(negative, '', spec.type === '%' ? `${text}%` : text, spec, 3);
  }
  return number(negative, '', scientific(size, spec), spec, 3);
}

/** What has no digits is filled with blanks in the place of zeros. */
function withoutZeros(spec: Spec): Spec {
  return spec.align === '=' && spec.fill === '0'
    ? { ...spec, align: '>', fill: ' ', grouping: '' }
    : { ...spec, grouping: '' };
}

/** With an exponent, in all digits that there are unless fewer are asked for; a general format only where the number is too long. */
function scientific(size: Decimal, spec: Spec): string {
  const isGeneral = !/^[eE]$/.test(spec.type);
  const letter = spec.type === 'E' || spec.type === 'G' || spec.type === '' ? 'E' : 'e';
  // A zero has as many places as are asked for, and the exponent of the last.
  if (!isGeneral && size.coefficient === 0n && spec.precision !== null) {
    const places = spec.precision === 0 ? '0' : `0.${'0'.repeat(spec.precision)}`;
    return `${places}${letter}${exponentText(size.exponent + spec.precision)}`;
  }
  const own = String(size.coefficient).length;
  const digits = isGeneral ? Math.max(1, spec.precision ?? own) : (spec.precision ?? own - 1) + 1;
  const cut = isGeneral ? Math.min(digits, own) : digits;
  const value = rescale(size, size.exponent + own - cut);
  const text = String(value.coefficient);
  const exponent = value.exponent + text.length - 1;
  if (isGeneral && value.exponent <= 0 && exponent >= -6) return value.__str__();
  const mantissa = text.length === 1 ? text : `${text[0]}.${text.slice(1)}`;
  return `${mantissa}${letter}${exponentText(exponent)}`;
}

const exponentText = (exponent: number): string => `${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;

function number(negative: boolean, prefix: string, body: string, spec: Spec, groupSize: number): string {
  const sign = negative ? '-' : spec.sign === '+' || spec.sign === ' ' ? spec.sign : '';
  const zeroFilled = spec.align === '=' && spec.fill === '0';
  const room = zeroFilled ? spec.width - sign.length - prefix.length : 0;
  refuseText(room);
  const grouped = spec.grouping === '' ? body : group(body, spec.grouping, groupSize, room);
  return pad(grouped, sign + prefix, { ...spec, align: spec.align || '>' });
}

function pad(body: string, head: string, spec: Spec): string {
  refuseText(spec.width);
  spendText(spec.width);
  const room = Math.max(0, spec.width - textLength(head + body));
  if (spec.align === '=') return head + spec.fill.repeat(room) + body;
  if (spec.align === '<') return head + body + spec.fill.repeat(room);
  if (spec.align === '>') return spec.fill.repeat(room) + head + body;
  const left = Math.floor(room / 2);
  return spec.fill.repeat(left) + head + body + spec.fill.repeat(room - left);
}

function formatCharacter(value: PyInt, spec: Spec): string {
  const words = "not allowed with integer format specifier 'c'";
  if (spec.sign !== '') throw valueError(`Sign ${words}`);
  if (spec.alternate) throw valueError(`Alternate form (#) ${words}`);
  if (value < 0 || value > 0x10ffff) throw new PyError('OverflowError', '%c arg not in range(0x110000)');
  return pad(String.fromCodePoint(Number(value)), '', { ...spec, align: spec.align || '<' });
}

/** Separators stand between decimal digits only, and `_` between others; `n` has none of its own. */
function refuseGrouping(spec: Spec): void {
  if (spec.grouping === '' || /^[defgEG%F]?$/.test(spec.type)) return;
  if (spec.grouping === '_' && /^[boxX]$/.test(spec.type)) return;
  throw valueError(`Cannot specify '${spec.grouping}' with '${spec.type}'.`);
}

function unknownCode(spec: Spec, value: unknown): PyError {
  return valueError(`Unknown format code '${spec.type}' for object of type '${typeName(value)}'`);
}
