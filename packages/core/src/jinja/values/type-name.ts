import { Dict } from './dict.ts';
import { hostOf, isPlainObject } from './host-object.ts';
import { NamedTuple } from './named-tuple.ts';
import { PyFloat } from './number.ts';
import { Tuple } from './tuple.ts';
import { Undefined } from './undefined.ts';

/** The name of a value's Python class in CPython's messages: without its module, except for classes written in C. */
export function typeName(value: unknown): string {
  const qualified = qualifiedTypeName(value);
  if (/^(datetime\.|decimal\.Decimal$|re\.|time\.|itertools\.)/.test(qualified)) return qualified;
  return qualified.slice(qualified.lastIndexOf('.') + 1);
}

/** The name of a value's Python class with its module, unless it is built in. */
export function qualifiedTypeName(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 'str';
    case 'number':
      return Number.isInteger(value) ? 'int' : 'float';
    case 'bigint':
      return 'int';
    case 'boolean':
      return 'bool';
    case 'undefined':
      return 'NoneType';
    case 'function':
      return hostOf(value)?.__type__ ?? 'function';
    default:
      return value === null ? 'NoneType' : objectTypeName(value as object);
  }
}

function objectTypeName(value: object): string {
  if (value instanceof NamedTuple) return value.type;
  if (value instanceof Tuple) return 'tuple';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Dict || value instanceof Map || isPlainObject(value)) return 'dict';
  if (value instanceof PyFloat) return 'float';
  if (value instanceof Undefined) return value.mode === 'parse' ? 'Undefined' : 'jinja2.runtime.Undefined';
  if (value instanceof Uint8Array) return 'bytes';
  return hostOf(value)?.__type__ ?? value.constructor.name;
}

/** How Jinja names a value in the words of an undefined attribute: `str object`, `None`, `datetime.date object`. */
export function describeType(value: unknown): string {
  return value === null || value === undefined ? 'None' : `${qualifiedTypeName(value)} object`;
}
