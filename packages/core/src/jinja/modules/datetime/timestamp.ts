import { isFloat, isInt, toNumber } from '../../values/number.ts';
import { PyError, valueError } from '../../values/py-error.ts';
import { fromOrdinal, yearDays } from './calendar.ts';
import { DateTime, epochOrdinal } from './date-time.ts';
import { intField } from './fields.ts';

const daySeconds = 86_400;
const cycleYears = 400;

/** The UTC fields of seconds since 1970: an int or a float, rounded to microseconds half to even. Throws as CPython and its C library. */
export function momentOfStamp(stamp: unknown): DateTime {
  const { seconds, micros } = isFloat(stamp) ? split(toNumber(stamp)) : { seconds: whole(stamp), micros: 0 };
  const days = Math.floor(seconds / daySeconds);
  const year = yearOf(epochOrdinal + days);
  if (Math.abs(year) >= 2 ** 31) throw new PyError('OSError', '[Errno 75] Value too large for defined data type');
  if (year < 1 || year > 9999) throw valueError(`year ${year} is out of range`);
  return new DateTime(epochOrdinal + days, (seconds - days * daySeconds) * 1e6 + micros);
}

function outOfTime(): PyError {
  return new PyError('OverflowError', 'timestamp out of range for platform time_t');
}

function whole(stamp: unknown): number {
  if (!isInt(stamp)) return intField(stamp);
  if (stamp >= 2n ** 63n || stamp < -(2n ** 63n)) throw outOfTime();
  return Number(stamp);
}

function split(stamp: number): { readonly seconds: number; readonly micros: number } {
  if (Number.isNaN(stamp)) throw valueError('Invalid value NaN (not a number)');
  if (stamp >= 2 ** 63 || stamp < -(2 ** 63)) throw outOfTime();
  const seconds = Math.trunc(stamp);
  const exact = (stamp - seconds) * 1e6;
  const nearest = Math.round(exact);
  const micros = Math.abs(nearest - exact) === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
  return micros < 0 ? { seconds: seconds - 1, micros: micros + 1e6 } : { seconds, micros };
}

function yearOf(ordinal: number): number {
  const cycles = Math.floor((ordinal - 1) / yearDays(cycleYears));
  return cycles * cycleYears + fromOrdinal(ordinal - cycles * yearDays(cycleYears)).year;
}
