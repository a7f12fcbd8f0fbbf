import { compare, Decimal, iterate, PyError, toStr } from '../../jinja/values/index.ts';
import { isKindOf, numberType } from './data-type.ts';
import { calculate, decimalOf, limitsOf, numberText, placesOf, roundLimits, whole } from './decimals.ts';
import type { ResultTable } from './table.ts';

/** What `print_bars` draws. */
export interface BarOptions {
  readonly label: string;
  readonly value: string;
  /** Ends of the axis; null: round ones around the values. */
  readonly domain: unknown;
  readonly width: number;
  /** Whether to draw with ASCII alone. */
  readonly printable: boolean;
}

/** Where values lie on the axis, in characters. */
interface Axis {
  readonly least: Decimal;
  readonly greatest: Decimal;
  readonly width: number;
  /** Characters left of the line of zero, and right of it. */
  readonly before: number;
  readonly after: number;
}

const zero = decimalOf(0);

/** A table's numbers as bars of text, line by line, as agate prints them. Throws KeyError, DataTypeError, ValueError. */
export function barLines(table: ResultTable, options: BarOptions): string[] {
  const labels = Array.from(table.column(options.label).values, toStr);
  const column = table.column(options.value);
  if (!isKindOf(column.type, numberType))
    throw new PyError('DataTypeError', 'Only Number data is supported for bar chart values.');
  const numbers = Array.from(column.values) as (Decimal | null)[];
  const places = placesOf(numbers);
  const texts = numbers.map((value) => (value === null ? '-' : numberText(value, places)));
  const [labelWidth, valueWidth] = [widest([...labels, options.label]), widest([...texts, options.value])];
  const axis = axisOf(limitsOf(column), options.domain, options.width - (labelWidth + valueWidth + 2));
  const lines = labels.map((label, at) => {
    const bar = barOf(axis, numbers[at] ?? null, options.printable);
    return `${label.padEnd(labelWidth)} ${(texts[at] ?? '').padStart(valueWidth)} ${bar.padEnd(axis.width)}`;
  });
  return [
    `${options.label.padEnd(labelWidth)} ${options.value.padStart(valueWidth)}`,
    ...lines,
    ...tickLines(axis, options.width),
  ];
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}

function axisOf([least, greatest]: readonly [Decimal, Decimal], domain: unknown, width: number): Axis {
  let [low, high] = roundLimits(least, greatest);
  if (domain !== null) {
    [low, high] = Array.from(iterate(domain), (end) => Decimal.parse(toStr(end))) as [Decimal, Decimal];
    if (compare('<', least, low) || compare('>', greatest, high))
      throw new PyError('ValueError', 'Column contains values outside specified domain');
  }
  if (compare('>=', low, zero)) return { least: zero, greatest: high, width, before: 0, after: width - 1 };
  if (compare('<=', high, zero)) return { least: low, greatest: zero, width, before: width - 1, after: 0 };
  const share = calculate(low.__abs__(), '/', calculate(high, '-', low));
  const before = characters(calculate(decimalOf(width - 1), '*', share));
  return { least: low, greatest: high, width, before, after: width - (before + 1) };
}

function characters(length: Decimal): number {
  return Number(whole(length).__int__());
}

/** The character at which a value lies. */
function positionOn(axis: Axis, value: Decimal): number {
  const [side, end, sign] = compare('>=', value, zero) ? [axis.after, axis.greatest, 1] : [axis.before, axis.least, -1];
  return axis.before + sign * characters(calculate(decimalOf(side), '*', calculate(value, '/', end)));
}

function barOf(axis: Axis, value: Decimal | null, printable: boolean): string {
  const [mark, line] = printable ? [':', '|'] : ['░', '▓'];
  const reach = value === null || value.coefficient === 0n ? 0 : positionOn(axis, value) - axis.before;
  const length = Math.max(0, value !== null && compare('<', value, zero) ? -reach : reach);
  const bar = mark.repeat(length);
  if (value !== null && compare('>=', value, zero)) {
    const gap = ' '.repeat(Math.max(0, axis.before));
    return compare('<=', axis.least, zero) ? gap + line + bar : bar + gap + line;
  }
  const left = ' '.repeat(Math.max(0, axis.before - length)) + bar;
  return value === null || compare('>', axis.greatest, value) ? left + line : left;
}

/** The axis, and what its ticks stand for. */
function tickLines(axis: Axis, width: number): [axis: string, labels: string] {
  const ticks = ticksOf(axis);
  const places = placesOf(ticks.values());
  let line = '-'.repeat(Math.max(0, axis.width));
  let text = ' '.repeat(width);
  for (const [tick, value] of ticks) {
    const label = numberText(value, places);
    const isLast = tick === axis.width - 1;
    const offset = tick === 0 ? 0 : isLast ? 1 - label.length : -Math.trunc(label.length / 2);
    const at = width - axis.width + tick + offset;
    const around = text.slice(at - 1, at + label.length + 1);
    if (tick !== 0 && !isLast && around !== ' '.repeat(label.length + 2)) continue;
    text = text.slice(0, at) + label + text.slice(at + label.length);
    line = `${line.slice(0, tick)}+${line.slice(tick + 1)}`;
  }
  return [line.padStart(width), text];
}

/** Ends of the axis first, then what is between them. */
function ticksOf(axis: Axis): ReadonlyMap<number, Decimal> {
  const ticks = new Map([
    [0, axis.least],
    [axis.width - 1, axis.greatest],
  ]);
  const part = (end: Decimal, hundredths: bigint): void => {
    const value = calculate(end, '*', new Decimal(hundredths, -2));
    ticks.set(positionOn(axis, value), value);
  };
  if (compare('>=', axis.least, zero) || compare('<=', axis.greatest, zero)) {
    const end = compare('>=', axis.least, zero) ? axis.greatest : axis.least;
    for (const share of [25n, 50n, 75n]) part(end, share);
    return ticks;
  }
  ticks.set(axis.before, zero);
  part(axis.least, 50n);
  part(axis.greatest, 50n);
  return ticks;
}
