import { noArguments } from '../../methods/declare.ts';
import type { Method, MethodTable } from '../../methods/method.ts';
import type { OrderOperator } from '../../values/host-object.ts';
import { typeError, valueError } from '../../values/py-error.ts';
import { repr } from '../../values/repr.ts';
import { typeName } from '../../values/type-name.ts';
import { bindNative, boundMethod, classAttributes, classMethod, PythonClass } from '../python-class.ts';
import { formatArgument, holds, PyDate } from './date.ts';
import {
  type ClockFields,
  checkedClock,
  clockMicros,
  clockOf,
  clockText,
  foldField,
  intField,
  zoneField,
} from './fields.ts';
import { strftime } from './strftime.ts';
import { TimeDelta } from './time-delta.ts';
import { offsetText, type TzInfo } from './tz-info.ts';

const names = ['hour', 'minute', 'second', 'microsecond', 'tzinfo', 'fold'] as const;

/** Python's `time`: a time of day. */
export class PyTime {
  readonly __type__ = 'datetime.time';
  readonly micros: number;
  readonly zone: TzInfo | null;
  readonly fold: 0 | 1;

  constructor(micros: number, zone: TzInfo | null = null, fold: 0 | 1 = 0) {
    this.micros = micros;
    this.zone = zone;
    this.fold = fold;
  }

  get fields(): ClockFields {
    return clockOf(this.micros);
  }

  __getattr__(name: string): unknown {
    if (name === 'tzinfo') return this.zone;
    if (name === 'fold') return this.fold;
    const clock: Readonly<Record<string, number>> = { ...this.fields };
    return Object.hasOwn(clock, name) ? clock[name] : boundMethod<PyTime>(methods, this, name);
  }

  __str__(): string {
    return isoText(this, 'auto');
  }

  __repr__(): string {
    const { hour, minute, second, microsecond } = this.fields;
    const last = microsecond > 0 ? 4 : second > 0 ? 3 : 2;
    const parts = [hour, minute, second, microsecond].slice(0, last).map(String);
    if (this.zone !== null) parts.push(`tzinfo=${repr(this.zone)}`);
    if (this.fold === 1) parts.push('fold=1');
    return `datetime.time(${parts.join(', ')})`;
  }

  __format__(spec: string): string {
    return spec === '' ? this.__str__() : format(this, spec);
  }

  __eq__(other: unknown): boolean {
    return (
      other instanceof PyTime && (this.zone === null) === (other.zone === null) && utcMicros(this) === utcMicros(other)
    );
  }

  __hash__(): string {
    return `\0time${utcMicros(this)}`;
  }

  __compare__(operator: OrderOperator, other: unknown): boolean | undefined {
    if (!(other instanceof PyTime)) return undefined;
    if ((this.zone === null) !== (other.zone === null)) {
      throw typeError("can't compare offset-naive and offset-aware times");
    }
    return holds(operator, utcMicros(this) - utcMicros(other));
  }
}

function utcMicros(time: PyTime): number {
  const offset = time.zone?.utcOffset(null) ?? new TimeDelta(0, 0);
  return time.micros - Number(offset.totalMicros);
}

function isoText(time: PyTime, timespec: string): string {
  const offset = time.zone?.utcOffset(null) ?? null;
  return clockText(time.fields, timespec) + (offset === null ? '' : offsetText(offset, ':'));
}

function format(time: PyTime, spec: string): string {
  const offset = time.zone?.utcOffset(null) ?? null;
  return strftime(PyDate.of({ year: 1900, month: 1, day: 1 }), spec, {
    clock: time.fields,
    offset: offset === null ? '' : offsetText(offset, ''),
    zone: time.zone?.tzName(null) ?? '',
  });
}

const replace: Method<PyTime> = (self, args, kwargs) => {
  const given = bindNative(names, 0, args, kwargs, 'replace');
  const own = self.fields;
  const pick = (i: number, value: number): number => (given[i] === undefined ? value : intField(given[i]));
  const clock = {
    hour: pick(0, own.hour),
    minute: pick(1, own.minute),
    second: pick(2, own.second),
    microsecond: pick(3, own.microsecond),
  };
  const zone = given[4] === undefined ? self.zone : zoneField(given[4]);
  return new PyTime(clockMicros(checkedClock(clock)), zone, given[5] === undefined ? self.fold : foldField(given[5]));
};

const methods: MethodTable<PyTime> = new Map<string, Method<PyTime>>([
  [
    'isoformat',
    (self, args, kwargs) => {
      const [spec = 'auto'] = bindNative(['timespec'], 0, args, kwargs, 'isoformat');
      if (typeof spec !== 'string') throw typeError(`isoformat() argument 1 must be str, not ${typeName(spec)}`);
      return isoText(self, spec);
    },
  ],
  ['replace', replace],
  ['strftime', (self, args, kwargs) => format(self, formatArgument(args, kwargs))],
  noArguments('time.utcoffset', (self: PyTime) => self.zone?.utcOffset(null) ?? null),
  noArguments('time.tzname', (self: PyTime) => self.zone?.tzName(null) ?? null),
  noArguments('time.dst', (self: PyTime) => self.zone?.dst(null) ?? null),
]);

/** Reads `hh[:mm[:ss[.ffffff]]]`. Throws ValueError. */
function fromIso(text: unknown): PyTime {
  if (typeof text !== 'string') throw typeError('fromisoformat: argument must be str');
  const match = /^T?(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?)?$/.exec(text);
  if (match === null) throw valueError(`Invalid isoformat string: ${repr(text)}`);
  const [, hour, minute = '0', second = '0', fraction = ''] = match;
  return new PyTime(
    clockMicros(
      checkedClock({
        hour: Number(hour),
        minute: Number(minute),
        second: Number(second),
        microsecond: Number(fraction.slice(0, 6).padEnd(6, '0')),
      }),
    ),
  );
}

const statics: Readonly<Record<string, () => unknown>> = {
  min: () => new PyTime(0),
  max: () => new PyTime(86_399_999_999),
  resolution: () => new TimeDelta(0, 1),
  fromisoformat: () =>
    classMethod('fromisoformat', (args) => {
      if (args.length === 1) return fromIso(args[0]);
      throw typeError(`time.fromisoformat() takes exactly one argument (${args.length} given)`);
    }),
};
classAttributes.set('datetime.time', statics);

/** The class `datetime.time`. */
export const timeClass: PythonClass = new PythonClass('datetime.time', {
  construct: (args, kwargs) => {
    const [hour, minute, second, microsecond, zone, fold] = bindNative(names, 0, args, kwargs);
    const clock = {
      hour: intField(hour ?? 0),
      minute: intField(minute ?? 0),
      second: intField(second ?? 0),
      microsecond: intField(microsecond ?? 0),
    };
    return new PyTime(clockMicros(checkedClock(clock)), zoneField(zone), foldField(fold));
  },
  statics,
  members: [
    {
      owner: 'datetime.time',
      methods,
      attributes: ['hour', 'minute', 'second', 'microsecond', 'tzinfo', 'fold'],
      isInstance: (value) => value instanceof PyTime,
    },
  ],
});
