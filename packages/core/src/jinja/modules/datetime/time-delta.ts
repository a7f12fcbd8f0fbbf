import { noArguments } from '../../methods/declare.ts';
import type { MethodTable } from '../../methods/method.ts';
import { toInt } from '../../values/convert.ts';
import { exactOfFloat } from '../../values/decimal.ts';
import type { BinaryOperator, OrderOperator } from '../../values/host-object.ts';
import { float, int, isFloat, isInt, type PyFloat, toNumber } from '../../values/number.ts';
import { PyError, typeError, valueError } from '../../values/py-error.ts';
import { typeName } from '../../values/type-name.ts';
import { bindNative, boundMethod, classAttributes, PythonClass } from '../python-class.ts';

/** Microseconds of a day. */
export const dayMicros = 86_400_000_000;

const dayMicrosBig = BigInt(dayMicros);
const largestDays = 999_999_999;
const units = ['days', 'seconds', 'microseconds', 'milliseconds', 'minutes', 'hours', 'weeks'] as const;
const unitMicros: Readonly<Record<(typeof units)[number], bigint>> = {
  days: dayMicrosBig,
  seconds: 1_000_000n,
  microseconds: 1n,
  milliseconds: 1000n,
  minutes: 60_000_000n,
  hours: 3_600_000_000n,
  weeks: 7n * dayMicrosBig,
};

/** Python's `timedelta`: whole days and the microseconds of a day (never negative). */
export class TimeDelta {
  readonly __type__ = 'datetime.timedelta';
  readonly days: number;
  readonly micros: number;

  /** Takes any days and microseconds and normalizes them. Throws OverflowError beyond Python's range. */
  constructor(days: number, micros: number) {
    const carry = Math.floor(micros / dayMicros);
    this.days = days + carry;
    this.micros = micros - carry * dayMicros;
    if (Math.abs(this.days) > 2_147_483_647) {
      throw new PyError('OverflowError', 'Python int too large to convert to C int');
    }
    if (Math.abs(this.days) > largestDays) {
      throw new PyError('OverflowError', `days=${this.days}; must have magnitude <= ${largestDays}`);
    }
  }

  static fromMicros(total: bigint): TimeDelta {
    const days = total / dayMicrosBig - (total % dayMicrosBig < 0n ? 1n : 0n);
    return new TimeDelta(Number(days), Number(total - days * dayMicrosBig));
  }

  get totalMicros(): bigint {
    return BigInt(this.days) * dayMicrosBig + BigInt(this.micros);
  }

  get totalSeconds(): number {
    return Number(this.totalMicros) / 1e6;
  }

  __getattr__(name: string): unknown {
    if (name === 'days') return this.days;
    if (name === 'seconds') return Math.floor(this.micros / 1e6);
    if (name === 'microseconds') return this.micros % 1_000_000;
    return boundMethod(methods, this as TimeDelta, name);
  }

  __str__(): string {
    const days = this.days === 0 ? '' : `${this.days} day${Math.abs(this.days) === 1 ? '' : 's'}, `;
    return days + clockText(this.micros);
  }

  __repr__(): string {
    const parts = [
      ['days', this.days],
      ['seconds', Math.floor(this.micros / 1e6)],
      ['microseconds', this.micros % 1_000_000],
    ].filter(([, value]) => value !== 0);
    return `datetime.timedelta(${parts.length === 0 ? '0' : parts.map(([k, v]) => `${k}=${v}`).join(', ')})`;
  }

  __bool__(): boolean {
    return this.days !== 0 || this.micros !== 0;
  }

  __eq__(other: unknown): boolean {
    return other instanceof TimeDelta && other.days === this.days && other.micros === this.micros;
  }

  __hash__(): string {
    return `\0td${this.days}:${this.micros}`;
  }

  __compare__(operator: OrderOperator, other: unknown): boolean | undefined {
    if (!(other instanceof TimeDelta)) return undefined;
    const difference = this.days - other.days || this.micros - other.micros;
    if (operator === '<') return difference < 0;
    if (operator === '<=') return difference <= 0;
    return operator === '>' ? difference > 0 : difference >= 0;
  }

  __neg__(): TimeDelta {
    return new TimeDelta(-this.days, -this.micros);
  }

  __abs__(): TimeDelta {
    return this.days < 0 ? this.__neg__() : this;
  }

  __binary__(operator: BinaryOperator, other: unknown, reflected: boolean): unknown {
    if (other instanceof TimeDelta) return betweenDeltas(operator, reflected ? other : this, reflected ? this : other);
    if (!isInt(other) && !isFloat(other) && typeof other !== 'boolean') return undefined;
    if (operator === '*') return scale(this, other);
    return reflected ? undefined : divide(operator, this, other);
  }
}

const methods: MethodTable<TimeDelta> = new Map([
  noArguments('timedelta.total_seconds', (self: TimeDelta) => float(self.totalSeconds)),
]);

