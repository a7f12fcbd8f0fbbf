import { decode } from '../methods/decodings.ts';
import { absolute } from '../values/binary.ts';
import { hostFunction } from '../values/call-value.ts';
import { compare } from '../values/compare.ts';
import { equals } from '../values/equals.ts';
import { hashKey } from '../values/hash-key.ts';
import { isNumeric, toNumber } from '../values/number.ts';
import { PyError, typeError, valueError } from '../values/py-error.ts';
import { PySet } from '../values/py-set.ts';
import { repr } from '../values/repr.ts';
import { optional } from '../values/signature.ts';
import { truth } from '../values/truth.ts';
import { typeName } from '../values/type-name.ts';
import { isUndefined } from '../values/undefined.ts';
import { countryNames, countryTimezones } from './countries.ts';
import { DateTime } from './datetime/date-time.ts';
import { PyTime } from './datetime/time.ts';
import type { TimeDelta } from './datetime/time-delta.ts';
import { secondsDelta, TzInfo } from './datetime/tz-info.ts';
import { PythonClass } from './python-class.ts';
import { hasOneTime, instantOffset, knownZone, type ZoneOffset, zoneNames } from './zone-offsets.ts';

const dayMillis = 86_400_000;
/** Beside the first and the last moment that a datetime holds, pytz looks to one side only. */
const firstMillis = Date.UTC(2000, 0, 1) - 730_119 * dayMillis;
const lastMillis = Date.UTC(10_000, 0, 1) - 1;
/** How far pytz goes aside of a gap. */
const gapSeconds = 6 * 3600;
const mostMinutes = 1440;

/** A zone whose offset never changes. */
abstract class SteadyZone extends TzInfo {
  readonly #seconds: number;

  constructor(seconds: number) {
    super();
    this.#seconds = seconds;
  }

  /** Its name in the database; null for one that has none. */
  abstract get zone(): string | null;

  override utcOffset(): TimeDelta {
    return secondsDelta(this.#seconds);
  }

  override dst(): TimeDelta {
    return secondsDelta(0);
  }

  override fromUtc(moment: DateTime): DateTime {
    return moment.plus(this.utcOffset()).withZone(this);
  }

  override __getattr__(name: string): unknown {
    if (name === 'zone') return this.zone;
    if (name === 'localize') {
      return localizeMethod((moment) =>
        moment instanceof PyTime ? new PyTime(moment.micros, this, moment.fold) : moment.withZone(this, moment.fold),
      );
    }
    if (name === 'normalize') return normalizeMethod(this);
    return super.__getattr__(name);
  }
}

/** pytz's UTC: a zone whose offset is nothing. */
class UtcZone extends SteadyZone {
  readonly __type__ = 'pytz.UTC';
  readonly zone = 'UTC';

  override tzName(): string {
    return 'UTC';
  }

  override isOf(zone: TzInfo | null): boolean {
    return zone === null || zone === this;
  }

  __str__(): string {
    return 'UTC';
  }

  __repr__(): string {
    return '<UTC>';
  }
}

/** pytz's FixedOffset: minutes from UTC. */
class MinutesZone extends SteadyZone {
  readonly __type__ = 'pytz._FixedOffset';
  readonly zone = null;
  readonly minutes: number;

  constructor(minutes: number) {
    super(minutes * 60);
    this.minutes = minutes;
  }

  override tzName(): null {
    return null;
  }

  __repr__(): string {
    return `pytz.FixedOffset(${Math.trunc(this.minutes)})`;
  }
}

/** A zone of the tz database that has had one time for ever. */
class OneTimeZone extends SteadyZone {
  readonly __type__: string;
  readonly zone: string;
  readonly #abbreviation: string;

  constructor(name: string, at: ZoneOffset) {
    super(at.seconds);
    this.zone = name;
    this.#abbreviation = at.abbreviation;
    this.__type__ = `pytz.tzfile.${name}`;
  }

  override tzName(): string {
    return this.#abbreviation;
  }

  override isOf(zone: TzInfo | null): boolean {
    return zone === null || zone === this;
  }

  __str__(): string {
    return this.zone;
  }

  __repr__(): string {
    return `<StaticTzInfo ${repr(this.zone)}>`;
  }
}

/** A zone of the tz database at one of its offsets, as pytz keeps them: the class itself stands at local mean time. */
class RegionZone extends TzInfo {
  readonly __type__: string;
  readonly name: string;
  readonly at: ZoneOffset;

  constructor(name: string, at: ZoneOffset) {
    super();
    this.name = name;
    this.at = at;
    this.__type__ = `pytz.tzfile.${name}`;
  }

  override utcOffset(moment: DateTime | null): TimeDelta | null {
    return moment === null ? null : secondsDelta(this.offsetAt(moment).seconds);
  }

