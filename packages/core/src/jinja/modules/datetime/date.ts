import { noArguments, oneArgument } from '../../methods/declare.ts';
import type { Method, MethodTable } from '../../methods/method.ts';
import type { BinaryOperator, OrderOperator } from '../../values/host-object.ts';
import { NamedTuple } from '../../values/named-tuple.ts';
import { typeError } from '../../values/py-error.ts';
import { typeName } from '../../values/type-name.ts';
import { bindNative, boundMethod } from '../python-class.ts';
import { dayOfYear, fromOrdinal, isoCalendar, lastOrdinal, toOrdinal, weekday, type YearMonthDay } from './calendar.ts';
import { checkedDate, dateText, intField, outOfRange } from './fields.ts';
import { strftime } from './strftime.ts';
import { TimeDelta } from './time-delta.ts';

/** Python's `date`. */
export class PyDate {
  readonly __type__: string = 'datetime.date';
  /** Days since 31 December of year 0. */
  readonly ordinal: number;
  readonly fields: YearMonthDay;

  /** Takes an ordinal. Throws OverflowError outside of the years 1 to 9999. */
  constructor(ordinal: number) {
    if (ordinal < 1 || ordinal > lastOrdinal) throw outOfRange();
    this.ordinal = ordinal;
    this.fields = fromOrdinal(ordinal);
  }

  static of(fields: YearMonthDay): PyDate {
    return new PyDate(toOrdinal(checkedDate(fields)));
  }

  __getattr__(name: string): unknown {
    if (name === 'year' || name === 'month' || name === 'day') return this.fields[name];
    return boundMethod<PyDate>(dateMethods, this, name);
  }

  __str__(): string {
    return dateText(this.fields);
  }

  __repr__(): string {
    const { year, month, day } = this.fields;
    return `datetime.date(${year}, ${month}, ${day})`;
  }

  __format__(spec: string): string {
    return spec === '' ? this.__str__() : this.formatted(spec);
  }

  /** Python's `strftime`. */
  formatted(format: string): string {
    return strftime(this, format);
  }

  __eq__(other: unknown): boolean {
    return other instanceof PyDate && other.__type__ === this.__type__ && other.ordinal === this.ordinal;
  }

  __hash__(): string {
    return `\0date${this.ordinal}`;
  }

  __compare__(operator: OrderOperator, other: unknown): boolean | undefined {
    if (!(other instanceof PyDate)) return undefined;
    if (other.__type__ !== this.__type__) throw cannotCompare(this, other);
    return holds(operator, this.ordinal - other.ordinal);
  }

  __binary__(operator: BinaryOperator, other: unknown, reflected: boolean): unknown {
    if (operator === '+' && other instanceof TimeDelta) return new PyDate(this.ordinal + other.days);
    if (operator !== '-' || reflected) return undefined;
    if (other instanceof TimeDelta) return new PyDate(this.ordinal - other.days);
    const isDate = other instanceof PyDate && other.__type__ === this.__type__;
    return isDate ? new TimeDelta(this.ordinal - other.ordinal, 0) : undefined;
  }
}

/** The error for comparing a date with a datetime. */
export function cannotCompare(a: unknown, b: unknown): Error {
  return typeError(`can't compare ${typeName(a)} to ${typeName(b)}`);
}

/** Whether a difference satisfies an ordering. */
export function holds(operator: OrderOperator, difference: number): boolean {
  if (operator === '<') return difference < 0;
  if (operator === '<=') return difference <= 0;
  return operator === '>' ? difference > 0 : difference >= 0;
}

const replace: Method<PyDate> = (self, args, kwargs) => {
  const [year, month, day] = bindNative(['year', 'month', 'day'], 0, args, kwargs, 'replace');
  const pick = (value: unknown, own: number): number => (value === undefined ? own : intField(value));
  const own = self.fields;
  return PyDate.of({ year: pick(year, own.year), month: pick(month, own.month), day: pick(day, own.day) });
};

/** Python's `struct_time` of a moment. */
export function timeTuple(date: PyDate, hour: number, minute: number, second: number, isDst: number): NamedTuple {
  const { year, month, day } = date.fields;
  return NamedTuple.make(
    {
      tm_year: year,
      tm_mon: month,
      tm_mday: day,
      tm_hour: hour,
      tm_min: minute,
      tm_sec: second,
      tm_wday: weekday(date.ordinal),
      tm_yday: dayOfYear(date.fields),
      tm_isdst: isDst,
    },
    'time.struct_time',
    { tm_zone: null, tm_gmtoff: null, n_fields: 11, n_sequence_fields: 9, n_unnamed_fields: 0 },
  );
}

/** Methods of `date`, which `datetime` has too unless it brings its own. */
export const dateMethods: MethodTable<PyDate> = new Map<string, Method<PyDate>>([
  noArguments('date.ctime', (self: PyDate) => strftime(self, `%a %b %e %H:%M:%S ${fullYear(self)}`)),
  noArguments('date.isocalendar', (self: PyDate) => {
    const { year, week, day } = isoCalendar(self.ordinal);
    return NamedTuple.make({ year, week, weekday: day }, 'datetime.IsoCalendarDate');
  }),
  noArguments('date.isoformat', (self: PyDate) => dateText(self.fields)),
  noArguments('date.isoweekday', (self: PyDate) => weekday(self.ordinal) + 1),
  noArguments('date.weekday', (self: PyDate) => weekday(self.ordinal)),
  noArguments('date.toordinal', (self: PyDate) => self.ordinal),
  noArguments('date.timetuple', (self: PyDate) => timeTuple(self, 0, 0, 0, -1)),
  ['replace', replace],
  ['strftime', (self, args, kwargs) => self.formatted(formatArgument(args, kwargs))],
  oneArgument('date.__format__', (self: PyDate, spec) => self.__format__(String(spec))),
]);

/** The format of a `strftime` call. */
export function formatArgument(args: readonly unknown[], kwargs: Readonly<Record<string, unknown>> | null): string {
  const [format] = bindNative(['format'], 1, args, kwargs, 'strftime');
  if (typeof format !== 'string') throw typeError(`strftime() argument 1 must be str, not ${typeName(format)}`);
  return format;
}

/** The year in four digits, which `ctime` has and `%Y` has not. */
export function fullYear({ fields }: { readonly fields: YearMonthDay }): string {
  return String(fields.year).padStart(4, '0');
}
