import { describe, expect, test } from 'vitest';
import { formatValue } from '../format/spec.ts';
import { positive } from './binary.ts';
import { binary, compare, Decimal, Dict, equals, negate, repr, toStr, truth } from './index.ts';

const decimal = (text: string): Decimal => Decimal.parse(text);

/** An int of Python's that is an object here, as flags of `re` are. */
class Eight {
  __index__(): number {
    return 8;
  }
}

// Expected values are CPython's (decimal module, default context of 28 digits).
describe('Decimal', () => {
  test.each([
    ['1.50', '1.50'],
    ['-0.001', '-0.001'],
    ['1e5', '1E+5'],
    ['0.0000001', '1E-7'],
    ['123456789012345678901234567890.12', '123456789012345678901234567890.12'],
    ['00', '0'],
    ['-0.00', '-0.00'],
  ])('%s prints %s', (text, printed) => {
    expect(toStr(decimal(text))).toBe(printed);
  });

  test.each([
    ['+', '1.10', '2.205', '3.305'],
    ['-', '1', '0.01', '0.99'],
    ['*', '1.5', '2.50', '3.750'],
    ['-', '1', '1.25E-29', '1.000000000000000000000000000'],
    ['*', '1E-999999', '1.5E-27', '2E-1000026'],
    ['/', '1', '3', '0.3333333333333333333333333333'],
    ['/', '2', '3', '0.6666666666666666666666666667'],
    ['/', '10', '4', '2.5'],
    ['/', '1.00', '0.5', '2.0'],
    ['//', '-7', '2', '-3'],
    ['%', '-7', '2', '-1'],
    ['**', '1.1', '2', '1.21'],
    ['+', '-0', '-0', '-0'],
    ['+', '-0', '0.0', '0.0'],
    ['-', '1', '1.0', '0.0'],
    ['*', '-2', '0.0', '-0.0'],
    ['/', '0', '-4', '-0'],
    ['//', '-1', '2', '-0'],
    ['%', '-4', '2', '-0'],
    ['**', '-0', '3', '-0'],
    ['**', '2', '-1', '0.5'],
    ['**', '0.00', '1', '0'],
    ['**', '12.50', '12.50', '51448789686149.94114620235356'],
    ['**', '4.00', '0.5', '2.000000000000000000000000000'],
    ['**', '-2', '100001', '-1.998004186028769015888065529E+30103'],
  ] as const)('%s of %s and %s', (operator, a, b, result) => {
    expect(toStr(binary(operator, decimal(a), decimal(b)))).toBe(result);
  });

  test('a zero has a sign', () => {
    expect([toStr(negate(decimal('0'))), toStr(negate(decimal('-0'))), toStr(positive(decimal('-0')))]).toEqual([
      '0',
      '0',
      '0',
    ]);
    expect(equals(decimal('-0'), decimal('0'))).toBe(true);
    expect(toStr(decimal('-0.4').__round__(0))).toBe('-0');
    expect(formatValue(decimal('-0'), '.3e')).toBe('-0.000e+3');
    expect(formatValue(decimal('-1e-9'), 'f')).toBe('-0.000000001');
  });

  test('a quotient of too many digits is refused', () => {
    for (const operator of ['//', '%'] as const)
      expect(() => binary(operator, decimal('1e30'), decimal('3'))).toThrow("[<class 'decimal.DivisionImpossible'>]");
  });

  test('mixes with ints and refuses floats', () => {
    expect(toStr(binary('+', decimal('1.5'), 1))).toBe('2.5');
    expect(toStr(binary('-', 1, decimal('0.5')))).toBe('0.5');
    expect(() => binary('+', decimal('1'), 1.5)).toThrow(
      "unsupported operand type(s) for +: 'decimal.Decimal' and 'float'",
    );
    expect(() => binary('/', decimal('1'), 0)).toThrow("[<class 'decimal.DivisionByZero'>]");
  });

  test('compares by value, across types', () => {
    expect(equals(decimal('1.0'), decimal('1.00'))).toBe(true);
    expect(equals(1, decimal('1.0'))).toBe(true);
    expect(equals(decimal('0.5'), 0.5)).toBe(true);
    expect(equals(decimal('0.1'), 0.1)).toBe(false);
    expect(compare('<', decimal('1.5'), 2)).toBe(true);
    expect(compare('>', 2, decimal('1.5'))).toBe(true);
    expect(compare('<', decimal('7'), new Eight())).toBe(true);
    expect(new Dict([[decimal('1.0'), 'x']]).get(1)).toBe('x');
    expect(truth(decimal('0.00'))).toBe(false);
  });

  test('prints and formats', () => {
    expect(repr([decimal('1.0')])).toBe("[Decimal('1.0')]");
    expect(toStr(negate(decimal('1.0')))).toBe('-1.0');
    expect(formatValue(decimal('1234.5'), ',.2f')).toBe('1,234.50');
    expect(formatValue(decimal('0.125'), '.2f')).toBe('0.12');
    expect(() => decimal('abc')).toThrow('ConversionSyntax');
  });

  test.each([
    ['+', 'inf', '1', 'Infinity'],
    ['-', '1', 'inf', '-Infinity'],
    ['*', 'inf', '-2', '-Infinity'],
    ['/', '-1', 'inf', '-0E-1000026'],
    ['/', 'inf', '0', 'Infinity'],
    ['//', '7', '-inf', '-0'],
    ['%', '7.5', 'inf', '7.5'],
    ['**', '0', '-1', 'Infinity'],
    ['**', '-0', '-1', '-Infinity'],
    ['**', '0.5', 'inf', '0'],
    ['**', '1', 'inf', '1.000000000000000000000000000'],
    ['**', 'nan', '0', 'NaN'],
    ['+', '1', '-nan', '-NaN'],
    ['/', '920482.8132252117177495196112', '12.50', '73638.62505801693741996156890'],
  ] as const)('%s of %s and %s, with what has no digits', (operator, a, b, result) => {
    expect(toStr(binary(operator, decimal(a), decimal(b)))).toBe(result);
  });

  test('what has no digits is compared, counted and printed', () => {
    for (const [operator, a, b] of [
      ['-', 'inf', 'inf'],
      ['*', 'inf', '0'],
      ['/', 'inf', '-inf'],
      ['%', 'inf', '2'],
      ['**', '-2', 'inf'],
    ] as const)
      expect(() => binary(operator, decimal(a), decimal(b))).toThrow("[<class 'decimal.InvalidOperation'>]");
    expect([equals(decimal('nan'), decimal('nan')), equals(decimal('-inf'), -Infinity)]).toEqual([false, true]);
    expect(compare('<', decimal('1e99'), decimal('inf'))).toBe(true);
    expect(() => compare('<', decimal('nan'), 1)).toThrow("[<class 'decimal.InvalidOperation'>]");
    expect(() => decimal('inf').__int__()).toThrow('cannot convert Infinity to integer');
    expect([repr(decimal('-Infinity')), toStr(negate(decimal('nan'))), truth(decimal('nan'))]).toEqual([
      "Decimal('-Infinity')",
      'NaN',
      true,
    ]);
    expect(formatValue(decimal('-inf'), '010.2f')).toBe(' -Infinity');
  });

  test('is not rounded to more digits than an exponent has', () => {
    expect(() => decimal('12.50').__round__(-123_456_789)).toThrow('InvalidOperation');
  });
});