  override tzName(moment: DateTime | null): string {
    return moment === null ? this.name : this.offsetAt(moment).abbreviation;
  }

  override dst(moment: DateTime | null): TimeDelta | null {
    return moment === null ? null : secondsDelta(this.offsetAt(moment).dstSeconds);
  }

  /** A time that is not at this very offset is a local one. Throws for one that is twice there or never, and for one of another zone. */
  offsetAt(moment: DateTime): ZoneOffset {
    if (moment.zone === this) return this.at;
    if (moment.zone !== null) throw valueError('Not naive datetime (tzinfo is already set)');
    const local = this.localize(moment, null);
    return local.zone instanceof RegionZone ? local.zone.at : this.at;
  }

  override isOf(zone: TzInfo | null): boolean {
    return zone === null || (zone instanceof RegionZone && zone.name === this.name);
  }

  override fromUtc(moment: DateTime): DateTime {
    const millis = Number(moment.withZone(null).epochMicros) / 1000;
    return this.moved(moment, instantOffset(this.name, millis));
  }

  override __getattr__(name: string): unknown {
    if (name === 'zone') return this.name;
    if (name === 'localize') return localizeMethod((moment, isDst) => this.localize(dated(moment, '+'), isDst));
    if (name === 'normalize') return normalizeMethod(this);
    return super.__getattr__(name);
  }

  moved(utc: DateTime, at: ZoneOffset): DateTime {
    return utc.plus(secondsDelta(at.seconds)).withZone(new RegionZone(this.name, at));
  }

  /** A local time at its offset here; of two, `isDst` decides; in a gap it tells which side's offset goes on. */
  localize(moment: DateTime, isDst: unknown): DateTime {
    const [first, second] = this.#fitting(moment);
    if (first !== undefined && second === undefined) return this.placed(moment, first);
    if (isDst === null) throw unclear(moment, first === undefined);
    if (first === undefined || second === undefined) {
      const aside = secondsDelta(truth(isDst) ? gapSeconds : -gapSeconds);
      return this.localize(moment.plus(aside), isDst).plus(aside.__neg__());
    }
    const isWanted = (at: ZoneOffset): boolean => equals(at.dstSeconds !== 0, isDst);
    if (isWanted(first) !== isWanted(second)) return this.placed(moment, isWanted(first) ? first : second);
    const isFirst = first.seconds > second.seconds === truth(isDst);
    return this.placed(moment, isFirst ? first : second);
  }

  /** The offsets, of those a day before and a day after, that give this local time. */
  #fitting(moment: DateTime): ZoneOffset[] {
    const local = Number(moment.epochMicros) / 1000;
    const found: ZoneOffset[] = [];
    for (const near of [local - dayMillis, local + dayMillis]) {
      if (near < firstMillis || near > lastMillis) continue;
      const { seconds } = instantOffset(this.name, near);
      const at = instantOffset(this.name, Number(moment.plus(secondsDelta(-seconds)).epochMicros) / 1000);
      if (at.seconds === seconds && found.every((other) => other.seconds !== seconds)) found.push(at);
    }
    return found;
  }

  placed(moment: DateTime, at: ZoneOffset): DateTime {
    return moment.withZone(new RegionZone(this.name, at));
  }

  __str__(): string {
    return this.name;
  }

  __repr__(): string {
    const offset = secondsDelta(this.at.seconds);
    const text = `${this.at.seconds > 0 ? '+' : ''}${offset.__str__()}`;
    const season = this.at.dstSeconds === 0 ? 'STD' : 'DST';
    return `<DstTzInfo '${this.name}' ${this.at.abbreviation}${text} ${season}>`;
  }

  __eq__(other: unknown): boolean {
    return other instanceof RegionZone && other.name === this.name && other.at.seconds === this.at.seconds;
  }
}

function unclear(moment: DateTime, isGap: boolean): PyError {
  return new PyError(isGap ? 'NonExistentTimeError' : 'AmbiguousTimeError', moment.__str__());
}

function localizeMethod(place: (moment: DateTime | PyTime, isDst: unknown) => DateTime | PyTime): unknown {
  return hostFunction('localize', ['dt', optional('is_dst', false)], (moment: unknown, isDst: unknown) => {
    const naive = timed(moment, 'Not naive datetime (tzinfo is already set)');
    if (naive.zone !== null) throw valueError('Not naive datetime (tzinfo is already set)');
    return place(naive, isDst);
  });
}

