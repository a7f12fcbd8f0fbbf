import { spend } from '../../values/work.ts';
import { dayOfYear, isoCalendar, weekday } from './calendar.ts';
import type { PyDate } from './date.ts';
import type { ClockFields } from './fields.ts';

/** English names, as the C locale has them; weeks begin on Monday. */
export const weekdays: readonly string[] = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
];

/** English names of the months. */
export const months: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** What of a moment beyond its date `strftime` prints. */
export interface MomentParts {
  readonly clock: ClockFields;
  /** `+hhmm`, empty for a naive moment. */
  readonly offset: string;
  readonly zone: string;
  /** Seconds since 1970. */
  readonly epoch: number;
}

type Directive = (date: PyDate, parts: MomentParts) => string | readonly [value: number, width: number, fill?: string];

const composites: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  h: '%b',
  r: '%I:%M:%S %p',
  R: '%H:%M',
  T: '%H:%M:%S',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

const hour12 = (hour: number): number => (hour % 12 === 0 ? 12 : hour % 12);
const weekOf = (date: PyDate, first: number): number =>
  Math.floor((dayOfYear(date.fields) + 6 - ((weekday(date.ordinal) + 7 - first) % 7)) / 7);

const directives: Readonly<Record<string, Directive>> = {
  a: (date) => (weekdays[weekday(date.ordinal)] ?? '').slice(0, 3),
  A: (date) => weekdays[weekday(date.ordinal)] ?? '',
  b: (date) => (months[date.fields.month - 1] ?? '').slice(0, 3),
  B: (date) => months[date.fields.month - 1] ?? '',
  C: (date) => [Math.floor(date.fields.year / 100), 1],
  d: (date) => [date.fields.day, 2],
  e: (date) => [date.fields.day, 2, ' '],
  f: (_date, { clock }) => [clock.microsecond, 6],
  g: (date) => [isoCalendar(date.ordinal).year % 100, 2],
  G: (date) => [isoCalendar(date.ordinal).year, 1],
  H: (_date, { clock }) => [clock.hour, 2],
  I: (_date, { clock }) => [hour12(clock.hour), 2],
  j: (date) => [dayOfYear(date.fields), 3],
  k: (_date, { clock }) => [clock.hour, 2, ' '],
  l: (_date, { clock }) => [hour12(clock.hour), 2, ' '],
  m: (date) => [date.fields.month, 2],
  M: (_date, { clock }) => [clock.minute, 2],
  n: () => '\n',
  p: (_date, { clock }) => (clock.hour < 12 ? 'AM' : 'PM'),
  P: (_date, { clock }) => (clock.hour < 12 ? 'am' : 'pm'),
  s: (_date, { epoch }) => [epoch, 1],
  S: (_date, { clock }) => [clock.second, 2],
  t: () => '\t',
  u: (date) => [weekday(date.ordinal) + 1, 1],
  U: (date) => [weekOf(date, 6), 2],
  V: (date) => [isoCalendar(date.ordinal).week, 2],
  w: (date) => [(weekday(date.ordinal) + 1) % 7, 1],
  W: (date) => [weekOf(date, 0), 2],
  y: (date) => [date.fields.year % 100, 2],
  Y: (date) => [date.fields.year, 1],
  z: (_date, { offset }) => offset,
  Z: (_date, { zone }) => zone,
  '%': () => '%',
};

const midnight: MomentParts = {
  clock: { hour: 0, minute: 0, second: 0, microsecond: 0 },
  offset: '',
  zone: '',
  epoch: 0,
};

/** Python's `strftime` on Linux, C locale: the flags `-`, `_`, `0`, `^`, `#` and a width too. Unknown directives stay as they are. */
export function strftime(date: PyDate, format: string, parts: MomentParts = midnight): string {
  spend(format.length);
  return format.replace(
    /%([-_0^#]*)(\d*)([a-zA-Z%])/g,
    (whole: string, flags: string, width: string, letter: string) => {
      const composite = composites[letter];
      if (composite !== undefined) return cased(strftime(date, composite, parts), flags, letter);
      const value = directives[letter]?.(date, parts);
      if (value === undefined) return whole;
      if (typeof value === 'string') return cased(value, flags, letter).padStart(Number(width));
      return padded(value, flags, width);
    },
  );
}

function padded([value, digits, fill = '0']: readonly [number, number, string?], flags: string, width: string): string {
  if (flags.includes('-')) return String(value);
  const character = flags.includes('_') ? ' ' : flags.includes('0') ? '0' : fill;
  return String(value).padStart(width === '' ? digits : Number(width), character);
}

function cased(text: string, flags: string, letter: string): string {
  if (flags.includes('^')) return text.toUpperCase();
  if (!flags.includes('#')) return text;
  return letter === 'p' || letter === 'Z' ? text.toLowerCase() : text.toUpperCase();
}
