import { oneArgument } from '../../methods/declare.ts';
import type { MethodTable } from '../../methods/method.ts';
import { hostOf } from '../../values/host-object.ts';
import { PyError, typeError, valueError } from '../../values/py-error.ts';
import { strRepr } from '../../values/repr.ts';
import { typeName } from '../../values/type-name.ts';
import { isUndefined } from '../../values/undefined.ts';
import { boundMethod } from '../python-class.ts';
import type { DateTime } from './date-time.ts';
import { TimeDelta } from './time-delta.ts';

/** Python's `tzinfo`: what a datetime asks for its distance to UTC. `when` null: asked without a datetime. */
export abstract class TzInfo {
  abstract readonly __type__: string;
  abstract utcOffset(when: DateTime | null): TimeDelta | null;
  abstract tzName(when: DateTime | null): string | null;
  abstract dst(when: DateTime | null): TimeDelta | null;
  /** Gives local time for a datetime whose fields are UTC and whose tzinfo is this. */
  abstract fromUtc(utc: DateTime): DateTime;

  /** Whether a datetime with that tzinfo may be given to `fromutc`. */
  isOf(zone: TzInfo | null): boolean {
    return zone === this;
  }

  __getattr__(name: string): unknown {
    return boundMethod<TzInfo>(tzMethods, this, name);
  }
}

/** What a zone is asked about: a datetime or None. Throws AttributeError for other values. */
function asked(when: unknown): DateTime | null {
  if (when === null) return null;
  if (isUndefined(when)) throw when.error();
  if (hostOf(when)?.__type__ === 'datetime.datetime') return when as DateTime;
  throw new PyError('AttributeError', `'${typeName(when)}' object has no attribute 'tzinfo'`);
}

/** The local time of a datetime in UTC that names this zone. Throws ValueError for one that names another. */
function fromUtc(self: TzInfo, when: unknown): DateTime {
  const utc = asked(when);
  if (utc === null) throw typeError('fromutc: argument must be a datetime');
  if (!self.isOf(utc.zone)) throw valueError('fromutc: dt.tzinfo is not self');
  return self.fromUtc(utc);
}

/** The methods that every tzinfo has. */
export const tzMethods: MethodTable<TzInfo> = new Map([
  oneArgument('tzinfo.utcoffset', (self: TzInfo, when) => self.utcOffset(asked(when))),
  oneArgument('tzinfo.tzname', (self: TzInfo, when) => self.tzName(asked(when))),
  oneArgument('tzinfo.dst', (self: TzInfo, when) => self.dst(asked(when))),
  oneArgument('tzinfo.fromutc', fromUtc),
]);

/** Python's `datetime.timezone`: one offset for ever. */
export class FixedZone extends TzInfo {
  readonly __type__ = 'datetime.timezone';
  readonly offset: TimeDelta;
  readonly #name: (() => string) | null;

  /** `name` gives a name of its own; without one the offset is the name. */
  constructor(offset: TimeDelta, name: (() => string) | null = null) {
    super();
    this.offset = offset;
    this.#name = name;
  }

  override utcOffset(): TimeDelta {
    return this.offset;
  }

  override tzName(): string {
    if (this.#name !== null) return this.#name();
    return this.offset.__bool__() ? `UTC${offsetText(this.offset, ':')}` : 'UTC';
  }

  override dst(): null {
    return null;
  }

  override fromUtc(utc: DateTime): DateTime {
    return utc.plus(this.offset);
  }

  __str__(): string {
    return this.tzName();
  }

  __repr__(): string {
    const name = this.#name === null ? '' : `, ${strRepr(this.#name())}`;
    const isUtc = name === '' && !this.offset.__bool__();
    return isUtc ? 'datetime.timezone.utc' : `datetime.timezone(${this.offset.__repr__()}${name})`;
  }

  __eq__(other: unknown): boolean {
    return other instanceof FixedZone && this.offset.__eq__(other.offset);
  }
}

/** `+hh:mm[:ss[.ffffff]]` of an offset, with a separator of your choice. */
export function offsetText(offset: TimeDelta, separator: string): string {
  const negative = offset.days < 0;
  const { micros } = negative ? offset.__neg__() : offset;
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = Math.floor(micros / 1e6);
  const text = two(Math.floor(seconds / 3600)) + separator + two(Math.floor(seconds / 60) % 60);
  const rest = micros % 60_000_000 === 0 ? '' : separator + two(seconds % 60);
  const fraction = micros % 1_000_000 === 0 ? '' : `.${String(micros % 1_000_000).padStart(6, '0')}`;
  return (negative ? '-' : '+') + text + rest + fraction;
}

/** An offset of whole seconds. */
export function secondsDelta(seconds: number): TimeDelta {
  return new TimeDelta(0, seconds * 1e6);
}