function normalizeMethod(zone: TzInfo): unknown {
  return hostFunction('normalize', ['dt'], (moment: unknown) => {
    // While parsing, what is undefined has a zone, and is nothing that could be moved to another.
    if (isUndefined(moment) && moment.mode === 'parse') throw new PyError('UndefinedError', "'replace' is undefined");
    const aware = timed(moment, 'Naive time - no tzinfo set');
    if (aware.zone === zone && zone instanceof SteadyZone) return aware;
    if (aware.zone === null) throw valueError('Naive time - no tzinfo set');
    if (aware instanceof PyTime && zone instanceof SteadyZone) throw noAttribute(aware, 'astimezone');
    const { offset } = dated(aware, '-');
    if (offset === null) throw valueError('Naive time - no tzinfo set');
    return zone.fromUtc(dated(aware, '-').plus(offset.__neg__()).withZone(zone));
  });
}

const noAttribute = (value: unknown, name: string): PyError =>
  new PyError('AttributeError', `'${typeName(value)}' object has no attribute '${name}'`);

/** A datetime or a time. Throws AttributeError for what has no tzinfo; what is undefined while parsing has one. */
function timed(moment: unknown, refusal: string): DateTime | PyTime {
  if (moment instanceof DateTime || moment instanceof PyTime) return moment;
  if (isUndefined(moment) && moment.mode === 'default') throw moment.error();
  if (isUndefined(moment)) throw valueError(refusal);
  throw noAttribute(moment, 'tzinfo');
}

/** A datetime, to which something is added. Throws TypeError for a time of day. */
function dated(moment: DateTime | PyTime, operator: '+' | '-'): DateTime {
  if (moment instanceof DateTime) return moment;
  throw typeError(`unsupported operand type(s) for ${operator}: 'datetime.time' and 'datetime.timedelta'`);
}

const utc = new UtcZone(0);
const zones = new Map<string, TzInfo>();

/** pytz's `timezone(name)`. Throws UnknownTimeZoneError. */
export function timezone(given: unknown): TzInfo {
  const name = given instanceof Uint8Array ? decode(given, 'ascii', 'strict') : given;
  if (typeof name !== 'string') throw new PyError('UnknownTimeZoneError', repr(name));
  if (name.toUpperCase() === 'UTC') return utc;
  const canonical = knownZone(name);
  if (canonical === null) throw new PyError('UnknownTimeZoneError', repr(name));
  const known = zones.get(canonical) ?? zoneNamed(canonical);
  zones.set(canonical, known);
  return known;
}

function zoneNamed(name: string): TzInfo {
  return hasOneTime(name)
    ? new OneTimeZone(name, instantOffset(name, 0))
    : new RegionZone(name, instantOffset(name, null));
}

const minutesZones = new Map<number, TzInfo>();

/** pytz's `FixedOffset(minutes)`: the same zone for the same minutes. Throws TypeError, and ValueError from a day on. */
function fixedOffset(minutes: unknown): TzInfo {
  if (equals(minutes, 0)) return utc;
  hashKey(minutes);
  const size = absolute(minutes);
  if (compare('>=', size, mostMinutes)) throw valueError(`('absolute offset is too large', ${repr(minutes)})`);
  if (!isNumeric(minutes)) throw typeError(`unsupported type for timedelta minutes component: ${typeName(minutes)}`);
  const known = minutesZones.get(toNumber(minutes)) ?? new MinutesZone(toNumber(minutes));
  minutesZones.set(toNumber(minutes), known);
  return known;
}

/** pytz's errors, which templates can only name. */
const exceptions: Readonly<Record<string, unknown>> = Object.fromEntries(
  ['UnknownTimeZoneError', 'InvalidTimeError', 'AmbiguousTimeError', 'NonExistentTimeError'].map((name) => {
    const construct = (args: readonly unknown[]): string => `${name}(${args.map(repr).join(', ')})`;
    return [name, new PythonClass(`pytz.exceptions.${name}`, { construct, statics: {} })];
  }),
);

/** The template's `modules.pytz`. Offsets come from the tz database of the JS runtime, names from the zone table. */
export const pytzModule: Readonly<Record<string, unknown>> = {
  get all_timezones(): unknown {
    return [...zoneNames()];
  },
  get all_timezones_set(): unknown {
    return new PySet(zoneNames());
  },
  get common_timezones(): unknown {
    return [...zoneNames(true)];
  },
  get common_timezones_set(): unknown {
    return new PySet(zoneNames(true));
  },
  utc,
  country_timezones: countryTimezones,
  country_names: countryNames,
  ...exceptions,
  BaseTzInfo: new PythonClass('pytz.tzinfo.BaseTzInfo', {
    construct: () => {
      throw typeError('eider has no zones of your own: take one from modules.pytz.timezone()');
    },
    statics: { zone: () => null },
  }),
  timezone: hostFunction('timezone', ['zone'], (name: unknown) => timezone(name)),
  FixedOffset: hostFunction('FixedOffset', ['offset'], (minutes: unknown) => fixedOffset(minutes)),
};
