import type { Keywords } from '../../values/host-object.ts';
import { isInt } from '../../values/number.ts';
import { typeError, valueError } from '../../values/py-error.ts';
import { typeName } from '../../values/type-name.ts';
import { bindNative, type ClassMembers, classAttributes, classMethod, PythonClass } from '../python-class.ts';
import { fromIsoCalendar, fromOrdinal, isoWeeks, lastOrdinal } from './calendar.ts';
import { machineClock } from './clock.ts';
import { dateMethods, PyDate } from './date.ts';
import { DateTime } from './date-time.ts';
import { dateTimeMethods, dateTimeNames, utcZone } from './date-time-methods.ts';
import { foldField, intField, zoneField } from './fields.ts';
import { parseIsoDate, parseIsoDateTime } from './iso-format.ts';
import { localZone } from './local-zone.ts';
import { strptime } from './strptime.ts';
import { PyTime, timeClass } from './time.ts';
import { TimeDelta, timeDeltaClass } from './time-delta.ts';
import { momentOfStamp } from './timestamp.ts';
import { TzInfo, tzMethods } from './tz-info.ts';

type Static = () => unknown;

const dateMembers: ClassMembers = {
  owner: 'datetime.date',
  methods: dateMethods,
  attributes: ['year', 'month', 'day'],
  isInstance: (value) => value instanceof PyDate,
};
const dateTimeMembers: ClassMembers = {
  owner: 'datetime.datetime',
  methods: dateTimeMethods,
  attributes: ['hour', 'minute', 'second', 'microsecond', 'tzinfo', 'fold'],
  isInstance: (value) => value instanceof DateTime,
};
const tzInfoMembers: ClassMembers = {
  owner: 'datetime.tzinfo',
  methods: tzMethods,
  attributes: [],
  isInstance: (value) => value instanceof TzInfo,
};

classAttributes.set('datetime.date', dateStatics(machineClock));
classAttributes.set('datetime.datetime', dateTimeStatics(machineClock));

/** The template's `modules.datetime`. `now` is the clock. */
export function datetimeModule(now: () => Date): Readonly<Record<string, unknown>> {
  return {
    date: new PythonClass('datetime.date', {
      construct: constructDate,
      statics: dateStatics(now),
      members: [dateMembers],
    }),
    datetime: new PythonClass('datetime.datetime', {
      construct: constructDateTime,
      statics: dateTimeStatics(now),
      members: [dateTimeMembers, dateMembers],
    }),
    time: timeClass,
    timedelta: timeDeltaClass,
    tzinfo: new PythonClass('datetime.tzinfo', {
      construct: () => {
        throw typeError('eider has no tzinfo of your own: take one from modules.pytz');
      },
      statics: {},
      members: [tzInfoMembers],
    }),
  };
}

/** A moment of the host as an aware datetime in UTC. */
export function utcDateTime(moment: Date): DateTime {
  return DateTime.fromEpochMillis(moment.getTime(), utcZone);
}

function constructDate(args: readonly unknown[], kwargs: Keywords | null): PyDate {
  const [year, month, day] = bindNative(['year', 'month', 'day'], 3, args, kwargs).map(intField);
  return PyDate.of({ year: year ?? 0, month: month ?? 0, day: day ?? 0 });
}

function constructDateTime(args: readonly unknown[], kwargs: Keywords | null): DateTime {
  const given = bindNative(dateTimeNames, 3, args, kwargs);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, microsecond = 0] = given
    .slice(0, 7)
    .map((value) => (value === undefined ? 0 : intField(value)));
  const clock = { hour, minute, second, microsecond };
  return DateTime.at({ year, month, day }, clock, zoneField(given[7]), foldField(given[8]));
}

function fn(name: string, run: (args: readonly unknown[], kwargs: Keywords | null) => unknown): Static {
  return () => classMethod(name, run);
}

/** A class method of one positional argument; `words` says how many it takes. */
function one(name: string, words: string, run: (value: unknown) => unknown): Static {
  return fn(name, (args, kwargs) => {
    if (kwargs !== null && Object.keys(kwargs).length > 0) throw typeError(`${name}() takes no keyword arguments`);
    if (args.length !== 1) throw typeError(`${name}() takes exactly ${words} argument (${args.length} given)`);
    return run(args[0]);
  });
}

/** A class method without arguments. */
function nullary(name: string, run: () => unknown): Static {
  return fn(name.slice(name.indexOf('.') + 1), (args, kwargs) => {
    if (kwargs !== null && Object.keys(kwargs).length > 0) throw typeError(`${name}() takes no keyword arguments`);
    if (args.length > 0) throw typeError(`${name}() takes no arguments (${args.length} given)`);
    return run();
  });
}

