import { Decimal } from '../values/decimal.ts';
import { Dict, mappingOf } from '../values/dict.ts';
import { Markup } from '../values/markup.ts';
import { isFloat } from '../values/number.ts';
import { PyIterator } from '../values/py-iterator.ts';
import { PySet } from '../values/py-set.ts';
import { Range } from '../values/range.ts';
import { TextValue } from '../values/text-value.ts';
import { Tuple } from '../values/tuple.ts';
import { bytesMethods } from './bytes.ts';
import { decimalMethods } from './decimal.ts';
import { dictMethods } from './dict.ts';
import { generatorMethods } from './generator.ts';
import { listMethods, rangeMethods, tupleMethods } from './list.ts';
import { markupMethods, textValueMethods } from './markup.ts';
import type { Method, MethodTable } from './method.ts';
import { floatMethods, intMethods } from './scalar.ts';
import { setMethods } from './set.ts';
import { strCaseMethods } from './str-case.ts';
import { strFormatMethods } from './str-format-methods.ts';
import { strSearchMethods } from './str-search.ts';
import { strSplitMethods } from './str-split.ts';

const strMethods: MethodTable<string> = new Map([
  ...strCaseMethods,
  ...strSearchMethods,
  ...strSplitMethods,
  ...strFormatMethods,
]);
const bytes = bytesMethods(strMethods);
const markup = markupMethods(strMethods);
const textValues = textValueMethods(strMethods);
const none: MethodTable<never> = new Map();

/** The method of that name of a value of Python's own types; `undefined` for others. */
export function methodOf(value: unknown, name: string): Method<never> | undefined {
  return tableOf(value).get(name);
}

function tableOf(value: unknown): MethodTable<never> {
  switch (typeof value) {
    case 'string':
      return strMethods;
    case 'number':
      return isFloat(value) ? floatMethods : intMethods;
    case 'bigint':
    case 'boolean':
      return intMethods;
    case 'object':
      return value === null ? none : objectTable(value);
    default:
      return none;
  }
}

function objectTable(value: object): MethodTable<never> {
  if (value instanceof Dict) return dictMethods;
  if (Array.isArray(value)) return value instanceof Tuple ? tupleMethods : listMethods;
  if (value instanceof PySet) return setMethods;
  if (isFloat(value)) return floatMethods;
  if (value instanceof Uint8Array) return bytes;
  if (value instanceof Decimal) return decimalMethods;
  if (value instanceof Markup) return markup;
  if (value instanceof Range) return rangeMethods;
  if (value instanceof TextValue) return textValues;
  if (value instanceof PyIterator && value.__type__ === 'generator') return generatorMethods;
  return mappingOf(value) === null ? none : dictMethods;
}
