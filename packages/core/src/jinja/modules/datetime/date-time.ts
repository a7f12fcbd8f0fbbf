import type { BinaryOperator, OrderOperator } from '../../values/host-object.ts';
import { typeError } from '../../values/py-error.ts';
import { repr } from '../../values/repr.ts';
import { boundMethod } from '../python-class.ts';
import { toOrdinal, type YearMonthDay } from './calendar.ts';
import { cannotCompare, holds, PyDate } from './date.ts';
import { dateTimeMethods } from './date-time-methods.ts';
import { type ClockFields, checkedClock, checkedDate, clockMicros, clockOf, clockText, dateText } from './fields.ts';
import { strftime } from './strftime.ts';
import { dayMicros, TimeDelta } from './time-delta.ts';
import { offsetText, type TzInfo } from './tz-info.ts';

/** The ordinal of 1 January 1970. */
export const epochOrdinal = 719_163;

/** Python's `datetime`: a day, the microseconds since midnight, and a zone unless it is naive. */
export class DateTime extends PyDate {
  override readonly __type__: string = 'datetime.datetime';
  readonly micros: number;
  readonly zone: TzInfo | null;
  readonly fold: 0 | 1;

  constructor(ordinal: number, micros: number, zone: TzInfo | null = null, fold: 0 | 1 = 0) {
    super(ordinal + Math.floor(micros / dayMicros));
    this.micros = micros - Math.floor(micros / dayMicros) * dayMicros;
    this.zone = zone;
    this.fold = fold;
  }

  /** Makes one of its fields. Throws ValueError for fields out of range. */
  static at(date: YearMonthDay, clock: ClockFields, zone: TzInfo | null = null, fold: 0 | 1 = 0): DateTime {
    return new DateTime(toOrdinal(checkedDate(date)), clockMicros(checkedClock(clock)), zone, fold);
  }

  /** The moment of milliseconds since 1970 as UTC fields. */
  static fromEpochMillis(millis: number, zone: TzInfo | null): DateTime {
    const micros = Math.round(millis * 1000);
    const days = Math.floor(micros / dayMicros);
    return new DateTime(epochOrdinal + days, micros - days * dayMicros, zone);
  }

  get clock(): ClockFields {
    return clockOf(this.micros);
  }

  get offset(): TimeDelta | null {
    return this.zone?.utcOffset(this) ?? null;
  }

  /** Microseconds since 1970 of the fields, as if they were UTC, less the offset. */
  get epochMicros(): bigint {
    const local = BigInt(this.ordinal - epochOrdinal) * BigInt(dayMicros) + BigInt(this.micros);
    return local - (this.offset?.totalMicros ?? 0n);
  }

  plus(delta: TimeDelta): DateTime {
    return new DateTime(this.ordinal + delta.days, this.micros + delta.micros, this.zone);
  }

  /** Another moment from fields. Throws ValueError for fields out of range. */
  with(date: YearMonthDay, clock: ClockFields, zone: TzInfo | null, fold: 0 | 1): DateTime {
    return DateTime.at(date, clock, zone, fold);
  }

  withZone(zone: TzInfo | null, fold: 0 | 1 = 0): DateTime {
    return new DateTime(this.ordinal, this.micros, zone, fold);
  }

  override __getattr__(name: string): unknown {
    if (name === 'tzinfo') return this.zone;
    if (name === 'fold') return this.fold;
    const clock: Readonly<Record<string, number>> = { ...this.clock };
    if (Object.hasOwn(clock, name)) return clock[name];
    return boundMethod<DateTime>(dateTimeMethods, this, name) ?? super.__getattr__(name);
  }

  override __str__(): string {
    return this.isoText(' ', 'auto');
  }

  isoText(separator: string, timespec: string): string {
    const offset = this.offset === null ? '' : offsetText(this.offset, ':');
    return dateText(this.fields) + separator + clockText(this.clock, timespec) + offset;
  }

  override __repr__(): string {
    const { year, month, day } = this.fields;
    const { hour, minute, second, microsecond } = this.clock;
    const last = microsecond > 0 ? 7 : second > 0 ? 6 : 5;
    const parts = [year, month, day, hour, minute, second, microsecond].slice(0, last).map(String);
    if (this.fold === 1) parts.push('fold=1');
    if (this.zone !== null) parts.push(`tzinfo=${repr(this.zone)}`);
    return `datetime.datetime(${parts.join(', ')})`;
  }

  override formatted(format: string): string {
    return strftime(this, format, {
      clock: this.clock,
      offset: this.offset === null ? '' : offsetText(this.offset, ''),
      zone: this.zone?.tzName(this) ?? '',
    });
  }

  override __eq__(other: unknown): boolean {
    if (!(other instanceof DateTime)) return false;
    return (this.offset === null) === (other.offset === null) && this.epochMicros === other.epochMicros;
  }

  override __hash__(): string {
    return `\0dt${this.epochMicros}`;
  }

  override __compare__(operator: OrderOperator, other: unknown): boolean | undefined {
    if (!(other instanceof PyDate)) return undefined;
    if (!(other instanceof DateTime)) throw cannotCompare(this, other);
    if ((this.offset === null) !== (other.offset === null)) {
      throw typeError("can't compare offset-naive and offset-aware datetimes");
    }
    return holds(operator, Number(this.epochMicros - other.epochMicros));
  }

  override __binary__(operator: BinaryOperator, other: unknown, reflected: boolean): unknown {
    if (operator === '+' && other instanceof TimeDelta) return this.plus(other);
    if (operator !== '-' || reflected) return undefined;
    if (other instanceof TimeDelta) return this.plus(other.__neg__());
    return other instanceof DateTime ? difference(this, other) : undefined;
  }
}

function difference(a: DateTime, b: DateTime): TimeDelta {
  if (a.zone === b.zone) return new TimeDelta(a.ordinal - b.ordinal, a.micros - b.micros);
  if ((a.offset === null) !== (b.offset === null)) {
    throw typeError("can't subtract offset-naive and offset-aware datetimes");
  }
  return TimeDelta.fromMicros(a.epochMicros - b.epochMicros);
}
