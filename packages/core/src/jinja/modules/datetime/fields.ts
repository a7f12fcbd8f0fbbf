import { isInt } from '../../values/number.ts';
import { PyError, typeError, valueError } from '../../values/py-error.ts';
import { typeName } from '../../values/type-name.ts';
import { daysInMonth, type YearMonthDay } from './calendar.ts';
import { TzInfo } from './tz-info.ts';

/** A time of day. */
export interface ClockFields {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
}

const mostInt = 2 ** 31 - 1;

/** An int argument that must be there as an int. Throws CPython's TypeError, OverflowError beyond 32 bits. */
export function intField(value: unknown): number {
  if (typeof value === 'boolean') return Number(value);
  if (isInt(value)) {
    if (value > mostInt) throw new PyError('OverflowError', 'signed integer is greater than maximum');
    if (value < -mostInt - 1) throw new PyError('OverflowError', 'signed integer is less than minimum');
    return Number(value);
  }
  throw typeError(`'${typeName(value)}' object cannot be interpreted as an integer`);
}

/** Checks a date's fields. Throws ValueError in CPython's words. */
export function checkedDate(date: YearMonthDay): YearMonthDay {
  if (date.year < 1 || date.year > 9999) throw valueError(`year ${date.year} is out of range`);
  if (date.month < 1 || date.month > 12) throw valueError('month must be in 1..12');
  if (date.day < 1 || date.day > daysInMonth(date.year, date.month)) throw valueError('day is out of range for month');
  return date;
}

/** Checks a time's fields. Throws ValueError in CPython's words. */
export function checkedClock(clock: ClockFields): ClockFields {
  if (clock.hour < 0 || clock.hour > 23) throw valueError('hour must be in 0..23');
  if (clock.minute < 0 || clock.minute > 59) throw valueError('minute must be in 0..59');
  if (clock.second < 0 || clock.second > 59) throw valueError('second must be in 0..59');
  if (clock.microsecond < 0 || clock.microsecond > 999_999) throw valueError('microsecond must be in 0..999999');
  return clock;
}

/** A tzinfo argument. Throws CPython's TypeError for other values. */
export function zoneField(value: unknown): TzInfo | null {
  if (value === null || value === undefined) return null;
  if (value instanceof TzInfo) return value;
  throw typeError(`tzinfo argument must be None or of a tzinfo subclass, not type '${typeName(value)}'`);
}

/** A `fold` argument. */
export function foldField(value: unknown): 0 | 1 {
  const fold = value === undefined ? 0 : intField(value);
  if (fold !== 0 && fold !== 1) throw valueError('fold must be either 0 or 1');
  return fold;
}

/** The microseconds since midnight. */
export function clockMicros(clock: ClockFields): number {
  return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1e6 + clock.microsecond;
}

/** The fields of microseconds since midnight. */
export function clockOf(micros: number): ClockFields {
  const seconds = Math.floor(micros / 1e6);
  return {
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    microsecond: micros % 1_000_000,
  };
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `yyyy-mm-dd`. */
export function dateText({ year, month, day }: YearMonthDay): string {
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** `hh:mm:ss[.ffffff]`, or cut or filled up to a `timespec` of Python. Throws ValueError for an unknown one. */
export function clockText(clock: ClockFields, timespec: string = 'auto'): string {
  const minutes = `${two(clock.hour)}:${two(clock.minute)}`;
  const seconds = `${minutes}:${two(clock.second)}`;
  const micros = String(clock.microsecond).padStart(6, '0');
  switch (timespec) {
    case 'auto':
      return clock.microsecond === 0 ? seconds : `${seconds}.${micros}`;
    case 'hours':
      return two(clock.hour);
    case 'minutes':
      return minutes;
    case 'seconds':
      return seconds;
    case 'milliseconds':
      return `${seconds}.${micros.slice(0, 3)}`;
    case 'microseconds':
      return `${seconds}.${micros}`;
    default:
      throw valueError('Unknown timespec value');
  }
}

/** The error for a day before year 1 or after year 9999. */
export function outOfRange(): PyError {
  return new PyError('OverflowError', 'date value out of range');
}