function betweenDeltas(operator: BinaryOperator, a: TimeDelta, b: TimeDelta): unknown {
  if (operator === '+') return new TimeDelta(a.days + b.days, a.micros + b.micros);
  if (operator === '-') return new TimeDelta(a.days - b.days, a.micros - b.micros);
  if (operator !== '/' && operator !== '//' && operator !== '%') return undefined;
  const divisor = b.totalMicros;
  if (divisor === 0n) throw divisionByZero(operator);
  if (operator === '/') return float(Number(a.totalMicros) / Number(divisor));
  const quotient = floorDivide(a.totalMicros, divisor);
  return operator === '//' ? int(quotient) : TimeDelta.fromMicros(a.totalMicros - quotient * divisor);
}

function scale(delta: TimeDelta, factor: number | bigint | boolean | PyFloat): TimeDelta {
  if (isInt(factor) || typeof factor === 'boolean') return TimeDelta.fromMicros(delta.totalMicros * BigInt(factor));
  const [top, bottom] = floatParts(toNumber(factor));
  return TimeDelta.fromMicros(roundedQuotient(delta.totalMicros * top, bottom));
}

function divide(operator: BinaryOperator, delta: TimeDelta, by: unknown): unknown {
  if (operator !== '/' && operator !== '//') return undefined;
  if (isFloat(by)) {
    if (operator === '//') return undefined;
    if (toNumber(by) === 0) throw new PyError('ZeroDivisionError', 'division by zero');
    const [top, bottom] = floatParts(toNumber(by));
    return TimeDelta.fromMicros(roundedQuotient(delta.totalMicros * bottom, top));
  }
  const divisor = BigInt(by as number);
  if (divisor === 0n) throw divisionByZero('//');
  if (operator === '//') return TimeDelta.fromMicros(floorDivide(delta.totalMicros, divisor));
  return TimeDelta.fromMicros(roundedQuotient(delta.totalMicros, divisor));
}

function divisionByZero(operator: '/' | '//' | '%'): PyError {
  const words = { '/': 'division by zero', '//': 'integer division or modulo by zero', '%': 'integer modulo by zero' };
  return new PyError('ZeroDivisionError', words[operator]);
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function roundedQuotient(a: bigint, b: bigint): bigint {
  const floor = floorDivide(a, b);
  const rest = (a - floor * b) * 2n;
  const [size, whole] = b < 0n ? [-rest, -b] : [rest, b];
  return size > whole || (size === whole && floor % 2n !== 0n) ? floor + 1n : floor;
}

/** A float as the quotient of two ints. Throws ValueError and OverflowError for what is none. */
function floatParts(value: number): [top: bigint, bottom: bigint] {
  if (Number.isNaN(value)) throw valueError('cannot convert NaN to integer ratio');
  if (!Number.isFinite(value)) throw new PyError('OverflowError', 'cannot convert Infinity to integer ratio');
  const { coefficient, exponent } = exactOfFloat(value);
  return [coefficient, 10n ** BigInt(-exponent)];
}

/** An int and a fraction more, rounded: of a half, so that the whole is even. */
function roundedSum(exact: bigint, fraction: number): bigint {
  const floor = exact + BigInt(Math.floor(fraction));
  const rest = fraction - Math.floor(fraction);
  return rest > 0.5 || (rest === 0.5 && floor % 2n !== 0n) ? floor + 1n : floor;
}

/** `h:mm:ss[.ffffff]` of the microseconds of a day, as `str(timedelta)` has it. */
function clockText(micros: number): string {
  const seconds = Math.floor(micros / 1e6);
  const two = (value: number): string => String(value).padStart(2, '0');
  const rest = micros % 1_000_000;
  const fraction = rest === 0 ? '' : `.${String(rest).padStart(6, '0')}`;
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction}`;
}

const statics: Readonly<Record<string, () => unknown>> = {
  min: () => new TimeDelta(-largestDays, 0),
  max: () => new TimeDelta(largestDays, dayMicros - 1),
  resolution: () => new TimeDelta(0, 1),
};
classAttributes.set('datetime.timedelta', statics);

/** The class `datetime.timedelta`. */
export const timeDeltaClass: PythonClass = new PythonClass('datetime.timedelta', {
  construct: (args, kwargs) => {
    const values = bindNative(units, 0, args, kwargs, '__new__');
    let exact = 0n;
    let fraction = 0;
    units.forEach((unit, i) => {
      const value = values[i];
      if (value === undefined) return;
      if (isInt(value) || typeof value === 'boolean') exact += BigInt(value) * unitMicros[unit];
      else if (isFloat(value)) {
        const whole = Number(toInt(value));
        exact += BigInt(whole) * unitMicros[unit];
        fraction += (toNumber(value) - whole) * Number(unitMicros[unit]);
      } else throw typeError(`unsupported type for timedelta ${unit} component: ${typeName(value)}`);
    });
    return TimeDelta.fromMicros(roundedSum(exact, fraction));
  },
  statics,
  members: [
    {
      owner: 'datetime.timedelta',
      methods,
      attributes: ['days', 'seconds', 'microseconds'],
      isInstance: (value) => value instanceof TimeDelta,
    },
  ],
});
