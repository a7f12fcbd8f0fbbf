/** Python's ways to round, by the names that its decimals take: whether to go one away from zero. */
const roundings: Readonly<Record<string, (cut: Cut) => boolean>> = {
  ROUND_HALF_EVEN: ({ half, isOdd }) => half > 0 || (half === 0 && isOdd),
  ROUND_HALF_UP: ({ half }) => half >= 0,
  ROUND_HALF_DOWN: ({ half }) => half > 0,
  ROUND_UP: ({ isExact }) => !isExact,
  ROUND_DOWN: () => false,
  ROUND_CEILING: ({ isExact, isNegative }) => !isExact && !isNegative,
  ROUND_FLOOR: ({ isExact, isNegative }) => !isExact && isNegative,
  ROUND_05UP: ({ isExact, lastDigit }) => !isExact && lastDigit % 5 === 0,
};

/** What is cut off: how it compares with a half, and what it is cut from. */
export interface Cut {
  readonly half: number;
  readonly isExact: boolean;
  readonly isNegative: boolean;
  readonly isOdd: boolean;
  readonly lastDigit: number;
}

/** Whether there is such a way to round. */
export function isRounding(name: string): boolean {
  return Object.hasOwn(roundings, name);
}

/** Whether what is left of a number grows by one when the rest is cut off. */
export function roundsAway(name: string, cut: Cut): boolean {
  return roundings[name]?.(cut) === true;
}
