import { attributeOnly } from '../attributes.ts';
import { dumpJson } from '../format/json.ts';
import { fixedText, roundReal } from '../format/real.ts';
import { clampedIndex, index } from '../methods/declare.ts';
import { absolute, binary } from '../values/binary.ts';
import { toFloat, toInt } from '../values/convert.ts';
import { Decimal } from '../values/decimal.ts';
import { hostOf } from '../values/host-object.ts';
import { replaceEach } from '../values/large-text.ts';
import { Markup } from '../values/markup.ts';
import { float, isFloat, isInt, toNumber } from '../values/number.ts';
import { roundInt } from '../values/numeric.ts';
import { PyError, typeError } from '../values/py-error.ts';
import type { FilterFunction, RenderEnv } from '../values/render-env.ts';
import { optional } from '../values/signature.ts';
import { textOf } from '../values/text-value.ts';
import { truth } from '../values/truth.ts';
import { typeName } from '../values/type-name.ts';
import { isUndefined } from '../values/undefined.ts';
import { filter, filterArgumentError, rawFilter } from './declare.ts';
import { prettyText } from './pretty-text.ts';

const fallback = rawFilter(
  'do_default',
  ['value', optional('default_value', ''), optional('boolean', false)],
  (_env, value: unknown, other: unknown, falsy: unknown) =>
    isUndefined(value) || (truth(falsy) && !truth(value)) ? other : value,
);

/** Filters of numbers and of single values. */
export const scalarFilters: Readonly<Record<string, FilterFunction>> = {
  abs: filter('abs', ['x'], (_env, value: unknown) => absolute(value)),
  int: filter('do_int', ['value', optional('default', 0), optional('base', 10)], int),
  float: filter('do_float', ['value', optional('default', float(0))], (_env, value: unknown, other: unknown) =>
    recovering(() => toFloat(value), other, ['TypeError', 'ValueError']),
  ),
  round: filter('do_round', ['value', optional('precision', 0), optional('method', 'common')], round),
  default: fallback,
  d: fallback,
  attr: rawFilter(
    'do_attr',
    ['obj', 'name'],
    (env, value: unknown, name: unknown) => {
      const wanted = textOf(name);
      if (wanted !== undefined) return attributeOnly(value, wanted, env);
      throw typeError(`attribute name must be string, not '${typeName(name)}'`);
    },
    1,
  ),
  filesizeformat: filter('do_filesizeformat', ['value', optional('binary', false)], fileSize),
  tojson: filter('do_tojson', ['value', optional('indent')], toJson, 1),
  pprint: rawFilter('do_pprint', ['value'], (_env, value: unknown) => prettyText(value)),
};

function recovering(run: () => unknown, other: unknown, kinds: readonly string[]): unknown {
  try {
    return run();
  } catch (failure) {
    if (failure instanceof PyError && kinds.includes(failure.kind)) return other;
    throw failure;
  }
}

const unreadable = Symbol('unreadable');

function int(_env: RenderEnv, value: unknown, other: unknown, base: unknown): unknown {
  const isText = textOf(value) !== undefined;
  const direct = recovering(() => toInt(value, isText ? clampedIndex(base) : 10), unreadable, [
    'TypeError',
    'ValueError',
  ]);
  if (direct !== unreadable) return direct;
  return recovering(() => toInt(toFloat(value)), other, ['TypeError', 'ValueError', 'OverflowError']);
}

function round(_env: RenderEnv, value: unknown, precision: unknown, method: unknown): unknown {
  if (method !== 'common' && method !== 'ceil' && method !== 'floor') {
    throw filterArgumentError('method must be common, ceil or floor');
  }
  if (method === 'common') return roundCommon(value, precision);
  const factor = binary('**', 10, precision);
  const scaled = binary('*', value, factor);
  if (typeof scaled === 'string' || Array.isArray(scaled) || scaled instanceof Uint8Array) {
    throw typeError(`must be real number, not ${typeName(scaled)}`);
  }
  const whole = isInt(scaled) ? scaled : toInt(float(Math[method](toNumber(toFloat(scaled)))));
  return binary('/', whole, factor);
}

/** Python's `round(value, digits)`: half to even on the exact value of the float. */
function roundCommon(value: unknown, digits: unknown): unknown {
  // Without digits Python rounds to an int.
  if (digits === null && (isFloat(value) || value instanceof Decimal)) return toInt(roundCommon(value, 0));
  if (digits === null && (isInt(value) || typeof value === 'boolean'))
    return roundInt(value === true ? 1 : value || 0, 0);
  if (isFloat(value)) {
    const real = toNumber(value);
    return Number.isFinite(real) ? float(roundReal(real, clampedIndex(digits))) : value;
  }
  if (isInt(value) || typeof value === 'boolean')
    return roundInt(value === true ? 1 : value || 0, clampedIndex(digits));
  const host = isUndefined(value) ? null : hostOf(value);
  const answer = host?.__round__ === undefined ? undefined : host.__round__(index(digits));
  if (answer !== undefined) return answer;
  throw typeError(`type ${typeName(value)} doesn't define __round__ method`);
}

const decimalUnits = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
const binaryUnits = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'];

function fileSize(_env: RenderEnv, value: unknown, binaryPrefixes: unknown): string {
  const bytes = toNumber(toFloat(value));
  const base = truth(binaryPrefixes) ? 1024 : 1000;
  const units = truth(binaryPrefixes) ? binaryUnits : decimalUnits;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${toInt(float(bytes))} Bytes`;
  const step = units.findIndex((_unit, i) => bytes < base ** (i + 2));
  const power = step < 0 ? units.length - 1 : step;
  return `${fixedText((base * bytes) / base ** (power + 2), 1)} ${units[power]}`;
}

const unsafeInHtml: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  "'": '\\u0027',
};

function toJson(_env: RenderEnv, value: unknown, indent: unknown): Markup {
  // Python makes no indention for a text alone.
  const isGiven = indent === null || typeof indent === 'string' || typeof value === 'string';
  const spaces = isGiven ? indent : binary('*', ' ', indent);
  const json = dumpJson(value, { sortKeys: true, indent: typeof spaces === 'string' ? spaces : null });
  return new Markup(replaceEach(json, /[<>&']/g, (c) => unsafeInHtml[c] ?? c));
}
