import { noArguments } from '../../methods/declare.ts';
import type { Method, MethodTable } from '../../methods/method.ts';
import { float } from '../../values/number.ts';
import { typeError } from '../../values/py-error.ts';
import { typeName } from '../../values/type-name.ts';
import { bindNative } from '../python-class.ts';
import { fullYear, PyDate, timeTuple } from './date.ts';
import type { DateTime } from './date-time.ts';
import { foldField, intField, zoneField } from './fields.ts';
import { assumedZone, localZone } from './local-zone.ts';
import { PyTime } from './time.ts';
import { FixedZone, secondsDelta } from './tz-info.ts';

/** The parameters of `datetime(…)` and `datetime.replace(…)`. */
export const dateTimeNames = [
  'year',
  'month',
  'day',
  'hour',
  'minute',
  'second',
  'microsecond',
  'tzinfo',
  'fold',
] as const;

/** The UTC of the standard library (`datetime.timezone.utc`). */
export const utcZone: FixedZone = new FixedZone(secondsDelta(0));

const replace: Method<DateTime> = (self, args, kwargs) => {
  const given = bindNative(dateTimeNames, 0, args, kwargs, 'replace');
  const pick = (i: number, own: number): number => (given[i] === undefined ? own : intField(given[i]));
  const { fields, clock } = self;
  return self.with(
    { year: pick(0, fields.year), month: pick(1, fields.month), day: pick(2, fields.day) },
    {
      hour: pick(3, clock.hour),
      minute: pick(4, clock.minute),
      second: pick(5, clock.second),
      microsecond: pick(6, clock.microsecond),
    },
    given[7] === undefined ? self.zone : zoneField(given[7]),
    given[8] === undefined ? self.fold : foldField(given[8]),
  );
};

const isoformat: Method<DateTime> = (self, args, kwargs) => {
  const [separator = 'T', spec = 'auto'] = bindNative(['sep', 'timespec'], 0, args, kwargs, 'isoformat');
  if (typeof separator !== 'string' || Array.from(separator).length !== 1) {
    throw typeError(`isoformat() argument 1 must be a unicode character, not ${typeName(separator)}`);
  }
  if (typeof spec !== 'string') throw typeError(`isoformat() argument 2 must be str, not ${typeName(spec)}`);
  return self.isoText(separator, spec);
};

const astimezone: Method<DateTime> = (self, args, kwargs) => {
  const [given = null] = bindNative(['tz'], 0, args, kwargs, 'astimezone');
  return inZone(self, zoneField(given));
};

/** The same moment in another zone; null: in the machine's. A naive datetime counts as the machine's time. */
export function inZone(self: DateTime, zone: ReturnType<typeof zoneField>): DateTime {
  const aware = self.offset === null ? self.withZone(assumedZone(self)) : self;
  const offset = aware.offset ?? secondsDelta(0);
  const utc = aware.plus(offset.__neg__());
  const target = zone ?? localZone(utc, true);
  return target.fromUtc(utc.withZone(target));
}

/** Methods of `datetime` beyond those of `date`. */
export const dateTimeMethods: MethodTable<DateTime> = new Map<string, Method<DateTime>>([
  ['replace', replace],
  ['isoformat', isoformat],
  ['astimezone', astimezone],
  noArguments('datetime.ctime', (self: DateTime) => self.formatted(`%a %b %e %H:%M:%S ${fullYear(self)}`)),
  noArguments('datetime.date', (self: DateTime) => new PyDate(self.ordinal)),
  noArguments('datetime.time', (self: DateTime) => new PyTime(self.micros, null, self.fold)),
  noArguments('datetime.timetz', (self: DateTime) => new PyTime(self.micros, self.zone, self.fold)),
  noArguments('datetime.timestamp', (self: DateTime) => float(epochSeconds(self))),
  noArguments('datetime.utcoffset', (self: DateTime) => self.offset),
  noArguments('datetime.tzname', (self: DateTime) => self.zone?.tzName(self) ?? null),
  noArguments('datetime.dst', (self: DateTime) => self.zone?.dst(self) ?? null),
  noArguments('datetime.timetuple', (self: DateTime) => {
    const { hour, minute, second } = self.clock;
    const dst = self.zone?.dst(self);
    return timeTuple(self, hour, minute, second, dst === null || dst === undefined ? -1 : Number(dst.__bool__()));
  }),
  noArguments('datetime.utctimetuple', (self: DateTime) => {
    const utc = self.offset === null ? self : self.plus(self.offset.__neg__());
    return timeTuple(utc, utc.clock.hour, utc.clock.minute, utc.clock.second, 0);
  }),
]);

function epochSeconds(self: DateTime): number {
  const aware = self.offset === null ? self.withZone(assumedZone(self)) : self;
  return Number(aware.epochMicros) / 1e6;
}
