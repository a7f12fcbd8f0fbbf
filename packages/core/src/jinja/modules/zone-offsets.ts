/** A zone's distance to UTC at a moment, and what it is called then. */
export interface ZoneOffset {
  readonly seconds: number;
  /** How much of it is summer time. */
  readonly dstSeconds: number;
  readonly abbreviation: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The names of the JS runtime's tz database. */
export function zoneNames(): readonly string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])].sort();
}

/** The usual spelling of a zone's name, null for an unknown zone. */
export function knownZone(name: string): string | null {
  if (!/^[A-Za-z]/.test(name)) return null;
  const listed = zoneNames().find((zone) => zone.toLowerCase() === name.toLowerCase());
  if (listed !== undefined) return listed;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return name;
  } catch {
    return null;
  }
}

/** The offset of a zone at a moment (milliseconds since 1970); null: its local mean time, rounded to minutes as pytz does. */
export function instantOffset(zone: string, millis: number | null): ZoneOffset {
  if (millis === null) {
    const first = offsetSeconds(zone, Date.UTC(1800, 0, 1));
    return { seconds: Math.round(first / 60) * 60, dstSeconds: 0, abbreviation: 'LMT' };
  }
  const seconds = offsetSeconds(zone, millis);
  const dstSeconds = Math.max(0, seconds - standardSeconds(zone, millis));
  return { seconds, dstSeconds, abbreviation: abbreviation(zone, millis, seconds, dstSeconds !== 0) };
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

function offsetSeconds(zone: string, millis: number): number {
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
  return Math.round((shifted.getTime() - Math.floor(millis / 1000) * 1000) / 1000);
}

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

/** The English locales know the names of different continents. */
const locales = ['en-US', 'en-GB', 'en-AU', 'en-CA', 'en-NZ', 'en-IN', 'en-ZA'];

/** Names that no locale of the runtime tells: standard time, and summer time after the slash. */
const otherNames: Readonly<Record<string, string>> = {
  'Africa/Algiers': 'CET',
  'Africa/Cairo': 'EET/EEST',
  'Africa/Johannesburg': 'SAST',
  'Africa/Lagos': 'WAT',
  'Africa/Nairobi': 'EAT',
  'Asia/Calcutta': 'IST',
  'Asia/Hong_Kong': 'HKT',
  'Asia/Jakarta': 'WIB',
  'Asia/Jerusalem': 'IST/IDT',
  'Asia/Karachi': 'PKT',
  'Asia/Kolkata': 'IST',
  'Asia/Manila': 'PST',
  'Asia/Seoul': 'KST',
  'Asia/Shanghai': 'CST',
  'Asia/Taipei': 'CST',
  'Asia/Tokyo': 'JST',
  'Europe/Dublin': 'GMT/IST',
  'Europe/Moscow': 'MSK/MSD',
  'Pacific/Auckland': 'NZST/NZDT',
};

function abbreviation(zone: string, millis: number, seconds: number, isDst: boolean): string {
  const [standard, summer = standard] = (otherNames[zone] ?? '').split('/');
  if (standard !== undefined && standard !== '') return isDst ? (summer ?? standard) : standard;
  for (const locale of locales) {
    const name = shortName(locale, zone, millis);
    if (!/^(GMT|UTC)[+-]|^\+/.test(name)) return name;
  }
  const size = Math.abs(seconds);
  const hours = String(Math.floor(size / 3600)).padStart(2, '0');
  const minutes = Math.floor(size / 60) % 60;
  return `${seconds < 0 ? '-' : '+'}${hours}${minutes === 0 ? '' : String(minutes).padStart(2, '0')}`;
}

function shortName(locale: string, zone: string, millis: number): string {
  const key = `${locale} ${zone}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'short' });
  formats.set(key, format);
  return format.formatToParts(millis).find((part) => part.type === 'timeZoneName')?.value ?? '';
}
