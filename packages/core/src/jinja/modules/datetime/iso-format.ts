import { valueError } from '../../values/py-error.ts';
import { repr } from '../../values/repr.ts';
import { fromIsoCalendar, toOrdinal } from './calendar.ts';
import { DateTime } from './date-time.ts';
import { utcZone } from './date-time-methods.ts';
import { checkedClock, checkedDate, clockMicros } from './fields.ts';
import { TimeDelta } from './time-delta.ts';
import { FixedZone, type TzInfo } from './tz-info.ts';

const calendarDate = /^(\d{4})(?:-(\d\d)-(\d\d)|(\d\d)(\d\d))$/;
const weekDate = /^(\d{4})-?W(\d\d)(?:-?(\d))?$/;
const clockPattern =
  /^(\d\d)(?:(:?)(\d\d)(?:\2(\d\d)(?:[.,](\d+))?)?)?(?:(Z)|([+-])(\d\d):?(\d\d)(?::?(\d\d)(?:\.(\d{1,6}))?)?)?$/;

/** The ordinal of an ISO 8601 date as Python 3.11 reads it. Throws ValueError. */
export function parseIsoDate(text: string): number {
  const ordinal = isoDate(text);
  if (ordinal === null) throw valueError(`Invalid isoformat string: ${repr(text)}`);
  return ordinal;
}

function isoDate(text: string): number | null {
  const day = calendarDate.exec(text);
  if (day !== null) {
    const [, year, month, date, compactMonth, compactDate] = day;
    return toOrdinal(
      checkedDate({ year: Number(year), month: Number(month ?? compactMonth), day: Number(date ?? compactDate) }),
    );
  }
  const [, year, week, weekday = '1'] = weekDate.exec(text) ?? [];
  if (year === undefined) return null;
  const ordinal = fromIsoCalendar(Number(year), Number(week), Number(weekday));
  if (ordinal === null) throw valueError(`Invalid week: ${Number(week)}`);
  return ordinal;
}

/** Python 3.11's `datetime.fromisoformat`. Throws ValueError. */
export function parseIsoDateTime(text: string): DateTime {
  const invalid = (): Error => valueError(`Invalid isoformat string: ${repr(text)}`);
  for (const size of [10, 8, 7]) {
    const ordinal = text.length === size || text.length > size + 1 ? isoDate(text.slice(0, size)) : null;
    if (ordinal === null) continue;
    if (text.length === size) return new DateTime(ordinal, 0);
    const match = clockPattern.exec(text.slice(size + 1));
    if (match === null) throw invalid();
    return new DateTime(ordinal, clockOfMatch(match), zoneOfMatch(match));
  }
  throw invalid();
}

function clockOfMatch([, hour, , minute = '0', second = '0', fraction = '']: RegExpExecArray): number {
  return clockMicros(
    checkedClock({
      hour: Number(hour),
      minute: Number(minute),
      second: Number(second),
      microsecond: Number(fraction.slice(0, 6).padEnd(6, '0')),
    }),
  );
}

function zoneOfMatch(match: RegExpExecArray): TzInfo | null {
  const [, , , , , , utc, sign, hour, minute, second = '0', fraction = ''] = match;
  if (utc !== undefined) return utcZone;
  if (sign === undefined) return null;
  return offsetZone(sign, Number(hour), Number(minute), Number(second), fraction);
}

/** The fixed zone of an offset's parts; UTC itself for zero. */
export function offsetZone(sign: string, hours: number, minutes: number, seconds: number, fraction: string): TzInfo {
  const micros = ((hours * 60 + minutes) * 60 + seconds) * 1e6 + Number(fraction.padEnd(6, '0'));
  return micros === 0 ? utcZone : new FixedZone(new TimeDelta(0, sign === '-' ? -micros : micros));
}
