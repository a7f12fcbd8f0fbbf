import { spend } from '../values/work.ts';
import { namedTimes } from './zone-exceptions.ts';
import { zoneTable } from './zone-table.ts';

/** A zone's distance to UTC at a moment, and what it is called then. */
export interface ZoneOffset {
  readonly seconds: number;
  /** How much of it is summer time. */
  readonly dstSeconds: number;
  readonly abbreviation: string;
}

/** What a zone's time is called at an offset. */
interface TimeName {
  readonly abbreviation: string;
  readonly seconds: number;
  readonly dstSeconds: number;
}

interface Zone {
  readonly name: string;
  readonly isCommon: boolean;
  /** The latest first. */
  readonly times: readonly TimeName[];
}

let table: ReadonlyMap<string, Zone> | undefined;

/** The zones by their names in lower case. */
function zones(): ReadonlyMap<string, Zone> {
  table ??= new Map(zoneTable.flatMap(readLine).map((zone): [string, Zone] => [zone.name.toLowerCase(), zone]));
  return table;
}

function readLine(line: string): Zone[] {
  const [times = '', names = ''] = line.split('|');
  const read = times
    .split(' ')
    .filter((time) => time !== '')
    .map((time): TimeName => {
      const [abbreviation = '', minutes = '0', summer = '0'] = time.split(',');
      return { abbreviation, seconds: Number(minutes) * 60, dstSeconds: Number(summer) * 60 };
    });
  return names
    .split(' ')
    .map((name) => ({ name: name.replace('*', ''), isCommon: !name.startsWith('*'), times: read }));
}

/** The names of the tz database in order: all, or those that are not kept for old programs only. */
export function zoneNames(commonOnly: boolean = false): readonly string[] {
  const names = [...zones().values()].filter((zone) => zone.isCommon || !commonOnly).map((zone) => zone.name);
  return names.sort();
}

/** The usual spelling of a zone's name, null for an unknown zone. */
export function knownZone(name: string): string | null {
  return zones().get(name.toLowerCase())?.name ?? null;
}

/** Whether a zone has had one time for ever: those of the hours from UTC, and of UTC itself under other names. */
export function hasOneTime(zone: string): boolean {
  return /^(Etc\/.*|GMT([+-]?0)?|Greenwich|UCT|Universal|Zulu)$/.test(zone);
}

/** What pytz reads of the database begins and ends with the seconds of 32 bits; before them is local mean time. */
const firstChange = -(2 ** 31) * 1000;
const lastChange = (2 ** 31 - 1) * 1000;

/** The offset of a zone at a moment (milliseconds since 1970), in whole minutes as pytz has them; null: its first. */
export function instantOffset(zone: string, millis: number | null): ZoneOffset {
  if (millis === null || millis < firstChange) {
    return { seconds: offsetSeconds(zone, Date.UTC(1800, 0, 1)), dstSeconds: 0, abbreviation: 'LMT' };
  }
  return offsetSince(zone, Math.min(millis, lastChange));
}

function offsetSince(zone: string, millis: number): ZoneOffset {
  const seconds = offsetSeconds(zone, millis);
  const named = namedTime(zone, millis);
  if (named !== null && named.seconds === seconds) return named;
  const times = zones().get(zone.toLowerCase())?.times ?? [];
  const fitting = times.filter((time) => time.seconds === seconds);
  const [only, second] = fitting;
  // Where winter is what differs from the rule, the hours say nothing about summer: the latest name counts.
  const isWinterTime = times.slice(0, 2).some((time) => time.dstSeconds < 0);
  if (only !== undefined && (second === undefined || isWinterTime)) return only;
  const isSummer = seconds > standardSeconds(zone, millis);
  const found = fitting.find((time) => time.dstSeconds > 0 === isSummer);
  if (found !== undefined) return found;
  const isFirst = seconds === offsetSeconds(zone, Date.UTC(1800, 0, 1));
  return { seconds, dstSeconds: 0, abbreviation: isFirst ? 'LMT' : numericName(seconds) };
}

/** A time that has a name of its own. */
interface NamedTime extends ZoneOffset {
  /** Seconds since 1970. */
  readonly begin: number;
  readonly end: number;
}

let exceptions: ReadonlyMap<string, readonly NamedTime[]> | undefined;

function namedTime(zone: string, millis: number): ZoneOffset | null {
  exceptions ??= readExceptions();
  const at = Math.floor(millis / 1000);
  return exceptions.get(zone)?.find(({ begin, end }) => at >= begin && at < end) ?? null;
}

function readExceptions(): Map<string, NamedTime[]> {
  const found = new Map<string, NamedTime[]>();
  for (const line of namedTimes) {
    const [names = '', times = ''] = line.split('|');
    const read = times.split(' ').map((time): NamedTime => {
      const [begin = '', length = '', abbreviation = '', minutes = '0', summer = '0'] = time.split(',');
      const start = Number.parseInt(begin, 36);
      const end = length === '' ? Number.POSITIVE_INFINITY : start + Number.parseInt(length, 36);
      return { begin: start, end, abbreviation, seconds: Number(minutes) * 60, dstSeconds: Number(summer) * 60 };
    });
    for (const name of names.split(' ')) found.set(name, [...(found.get(name) ?? []), ...read]);
  }
  return found;
}

/** Where the database has no letters for a time it is called by its offset. */
function numericName(seconds: number): string {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${seconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${minutes % 60 === 0 ? '' : two(minutes % 60)}`;
}

const yearMillis = 366 * 86_400_000;

/** The offset without summer time: the lowest that a zone comes from within a year and goes back to within another. */
function standardSeconds(zone: string, millis: number): number {
  const year = new Date(millis).getUTCFullYear();
  const samples = [year - 1, year, year + 1].flatMap((y) => [Date.UTC(y, 0, 1), Date.UTC(y, 6, 1)]);
  const lowest = (from: number, to: number): number =>
    Math.min(...samples.filter((at) => at > from && at <= to).map((at) => offsetSeconds(zone, at)));
  return Math.max(lowest(millis - yearMillis, millis), lowest(millis, millis + yearMillis));
}

/** Steps that the host takes to format a moment. */
const offsetPrice = 100;

/** Rounded to minutes. */
function offsetSeconds(zone: string, millis: number): number {
  spend(offsetPrice);
  const parts = new Map(
    formatOf(zone)
      .formatToParts(millis)
      .map((part) => [part.type, part.value]),
  );
  const field = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type) ?? 0);
  const year = parts.get('era')?.startsWith('B') === true ? 1 - field('year') : field('year');
  const local = Date.UTC(2000, field('month') - 1, field('day'), field('hour'), field('minute'), field('second'));
  const shifted = new Date(local);
  shifted.setUTCFullYear(year, field('month') - 1, field('day'));
  return Math.round((shifted.getTime() - Math.floor(millis / 1000) * 1000) / 60_000) * 60 + 0;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}
