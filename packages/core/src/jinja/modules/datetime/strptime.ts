import { blanks, isBlank, withBlanks } from '../../values/blanks.ts';
import { PyError, valueError } from '../../values/py-error.ts';
import { repr } from '../../values/repr.ts';
import { spendCharacters } from '../../values/work.ts';
import { fromOrdinal, toOrdinal, weekday } from './calendar.ts';
import { DateTime } from './date-time.ts';
import { utcZone } from './date-time-methods.ts';
import { checkedClock, checkedDate, clockMicros } from './fields.ts';
import { offsetZone } from './iso-format.ts';
import { months, weekdays } from './strftime.ts';
import type { TzInfo } from './tz-info.ts';

const short = (names: readonly string[]): string => names.map((name) => name.slice(0, 3)).join('|');

/** What each directive may stand for. Longer readings come first, so that they win. */
const patterns: Readonly<Record<string, string>> = {
  a: short(weekdays),
  A: weekdays.join('|'),
  b: short(months),
  B: months.join('|'),
  d: '3[01]|[12]\\d|0[1-9]|[1-9]| [1-9]',
  f: '\\d{1,6}',
  G: '\\d{4}',
  H: '2[0-3]|[01]\\d|\\d',
  I: '1[0-2]|0[1-9]|[1-9]',
  j: '36[0-6]|3[0-5]\\d|[12]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]',
  m: '1[0-2]|0[1-9]|[1-9]',
  M: '[0-5]\\d|\\d',
  p: 'AM|PM',
  S: '6[01]|[0-5]\\d|\\d',
  u: '[1-7]',
  U: '5[0-3]|[0-4]\\d|\\d',
  V: '5[0-3]|0[1-9]|[1-4]\\d|\\d',
  w: '[0-6]',
  W: '5[0-3]|[0-4]\\d|\\d',
  y: '\\d\\d',
  Y: '\\d{4}',
  z: '[+-]\\d\\d:?[0-5]\\d(?::?[0-5]\\d(?:\\.\\d{1,6})?)?|Z',
  Z: 'UTC|GMT',
};

