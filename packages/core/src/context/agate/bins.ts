import { exactOfFloat } from '../../jinja/values/decimal.ts';
import { compare, Decimal, hostFunction, isFloat, isInt, optional, toStr, truth } from '../../jinja/values/index.ts';
import { toNumber } from '../../jinja/values/number.ts';
import { rowCount } from './aggregation.ts';
import { textType } from './data-type.ts';
import { calculate, decimalOf, limitsOf, numberText, placesOf, roundLimits } from './decimals.ts';
import { sorted } from './sorting.ts';
import type { ResultTable, TableMethods } from './table.ts';
import { TableSet } from './table-set.ts';

/** `bins`: how many values of a column fall between breaks of the same distance. */
export const binMethods: TableMethods = {
  bins: (table) =>
    hostFunction(
      'bins',
      ['column_name', optional('count', 10), optional('start'), optional('end')],
      (name, count: unknown, start, end) => binned(table, name, { count: Number(toStr(count)), start, end }),
    ),
};

interface BinOptions {
  readonly count: number;
  readonly start: unknown;
  readonly end: unknown;
}

async function binned(table: ResultTable, name: unknown, options: BinOptions): Promise<ResultTable> {
  const column = table.column(name);
  const limits = roundLimits(...limitsOf(column));
  const breaks = breaksOf(limits, options);
  const names = binNames(breaks, limits);
  const binOf = (value: unknown): string | null => {
    if (value === null) return null;
    const above = breaks.findIndex((one, at) => at > 0 && compare('<', value, one));
    return names[(above < 0 ? breaks.length - 1 : above) - 1] ?? null;
  };
  const bins = Array.from(column.values, binOf);
  const counts = await TableSet.of(table, bins, toStr(name), textType).aggregate([[rowCount.name, rowCount]]);
  const order = [...names, null] as unknown[];
  return counts.keep(sorted(counts.rows.keys(), (at) => [order.indexOf(counts.rows[at]?.values[0] ?? null)]));
}

function breaksOf([least, greatest]: readonly [Decimal, Decimal], { count, start, end }: BinOptions): Decimal[] {
  const first = truth(start) ? decimalFrom(start) : least;
  const last = truth(end) ? decimalFrom(end) : greatest;
  const size = calculate(calculate(last, '-', first).__abs__(), '/', decimalOf(count));
  return Array.from({ length: count + 1 }, (_, at) => {
    return at === 0 ? first : calculate(first, '+', calculate(size, '*', decimalOf(at)));
  });
}

/** Python's `Decimal(v)`. */
function decimalFrom(value: unknown): Decimal {
  if (value instanceof Decimal) return value;
  if (isInt(value)) return new Decimal(BigInt(value), 0);
  return isFloat(value) ? exactOfFloat(toNumber(value)) : Decimal.parse(toStr(value));
}

/** `[0 - 5)`, the last one closed: the outer ones reach as far as the values. */
function binNames(breaks: readonly Decimal[], [least, greatest]: readonly [Decimal, Decimal]): string[] {
  const places = placesOf(breaks);
  const [first, last] = [breaks[0] as Decimal, breaks.at(-1) as Decimal];
  return breaks.slice(1).map((top, at) => {
    const isLast = at === breaks.length - 2;
    const below = at === 0 && compare('<', least, first);
    const above = isLast && !below && compare('>', greatest, last);
    const [from, to] = [below ? least : breaks[at], above ? greatest : top];
    return `[${numberText(from, places)} - ${numberText(to, places)}${isLast ? ']' : ')'}`;
  });
}
