import { refuseText, spend } from '../../values/work.ts';
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
}

type Directive = (date: PyDate, parts: MomentParts) => string | readonly [value: number, width: number, fill?: string];

const composites: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
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
  h: (date) => (months[date.fields.month - 1] ?? '').slice(0, 3),
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
  s: (date, { clock }) => String(epoch(date, clock)),
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
};

/** Letters that C's library takes no modifier `E` or `O` for. */
const unmodified: Readonly<Record<string, string>> = {
  E: 'abdefghijklmoqvwABDEFGHIJKLMNOQSUVW',
  O: 'acfioqvxADEFJKLNOQXY',
};

/** How a directive is written: `%`, flags, width, modifier, letter. */
interface Spelling {
  readonly flags: string;
  readonly width: number;
  readonly letter: string;
}

/** Python's `strftime` on Linux, C locale: flags, a width and modifiers too. Unknown directives stay as they are, but as wide and large as they ask for. */
export function strftime(date: PyDate, format: string, parts: MomentParts = midnight): string {
  spend(format.length);
  return format.replace(
    /%([-_0^#]*)(\d*)([EO]?)([\s\S]|$)/gu,
    (whole: string, flags: string, width: string, modifier: string, letter: string) => {
      const spelling = { flags, width: Number(width), letter };
      const unknown = (): string => widened(capitals(whole, flags), spelling);
      if (unmodified[modifier]?.includes(letter) === true) return unknown();
      const composite = composites[letter];
      if (composite !== undefined) return widened(capitals(strftime(date, composite, parts), flags), spelling);
      // Microseconds and offsets are Python's own, which knows them by this very spelling; C's library is told no offset.
      if (letter === 'z' && whole !== '%z')
        return parts.offset === '' ? '' : widened('+', spelling) + padded([0, 4], spelling);
      const value = letter === 'f' && whole !== '%f' ? undefined : directives[letter]?.(date, parts);
      if (value === undefined) return unknown();
      return typeof value === 'string' ? widened(cased(value, spelling), spelling) : padded(value, spelling);
    },
  );
}

/** Seconds since 1970 of a moment of the machine's own zone, which C's `mktime` takes each for. */
function epoch({ fields: { year, month, day } }: PyDate, { hour, minute, second }: ClockFields): number {
  const local = new Date(2000, 0, 1, hour, minute, second);
  local.setFullYear(year, month - 1, day);
  return Math.floor(local.getTime() / 1000);
}

/** The character that fills up: the last of the flags says it. */
function filling(flags: string): string | undefined {
  return flags.replaceAll(/[^-_0]/g, '').at(-1);
}

function padded([value, digits, fill = '0']: readonly [number, number, string?], spelling: Spelling): string {
  const { flags, width } = spelling;
  const flag = filling(flags);
  if (flag === '-') return widened(String(value), spelling);
  const character = flag === '_' ? ' ' : (flag ?? fill);
  refuseText(width);
  return String(value).padStart(Math.max(digits, width), character);
}

function widened(text: string, { flags, width }: Spelling): string {
  refuseText(width);
  return text.padStart(width, filling(flags) === '0' ? '0' : ' ');
}

function capitals(text: string, flags: string): string {
  return flags.includes('^') ? text.toUpperCase() : text;
}

function cased(text: string, { flags, letter }: Spelling): string {
  if (letter === 'P') return text;
  if (flags.includes('#')) return letter === 'p' || letter === 'Z' ? text.toLowerCase() : text.toUpperCase();
  return capitals(text, flags);
}
