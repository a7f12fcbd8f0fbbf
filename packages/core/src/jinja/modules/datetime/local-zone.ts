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

/** The short name of the machine's zone at a moment. */
function nameAt(date: Date): string {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return instantOffset(zone, date.getTime()).abbreviation;
}
