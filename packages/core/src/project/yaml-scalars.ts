import { float, int, isFloat, isInt, type PyFloat, type PyInt } from '../jinja/values/number.ts';

const nulls: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);
const booleans: ReadonlyMap<string, boolean> = new Map(
  ['yes', 'true', 'on', 'no', 'false', 'off'].flatMap((word, index) =>
    [word, word[0]?.toUpperCase() + word.slice(1), word.toUpperCase()].map((form) => [form, index < 3] as const),
  ),
);
const integer = /^[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]+|0|[1-9][0-9_]*|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const floating =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const date = /^\d{4}-\d{2}-\d{2}$/;
const timestamp =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|([-+])(\d\d?)(?::(\d\d))?))?$/;

/**
 * The value of a plain YAML scalar by the rules of PyYAML's SafeLoader, which dbt reads with: `yes`/`on` are booleans, `1e3` is text, `010` is eight,
 * `1:30` is ninety. Integers beyond 2^53 are bigints, floats without a fraction are `PyFloat`. Dates and times are text, as dbt's renderer makes them.
 */
export function plainScalar(text: string): unknown {
  if (nulls.has(text)) return null;
  const first = text.charCodeAt(0);
  const mayBeNumber = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e;
  if (!mayBeNumber) return booleans.get(text) ?? text;
  if (integer.test(text)) return readInteger(text);
  if (floating.test(text)) return readFloat(text);
  return date.test(text) ? text : (readTimestamp(text) ?? text);
}

/** The value of a scalar under an explicit core tag such as `!!str`; undefined where the tag is not a scalar's or the text does not fit it. */
export function taggedScalar(tag: string, text: string): { readonly value: unknown } | undefined {
  const plain = plainScalar(text);
  switch (tag) {
    case 'tag:yaml.org,2002:str':
      return { value: text };
    case 'tag:yaml.org,2002:null':
      return { value: null };
    case 'tag:yaml.org,2002:bool':
      return typeof plain === 'boolean' ? { value: plain } : undefined;
    case 'tag:yaml.org,2002:int':
      return isInt(plain) ? { value: plain } : undefined;
    case 'tag:yaml.org,2002:float':
      return isFloat(plain) || isInt(plain) ? { value: float(Number(text)) } : undefined;
    case 'tag:yaml.org,2002:timestamp':
      return { value: plain };
    default:
      return undefined;
  }
}

function readInteger(text: string): PyInt {
  const negative = text.startsWith('-');
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '');
  const magnitude = integerMagnitude(digits);
  return int(negative ? -magnitude : magnitude);
}

function integerMagnitude(digits: string): bigint {
  if (digits.includes(':')) return digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
  if (/^0[0-7]/.test(digits)) return BigInt(`0o${digits.slice(1)}`);
  return BigInt(digits);
}

function readFloat(text: string): number | PyFloat {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '').toLowerCase();
  if (digits === '.inf') return sign * Infinity;
  if (digits === '.nan') return Number.NaN;
  const magnitude = digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return float(sign * magnitude);
}

/** Whether PyYAML takes a plain scalar for a date or a time. */
export function isYamlTime(text: string): boolean {
  return date.test(text) || timestamp.test(text);
}

/** A date, and where it has one its clock and the seconds that its zone is ahead of UTC. */
export interface YamlTime {
  readonly date: { readonly year: number; readonly month: number; readonly day: number };
  readonly clock?: {
    readonly hour: number;
    readonly minute: number;
    readonly second: number;
    readonly microsecond: number;
  };
  readonly offset?: number;
}

/** The parts of a date or time; undefined where the text is none. */
export function timeOf(text: string): YamlTime | undefined {
  if (/^\d{4}-\d\d?-\d\d?$/.test(text)) {
    const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
    return { date: { year, month, day } };
  }
  const match = timestamp.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [fraction = '', zone, sign, zoneHours = '0', zoneMinutes = '0'] = match.slice(7);
  const ahead = (Number(zoneHours) * 60 + Number(zoneMinutes ?? 0)) * 60;
  return {
    date: { year, month, day },
    clock: { hour, minute, second, microsecond: Number((fraction ?? '').slice(0, 6).padEnd(6, '0')) },
    ...(zone !== undefined && { offset: zone === 'Z' ? 0 : sign === '-' ? -ahead : ahead }),
  };
}

/** Python's `isoformat()` of the timestamp, or undefined where the text is none. */
function readTimestamp(text: string): string | undefined {
  const match = timestamp.exec(text);
  if (match === null) return undefined;
  const [, year, month = '', day = '', hour = '', minute, second, fraction, zone, sign, zoneHours = '', zoneMinutes] =
    match;
  const micros = (fraction ?? '').slice(0, 6).padEnd(6, '0');
  const two = (part: string): string => part.padStart(2, '0');
  const offset = zone === undefined ? '' : zone === 'Z' ? '+00:00' : `${sign}${two(zoneHours)}:${zoneMinutes ?? '00'}`;
  const zoned = offset === '-00:00' ? '+00:00' : offset;
  const rest = micros === '000000' ? '' : `.${micros}`;
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}:${second}${rest}${zoned}`;
}
