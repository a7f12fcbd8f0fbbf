const cumulative = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;

/** A day of the proleptic Gregorian calendar; month and day count from 1. */
export interface YearMonthDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The ordinal of the last day that Python knows: 31 December 9999. */
export const lastOrdinal = 3_652_059;

/** Whether a year has 366 days. */
export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** The number of days of a month. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** The day of the year, 1 January being 1. */
export function dayOfYear({ year, month, day }: YearMonthDay): number {
  return (cumulative[month - 1] ?? 0) + day + (month > 2 && isLeap(year) ? 1 : 0);
}

/** The days of that many years from year 1 on. */
export function yearDays(years: number): number {
  return years * 365 + Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
}

function daysBefore(year: number): number {
  return yearDays(year - 1);
}

/** Python's proleptic ordinal: 1 January of year 1 is 1. */
export function toOrdinal(date: YearMonthDay): number {
  return daysBefore(date.year) + dayOfYear(date);
}

/** The day of an ordinal. */
export function fromOrdinal(ordinal: number): YearMonthDay {
  let year = Math.max(1, Math.floor(ordinal / 365.2425));
  while (daysBefore(year + 1) < ordinal) year += 1;
  while (daysBefore(year) >= ordinal) year -= 1;
  let rest = ordinal - daysBefore(year);
  let month = 1;
  while (rest > daysInMonth(year, month)) {
    rest -= daysInMonth(year, month);
    month += 1;
  }
  return { year, month, day: rest };
}

/** The weekday of an ordinal, Monday being 0. */
export function weekday(ordinal: number): number {
  return (ordinal + 6) % 7;
}

/** The ISO year, week and weekday (Monday 1) of an ordinal. */
export function isoCalendar(ordinal: number): { readonly year: number; readonly week: number; readonly day: number } {
  const thursday = ordinal - weekday(ordinal) + 3;
  const { year } = fromOrdinal(Math.max(1, thursday));
  return { year, week: Math.floor((thursday - daysBefore(year) - 1) / 7) + 1, day: weekday(ordinal) + 1 };
}

/** The weeks of an ISO year: 53 where it begins on a Thursday, or on a Wednesday in a leap year. */
export function isoWeeks(year: number): number {
  const first = weekday(daysBefore(year) + 1);
  return first === 3 || (first === 2 && isLeap(year)) ? 53 : 52;
}

/** The ordinal of an ISO year, week and weekday. */
export function fromIsoCalendar(year: number, week: number, day: number): number {
  const fourth = daysBefore(year) + 4;
  return fourth - weekday(fourth) + (week - 1) * 7 + day - 1;
}
