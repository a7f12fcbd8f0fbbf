import type { BinaryOperator } from './host-object.ts';

/** What a Decimal is: a number with digits, or one of those that have none. */
export type DecimalKind = 'finite' | 'Infinity' | 'NaN';

/** What has to be known of an operand where one of two has no digits. */
export interface Operand {
  readonly kind: DecimalKind;
  readonly isNegative: boolean;
  readonly isZero: boolean;
  readonly isOdd: boolean;
  readonly isWhole: boolean;
  /** Its magnitude beside one: below zero, zero or above. */
  readonly besideOne: number;
}

/**
 * What an operation comes to where an operand has no digits: the left or right operand itself, a zero with an exponent, a one, or an infinity. `null` is what
 * has no answer: InvalidOperation.
 */
export type Answer =
  | { readonly is: 'left' | 'right' | 'one' }
  | { readonly is: 'zero'; readonly isNegative: boolean; readonly exponent: number }
  | { readonly is: 'Infinity'; readonly isNegative: boolean }
  | null;

/** The exponent of a quotient that is too small for any digit. */
const leastExponent = -1_000_026;

const infinity = (isNegative: boolean): Answer => ({ is: 'Infinity', isNegative });
const zero = (isNegative: boolean, exponent: number): Answer => ({ is: 'zero', isNegative, exponent });

/** Computes as the decimal module does where `a` or `b` is infinite or no number. */
export function answerOf(operator: BinaryOperator, a: Operand, b: Operand): Answer {
  if (a.kind === 'NaN') return { is: 'left' };
  if (b.kind === 'NaN') return { is: 'right' };
  const isNegative = a.isNegative !== b.isNegative;
  const both = a.kind === b.kind;
  switch (operator) {
    case '+':
      return both && isNegative ? null : { is: a.kind === 'Infinity' ? 'left' : 'right' };
    case '*':
      return a.isZero || b.isZero ? null : infinity(isNegative);
    case '/':
      if (both) return null;
      return a.kind === 'Infinity' ? infinity(isNegative) : zero(isNegative, leastExponent);
    case '//':
      if (both) return null;
      return a.kind === 'Infinity' ? infinity(isNegative) : zero(isNegative, 0);
    case '%':
      return a.kind === 'Infinity' ? null : { is: 'left' };
    default:
      return powerOf(a, b);
  }
}

function powerOf(a: Operand, b: Operand): Answer {
  if (b.isZero) return { is: 'one' };
  if (b.kind === 'finite') {
    const isNegative = a.isNegative && b.isOdd;
    if (a.isNegative && !b.isWhole) return null;
    return b.isNegative ? zero(isNegative, 0) : infinity(isNegative);
  }
  if (a.isNegative && !a.isZero) return null;
  if (a.kind === 'finite' && a.besideOne === 0) return { is: 'one' };
  return a.besideOne > 0 === b.isNegative ? zero(false, 0) : infinity(false);
}
