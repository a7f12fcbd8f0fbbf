import { valueError } from '../../values/py-error.ts';
import { instantOffset } from '../zone-offsets.ts';
import type { DateTime } from './date-time.ts';
import { FixedZone, secondsDelta } from './tz-info.ts';

/** The machine's offset at a moment: given by local fields, or by UTC fields. */
export function localZone(moment: DateTime, isUtc: boolean = false): FixedZone {
  const { year, month, day } = moment.fields;
  const { hour, minute, second } = moment.clock;
  const date = isUtc
    ? new Date(Date.UTC(year, month - 1, day, hour, minute, second))
    : new Date(year, month - 1, day, hour, minute, second);
  return new FixedZone(secondsDelta(-date.getTimezoneOffset() * 60), () => nameAt(date));
}

/** The machine's offset at a local time, sought as CPython does a day aside. Throws ValueError where that is no year that it knows. */
export function assumedZone(moment: DateTime): FixedZone {
  const { year, month, day } = moment.fields;
  const isFirst = moment.fold === 0 && moment.ordinal === 1;
  const isLast = moment.fold === 1 && year === 9999 && month === 12 && day === 31;
  if (isFirst || isLast) throw valueError(`year ${isFirst ? 0 : 10_000} is out of range`);
  return localZone(moment);
}

/** The short name of the machine's zone at a moment. */
function nameAt(date: Date): string {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return instantOffset(zone, date.getTime()).abbreviation;
}
