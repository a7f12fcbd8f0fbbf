import { precision, rescale } from '../../jinja/values/decimal.ts';
import { binary, compare, Decimal, PyError, toStr, typeName } from '../../jinja/values/index.ts';
import type { TableColumn } from './table.ts';

/** Arithmetic of decimals as Python's. Throws DivisionByZero, InvalidOperation. */
export function calculate(a: Decimal, operator: '+' | '-' | '*' | '/', b: Decimal): Decimal {
  return binary(operator, a, b) as Decimal;
}

/** The whole number next to a decimal, half to even where no other way is asked for. */
export function whole(value: Decimal, rounding?: string): Decimal {
  return value.exponent < 0 ? rescale(value, 0, rounding) : value;
}

export function decimalOf(value: number): Decimal {
  return new Decimal(BigInt(value), 0);
}

/** The digits behind the point that the most precise of some values needs, as far as Python's decimals go. */
export function placesOf(values: Iterable<unknown>): number {
  let digits = 1;
  let places = 0;
  for (const value of values) {
    if (!(value instanceof Decimal) || !value.isFinite) continue;
    const { coefficient, exponent } = value.normalized();
    digits = Math.max(digits, digitsOf(coefficient) + exponent);
    places = Math.max(places, -exponent);
  }
  return digits + places > precision ? precision - digits : places;
}

function digitsOf(coefficient: bigint): number {
  return String(coefficient).replace('-', '').length;
}

/** A number with thousands apart, and so many digits behind the point. */
export function numberText(value: unknown, places: number): string {
  if (value instanceof Decimal && value.kind === 'Infinity') return toStr(value);
  const text = value instanceof Decimal && value.isFinite ? toStr(rescale(value, -places)) : toStr(value);
  const [before = '', fraction = ''] = text.split('.');
  const digits = fraction.padEnd(places, '0');
  return before.replace(/\B(?=(\d{3})+$)/g, ',') + (digits === '' ? '' : `.${digits}`);
}

/** The least and the greatest value of a column. Throws AttributeError, as Python, for what is no decimal. */
export function limitsOf(column: TableColumn): [least: Decimal, greatest: Decimal] {
  const known = column.known();
  const pick = (operator: '<' | '>'): unknown =>
    known.reduce((best, value) => (compare(operator, value, best) ? value : best), known[0] ?? null);
  return [decimal(pick('<')), decimal(pick('>'))];
}

function decimal(value: unknown): Decimal {
  if (value instanceof Decimal) return value;
  throw new PyError('AttributeError', `'${typeName(value)}' object has no attribute 'normalize'`);
}

/** Round limits around the values: down and up to the first digit that both have. Throws TypeError, as Python, for infinite ones. */
export function roundLimits(least: Decimal, greatest: Decimal): [Decimal, Decimal] {
  if (!least.isFinite || !greatest.isFinite)
    throw new PyError('TypeError', "unsupported operand type(s) for +: 'int' and 'str'");
  const [a, b] = [least.normalized(), greatest.normalized()];
  const digits = Math.max(digitsOf(a.coefficient) + a.exponent, digitsOf(b.coefficient) + b.exponent);
  if (digits > 0) {
    const unit = new Decimal(10n ** BigInt(digits - 1), 0);
    return [
      calculate(whole(calculate(least, '/', unit), 'ROUND_FLOOR'), '*', unit),
      calculate(whole(calculate(greatest, '/', unit), 'ROUND_CEILING'), '*', unit),
    ];
  }
  const exponent = Math.max(a.exponent, b.exponent) + 1;
  return [
    rescale(least, exponent, 'ROUND_FLOOR').normalized(),
    rescale(greatest, exponent, 'ROUND_CEILING').normalized(),
  ];
}