function dateStatics(now: () => Date): Readonly<Record<string, Static>> {
  return {
    min: () => new PyDate(1),
    max: () => PyDate.of({ year: 9999, month: 12, day: 31 }),
    resolution: () => new TimeDelta(1, 0),
    today: nullary('date.today', () => new PyDate(localNow(now).ordinal)),
    fromordinal: one('fromordinal', '1', (ordinal) => new PyDate(checkedOrdinal(ordinal))),
    fromisoformat: one('fromisoformat', 'one', (text) => new PyDate(parseIsoDate(isoArgument(text)))),
    fromisocalendar: fn('fromisocalendar', (args, kwargs) => new PyDate(isoOrdinal(args, kwargs))),
    fromtimestamp: one('fromtimestamp', 'one', (stamp) => new PyDate(fromTimestamp(stamp, undefined).ordinal)),
  };
}

function dateTimeStatics(now: () => Date): Readonly<Record<string, Static>> {
  return {
    min: () => new DateTime(1, 0),
    max: () =>
      DateTime.at({ year: 9999, month: 12, day: 31 }, { hour: 23, minute: 59, second: 59, microsecond: 999_999 }),
    resolution: () => new TimeDelta(0, 1),
    now: fn('now', (args, kwargs) => {
      const [zone] = bindNative(['tz'], 0, args, kwargs, 'now');
      return inZoneOrLocal(DateTime.fromEpochMillis(now().getTime(), null), zoneField(zone));
    }),
    today: nullary('datetime.today', () => localNow(now)),
    utcnow: nullary('datetime.utcnow', () => DateTime.fromEpochMillis(now().getTime(), null)),
    fromtimestamp: fn('fromtimestamp', (args, kwargs) => {
      const [stamp, zone] = bindNative(['timestamp', 'tz'], 1, args, kwargs, 'fromtimestamp');
      return fromTimestamp(stamp, zone);
    }),
    utcfromtimestamp: one('utcfromtimestamp', '1', momentOfStamp),
    fromordinal: one('fromordinal', '1', (ordinal) => new DateTime(checkedOrdinal(ordinal), 0)),
    fromisoformat: one('fromisoformat', 'one', (text) => parseIsoDateTime(isoArgument(text))),
    fromisocalendar: fn('fromisocalendar', (args, kwargs) => new DateTime(isoOrdinal(args, kwargs), 0)),
    strptime: fn('strptime', (args) => {
      if (args.length !== 2) throw typeError(`strptime() takes exactly 2 arguments (${args.length} given)`);
      return strptime(textArgument(args[0], 1), textArgument(args[1], 2));
    }),
    combine: fn('combine', (args, kwargs) =>
      combine(bindNative(['date', 'time', 'tzinfo'], 2, args, kwargs, 'combine')),
    ),
  };
}

function inZoneOrLocal(utc: DateTime, zone: TzInfo | null): DateTime {
  if (zone !== null) return zone.fromUtc(utc.withZone(zone));
  return localZone(utc, true).fromUtc(utc).withZone(null);
}

function localNow(now: () => Date): DateTime {
  return inZoneOrLocal(DateTime.fromEpochMillis(now().getTime(), null), null);
}

function fromTimestamp(stamp: unknown, zone: unknown): DateTime {
  return inZoneOrLocal(momentOfStamp(stamp), zoneField(zone));
}

function checkedOrdinal(value: unknown): number {
  const ordinal = intField(value);
  if (ordinal < 1) throw valueError('ordinal must be >= 1');
  if (ordinal > lastOrdinal) throw valueError(`year ${fromOrdinal(ordinal).year} is out of range`);
  return ordinal;
}

function isoArgument(text: unknown): string {
  if (typeof text !== 'string') throw typeError('fromisoformat: argument must be str');
  return text;
}

function textArgument(value: unknown, position: number): string {
  if (typeof value !== 'string') throw typeError(`strptime() argument ${position} must be str, not ${typeName(value)}`);
  return value;
}

/** A component of an ISO date. Throws ValueError beyond 32 bits. */
function isoField(value: unknown): number {
  if (isInt(value) && Math.abs(Number(value)) > 2 ** 31 - 1) throw valueError('ISO calendar component out of range');
  return intField(value);
}

function isoOrdinal(args: readonly unknown[], kwargs: Keywords | null): number {
  const given = bindNative(['year', 'week', 'day'], 3, args, kwargs, 'fromisocalendar').map(isoField);
  const [year = 0, week = 0, day = 0] = given;
  if (year < 1 || year > 9999) throw valueError(`Year is out of range: ${year}`);
  if (week < 1 || week > isoWeeks(year)) throw valueError(`Invalid week: ${week}`);
  if (day < 1 || day > 7) throw valueError(`Invalid day: ${day} (range is [1, 7])`);
  const ordinal = fromIsoCalendar(year, week, day);
  if (ordinal > lastOrdinal) throw valueError('year 10000 is out of range');
  return ordinal;
}

function combine([date, time, zone]: readonly unknown[]): DateTime {
  if (!(date instanceof PyDate)) throw typeError(`combine() argument 1 must be datetime.date, not ${typeName(date)}`);
  if (!(time instanceof PyTime)) throw typeError(`combine() argument 2 must be datetime.time, not ${typeName(time)}`);
  return new DateTime(date.ordinal, time.micros, zone === undefined ? time.zone : zoneField(zone), time.fold);
}