const composites: Readonly<Record<string, string>> = {
  c: '%a %b %d %H:%M:%S %Y',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

/** JS's patterns are not made for more. */
const longestFormat = 10_000;

/** Python's `datetime.strptime`, C locale. Throws ValueError in its words. */
export function strptime(text: string, format: string): DateTime {
  spendCharacters(format.length + text.length);
  if (format.length > longestFormat) throw valueError('the format is too long');
  const { pattern, letters } = compile(format);
  const match = pattern.exec(text);
  if (match === null) throw valueError(`time data ${repr(text)} does not match format ${repr(format)}`);
  if (match[0].length < text.length) throw valueError(`unconverted data remains: ${text.slice(match[0].length)}`);
  const found = new Map(letters.map((letter, i) => [letter, match[i + 1] ?? '']));
  return new DateTime(dateOf(found), clockOf(found), zoneOf(found));
}

const special = withBlanks(/%(.?)|\s+|[\\^$.*+?()[\]{}|]/gs);

function compile(format: string): { readonly pattern: RegExp; readonly letters: readonly string[] } {
  const letters: string[] = [];
  const source = expand(format).replace(special, (whole: string, letter: string | undefined) => {
    if (letter === undefined) return isBlank(whole) ? `[${blanks}]+` : `\\${whole}`;
    if (letter === '%') return '%';
    const pattern = patterns[letter];
    if (letter === '') throw valueError(`stray % in format ${repr(format)}`);
    if (pattern === undefined) throw valueError(`${repr(letter)} is a bad directive in format ${repr(format)}`);
    if (letters.includes(letter)) {
      throw new PyError('error', `redefinition of group name ${repr(letter)} as group ${letters.length + 1}`);
    }
    letters.push(letter);
    return `(${pattern})`;
  });
  return { pattern: new RegExp(`^${source}`, 'i'), letters };
}

function expand(format: string): string {
  return format.replace(/%([cxX%])/g, (whole, letter: string) => composites[letter] ?? whole);
}

type Found = ReadonlyMap<string, string>;

const position = (names: readonly string[], text: string): number =>
  names.findIndex((name) => name.slice(0, 3).toLowerCase() === text.slice(0, 3).toLowerCase());

function dateOf(found: Found): number {
  const year = yearOf(found);
  const dayOfYear = found.get('j');
  const iso = found.get('V');
  const hasYear = found.has('Y') || found.has('y');
  const hasWeek = found.has('U') || found.has('W');
  if ((found.has('G') && !hasYear) || (iso !== undefined && !hasWeek)) return isoOrdinal(found, hasYear);
  if (dayOfYear !== undefined) return toOrdinal({ year, month: 1, day: 1 }) + Number(dayOfYear) - 1;
  const week = found.get('U') ?? found.get('W');
  const day = weekdayOf(found);
  if (week !== undefined && day !== null && found.has('Y')) {
    return weekOrdinal(year, Number(week), day, found.has('U') ? 6 : 0);
  }
  const monthName = found.get('B') ?? found.get('b');
  const month = monthName === undefined ? Number(found.get('m') ?? 1) : position(months, monthName) + 1;
  const date = { year, month, day: Number(found.get('d') ?? 1) };
  return toOrdinal(checkedDate(date));
}

function yearOf(found: Found): number {
  const full = found.get('Y');
  if (full !== undefined) return Number(full);
  const two = found.get('y');
  if (two === undefined) return 1900;
  return Number(two) + (Number(two) <= 68 ? 2000 : 1900);
}

/** Monday 0. */
function weekdayOf(found: Found): number | null {
  const name = found.get('A') ?? found.get('a');
  if (name !== undefined) return position(weekdays, name);
  if (found.has('u')) return Number(found.get('u')) - 1;
  return found.has('w') ? (Number(found.get('w')) + 6) % 7 : null;
}

const isoWeekdays = "('%A', '%a', '%w', or '%u')";

function isoOrdinal(found: Found, hasYear: boolean): number {
  const day = weekdayOf(found);
  if (found.has('G') && !hasYear && (!found.has('V') || day === null)) {
    throw valueError(
      `ISO year directive '%G' must be used with the ISO week directive '%V' and a weekday directive ${isoWeekdays}.`,
    );
  }
  if (day === null) {
    throw valueError(
      `ISO week directive '%V' must be used with the ISO year directive '%G' and a weekday directive ${isoWeekdays}.`,
    );
  }
  if (!found.has('G') || hasYear) {
    throw valueError(
      "ISO week directive '%V' is incompatible with the year directive '%Y'. Use the ISO year '%G' instead.",
    );
  }
  const newYear = toOrdinal({ year: Number(found.get('G')), month: 1, day: 1 });
  const fourth = weekday(newYear + 3) + 1;
  return newYear + Number(found.get('V')) * 7 + day + 1 - (fourth + 3) - 1;
}

/** The day of a week that is counted from the year's first `firstDay` (Monday 0, Sunday 6). */
function weekOrdinal(year: number, week: number, day: number, firstDay: number): number {
  const newYear = toOrdinal({ year, month: 1, day: 1 });
  const toFirst = (firstDay - weekday(newYear) + 7) % 7;
  const offset = (day - firstDay + 7) % 7;
  const ordinal = newYear + toFirst + (week - 1) * 7 + offset;
  return toOrdinal(fromOrdinal(ordinal));
}

function clockOf(found: Found): number {
  const half = found.get('p')?.toUpperCase();
  const twelve = found.get('I');
  const hour = twelve === undefined ? Number(found.get('H') ?? 0) : (Number(twelve) % 12) + (half === 'PM' ? 12 : 0);
  return clockMicros(
    checkedClock({
      hour,
      minute: Number(found.get('M') ?? 0),
      second: Number(found.get('S') ?? 0),
      microsecond: Number((found.get('f') ?? '').padEnd(6, '0')),
    }),
  );
}

function zoneOf(found: Found): TzInfo | null {
  const offset = found.get('z');
  if (offset === undefined) return null;
  if (offset.toUpperCase() === 'Z') return utcZone;
  const [, sign = '+', hours, minutes, seconds = '0', fraction = ''] =
    /^([+-])(\d\d):?(\d\d)(?::?(\d\d)(?:\.(\d+))?)?$/.exec(offset) ?? [];
  return offsetZone(sign, Number(hours), Number(minutes), Number(seconds), fraction);
}
