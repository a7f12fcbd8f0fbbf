import { DateTime } from '../jinja/modules/index.ts';
import { Dict, isUndefined, PyFloat, spend, Tuple, toStr } from '../jinja/values/index.ts';
import { FieldsObject } from './fields-object.ts';

/**
 * A template's value as plain data, for records that outlive the render: dicts become objects, tuples and other iterables arrays, floats numbers, whole
 * numbers beyond 2^53 stay bigints.
 * Anything else that is no JSON value becomes its printed text.
 */
export function toPlain(value: unknown): unknown {
  if (value === null || value === undefined || isUndefined(value)) return null;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof PyFloat) return value.value;
  // Lists that hold another twice, and so on, are endless as plain data.
  spend(1);
  if (Array.isArray(value)) return Array.from(value instanceof Tuple ? [...value] : value, toPlain);
  if (value instanceof FieldsObject) return toPlain(value.fields);
  if (isMapping(value)) return plainEntries(value);
  // As dbt's JSON has it.
  if (value instanceof DateTime) return toStr(value).replace(' ', 'T');
  return toStr(value);
}

/** As `toPlain` for a mapping; anything that is none gives an empty record. */
export function plainRecord(value: unknown): Record<string, unknown> {
  const own = value instanceof FieldsObject ? value.fields : value;
  return isMapping(own) ? plainEntries(own) : {};
}

/** Whether a value is a dict: the engine's, a Map, or a plain object. */
export function isMapping(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  if (value instanceof Dict || value instanceof Map) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function plainEntries(mapping: object): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const [key, value] of entriesOf(mapping)) record[typeof key === 'string' ? key : toStr(key)] = toPlain(value);
  return record;
}

/** The entries of a dict. */
export function entriesOf(mapping: object): Iterable<readonly [unknown, unknown]> {
  if (mapping instanceof Dict || mapping instanceof Map) return mapping.entries() as Iterable<[unknown, unknown]>;
  return Object.entries(mapping);
}
