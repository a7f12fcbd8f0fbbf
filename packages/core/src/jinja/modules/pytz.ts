import { hostFunction, rawFunction } from '../values/call-value.ts';
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
import { instantOffset, knownZone, type ZoneOffset, zoneNames } from './zone-offsets.ts';

/** pytz's UTC: a zone whose offset is nothing. */
class UtcZone extends TzInfo {
  readonly __type__ = 'pytz.UTC';

  override utcOffset(): TimeDelta {
    return secondsDelta(0);
  }

  override tzName(): string {
    return 'UTC';
  }

  override dst(): TimeDelta {
    return secondsDelta(0);
  }

  override fromUtc(moment: DateTime): DateTime {
    return moment.withZone(this);
  }

  override isOf(zone: TzInfo | null): boolean {
    return zone === null || zone === this;
  }

  override __getattr__(name: string): unknown {
    if (name === 'zone') return 'UTC';
    if (name === 'localize') return localizeMethod((moment) => moment.withZone(this));
    if (name === 'normalize') return normalizeMethod(this);
    return super.__getattr__(name);
  }

  __str__(): string {
    return 'UTC';
  }

  __repr__(): string {
    return '<UTC>';
  }
}

/** pytz's FixedOffset: minutes from UTC. */
class MinutesZone extends TzInfo {
  readonly __type__ = 'pytz._FixedOffset';
  readonly minutes: number;

  constructor(minutes: number) {
    super();
    this.minutes = minutes;
  }

  override utcOffset(): TimeDelta {
    return secondsDelta(this.minutes * 60);
  }

  override tzName(): null {
    return null;
  }

  override dst(): TimeDelta {
    return secondsDelta(0);
  }

  override fromUtc(moment: DateTime): DateTime {
    return moment.plus(this.utcOffset()).withZone(this);
  }

  override __getattr__(name: string): unknown {
    if (name === 'zone') return null;
    if (name === 'localize') return localizeMethod((moment) => moment.withZone(this));
    if (name === 'normalize') return normalizeMethod(this);
    return super.__getattr__(name);
  }

  __repr__(): string {
    return `pytz.FixedOffset(${this.minutes})`;
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
    if (name === 'localize') return localizeMethod((moment, isDst) => this.localize(moment, isDst));
    if (name === 'normalize') return normalizeMethod(this);
    return super.__getattr__(name);
  }

  moved(utc: DateTime, at: ZoneOffset): DateTime {
    return utc.plus(secondsDelta(at.seconds)).withZone(new RegionZone(this.name, at));
  }

  /** The offset that a local time has here; of two, `isDst` decides; in a gap it tells which side's offset goes on. */
  localize(moment: DateTime, isDst: boolean | null): DateTime {
    const local = Number(moment.epochMicros) / 1000;
    const around = [-86_400_000, 86_400_000].map((shift) => instantOffset(this.name, local + shift));
    const fitting = around.filter(
      (at, i) =>
        instantOffset(this.name, local - at.seconds * 1000).seconds === at.seconds &&
        around.findIndex((other) => other.seconds === at.seconds) === i,
    );
    const [first, second] = fitting;
    if (first !== undefined && second === undefined)
      return this.placed(moment, instantOffset(this.name, local - first.seconds * 1000));
    if (isDst === null) throw unclear(moment, first === undefined);
    const candidates = first === undefined ? around : fitting;
    const chosen = candidates.find((at) => (at.dstSeconds !== 0) === isDst) ?? candidates[isDst ? 1 : 0];
    return this.placed(moment, chosen ?? this.at);
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

function localizeMethod(place: (moment: DateTime, isDst: boolean | null) => DateTime): unknown {
  return hostFunction('localize', ['dt', optional('is_dst', false)], (moment: unknown, isDst: unknown) => {
    const naive = dateTime(moment);
    if (naive.zone !== null) throw valueError('Not naive datetime (tzinfo is already set)');
    return place(naive, isDst === null ? null : truth(isDst));
  });
}

function normalizeMethod(zone: TzInfo): unknown {
  return hostFunction('normalize', ['dt'], (moment: unknown) => {
    if (moment instanceof PyTime && moment.zone === null) throw valueError('Naive time - no tzinfo set');
    const aware = dateTime(moment);
    if (aware.offset === null) throw valueError('Naive time - no tzinfo set');
    return zone.fromUtc(aware.plus(aware.offset.__neg__()).withZone(zone));
  });
}

function dateTime(moment: unknown): DateTime {
  if (moment instanceof DateTime) return moment;
  if (isUndefined(moment) && moment.mode === 'default') throw moment.error();
  if (isUndefined(moment)) throw valueError('Not naive datetime (tzinfo is already set)');
  throw new PyError('AttributeError', `'${typeName(moment)}' object has no attribute 'tzinfo'`);
}

const utc = new UtcZone();
const zones = new Map<string, TzInfo>();

/** pytz's `timezone(name)`. Throws UnknownTimeZoneError. */
export function timezone(name: unknown): TzInfo {
  if (typeof name !== 'string') throw new PyError('UnknownTimeZoneError', repr(name));
  if (name.toUpperCase() === 'UTC') return utc;
  const canonical = knownZone(name);
  if (canonical === null) throw new PyError('UnknownTimeZoneError', repr(name));
  const known = zones.get(canonical) ?? new RegionZone(canonical, instantOffset(canonical, null));
  zones.set(canonical, known);
  return known;
}

function fixedOffset(minutes: number): TzInfo {
  if (minutes === 0) return utc;
  if (Math.abs(minutes) < 1440) return new MinutesZone(minutes);
  throw valueError(`('absolute offset is too large', ${minutes})`);
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
  FixedOffset: rawFunction('FixedOffset', ([minutes]) => fixedOffset(Number(minutes))),
};
