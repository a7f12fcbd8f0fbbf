import { decimalAttribute } from './methods/decimal.ts';
import type { Lookup, Method } from './methods/method.ts';
import { methodOf } from './methods/method-table.ts';
import { numberAttribute } from './methods/scalar.ts';
import { unsafeAttribute } from './unsafe-attributes.ts';
import { callRaw, rawFunction } from './values/call-value.ts';
import { Decimal } from './values/decimal.ts';
import { Dict, mappingOf } from './values/dict.ts';
import { DictView } from './values/dict-view.ts';
import { hostOf, type Keywords } from './values/host-object.ts';
import { Markup } from './values/markup.ts';
import { NamedTuple } from './values/named-tuple.ts';
import { isNumeric } from './values/number.ts';
import { PyError, typeError } from './values/py-error.ts';
import { PyIterator } from './values/py-iterator.ts';
import { PySet } from './values/py-set.ts';
import { addressOf, builtinMethod, repr } from './values/repr.ts';
import { elementAt, sliceOf } from './values/sequence.ts';
import { plainText, TextValue } from './values/text-value.ts';
import { describeType, typeName } from './values/type-name.ts';
import { Undefined, type UndefinedMode } from './values/undefined.ts';
import { spend } from './values/work.ts';

/** What an attribute lookup needs to know. */
export interface AttributeEnv {
  readonly mode: UndefinedMode;
}

const defaultEnv: AttributeEnv = { mode: 'default' };

/**
 * Jinja's `value.name`: the attribute or method, then the item; undefined if there is neither. Throws UndefinedError
 * for an attribute of an undefined value (unless that is lenient). Names with a leading underscore are refused on use.
 */
export function getAttr(value: unknown, name: string, env: AttributeEnv = defaultEnv): unknown {
  if (value instanceof Undefined) return attributeOfUndefined(value, name);
  const attribute = attributeOf(value, name, env);
  if (attribute !== undefined) return attribute;
  const item = itemOf(value, name);
  return item === undefined ? missingAttribute(value, name, env.mode) : item;
}

/** Jinja's `value[key]`: the item, then (for a text key) the attribute; undefined if there is neither. */
export function getItem(value: unknown, given: unknown, mode: UndefinedMode = 'default'): unknown {
  if (value instanceof Undefined) return ofUndefined(value);
  const key = plainText(given);
  const item = itemOf(value, key);
  if (item !== undefined) return item;
  if (typeof key !== 'string') {
    return new Undefined(`${describeType(value)} has no element ${repr(key)}`, mode, { name: key });
  }
  const attribute = attributeOf(value, key, { mode });
  return attribute === undefined ? missingAttribute(value, key, mode) : attribute;
}

/** `value[start:stop:step]` while a template runs. Throws TypeError for a value that cannot be sliced. */
export function slice(value: unknown, start: unknown, stop: unknown, step: unknown): unknown {
  if (value instanceof Undefined) return ofUndefined(value);
  const part = sliceOf(plainText(value), start, stop, step) ?? hostOf(value)?.__slice__?.(start, stop, step);
  if (part !== undefined) return value instanceof Markup ? new Markup(String(part)) : part;
  if (mappingOf(value) !== null) throw typeError("unhashable type: 'slice'");
  throw typeError(`'${typeName(value)}' object is not subscriptable`);
}

/** `value[start:stop:step]` of constants, as Jinja computes it while compiling: undefined for a value that cannot be sliced. */
export function constantSlice(value: unknown, start: unknown, stop: unknown, step: unknown): unknown {
  if (value instanceof Undefined) return ofUndefined(value);
  const part = unlessWrongKey(() => sliceOf(plainText(value), start, stop, step));
  if (part !== undefined) return value instanceof Markup ? new Markup(String(part)) : part;
  const key = `slice(${repr(start)}, ${repr(stop)}, ${repr(step)})`;
  return new Undefined(`${describeType(value)} has no element ${key}`);
}

/** Calls `target.name(…)` without making a bound method first. */
export function callMethod(
  target: unknown,
  name: string,
  args: readonly unknown[],
  kwargs: Keywords | null,
  env: AttributeEnv = defaultEnv,
): unknown {
  spend(1);
  const method = target instanceof Undefined ? undefined : methodOf(target, name);
  const result =
    method === undefined
      ? callRaw(getAttr(target, name, env), target, args, kwargs)
      : method(target as never, args, kwargs, lookup);
  return result === undefined ? null : result;
}

/** How `str.format` reads `{0.name[key]}`. */
const lookup: Lookup = { attribute: (value, name) => getAttr(value, name), item: (value, key) => getItem(value, key) };

function ofUndefined(value: Undefined): Undefined {
  if (value.mode === 'parse') return value;
  throw value.error();
}

/** Only what every Python object has; while parsing, dbt's own attributes too, and of any other name again an undefined value. */
function attributeOfUndefined(value: Undefined, name: string): unknown {
  const refused = underscored(value, name, value.mode);
  if (refused !== undefined) return refused;
  if (value.mode !== 'parse') throw value.error();
  if (name === 'name') return value.name;
  if (Object.hasOwn(ownOfUndefined, name)) return ownOfUndefined[name];
  value.name = name;
  return new Undefined(value.hint, 'parse', { name });
}

/** Attributes of dbt's undefined values beside their name. */
const ownOfUndefined: Readonly<Record<string, unknown>> = {
  hint: null,
  node: null,
  unsafe_callable: false,
  alters_data: false,
};

function missingAttribute(value: unknown, name: string, mode: UndefinedMode): Undefined {
  const words = `${repr(describeType(value))} has no attribute ${repr(name)}`;
  return new Undefined(words, mode, { name, names: () => namesOf(value) });
}

/** The keys or members that a value is known to have, for suggestions. */
function namesOf(value: unknown): readonly string[] {
  const keys = [...(mappingOf(value)?.entries() ?? [])].map(([key]) => key);
  const host = hostOf(value);
  const members = host === null || ownValues.some((type) => host instanceof type) ? [] : (host.__names__?.() ?? []);
  return [...keys.filter((key) => typeof key === 'string'), ...members];
}

/** The attribute of a value without looking at its items, as the `attr` filter does. */
export function attributeOnly(value: unknown, name: string, env: AttributeEnv = defaultEnv): unknown {
  if (value instanceof Undefined) return attributeOfUndefined(value, name);
  return attributeOf(value, name, env) ?? missingAttribute(value, name, env.mode);
}

function attributeOf(value: unknown, name: string, env: AttributeEnv): unknown {
  if (name.startsWith('_') || name.startsWith('gi_')) return underscored(value, name, env.mode);
  const method = methodOf(value, name);
  if (method !== undefined) return boundTo(value, name, method);
  if (value instanceof NamedTuple) return value.named(name);
  if (isNumeric(value)) return numberAttribute(value, name);
  if (value instanceof Decimal) return decimalAttribute(value, name);
  const host = hostOf(value);
  if (host === null) return undefined;
  if (host.__getattr__ !== undefined) return host.__getattr__(name);
  if (ownValues.some((type) => host instanceof type)) return undefined;
  return isPublic(host, name) ? Reflect.get(host, name) : undefined;
}

function boundTo(value: unknown, name: string, method: Method<never>): unknown {
  const bound = rawFunction(name, (args, kwargs) => method(value as never, args, kwargs, lookup));
  const type = typeName(value);
  const words = (): string => {
    if (value instanceof TextValue) return `<bound method ${type}.${name} of ${repr(value)}>`;
    if (sandboxed.has(name) && type === 'str') return `<function str.${name} at ${addressOf(bound)}>`;
    return builtinMethod(name, ofClass.has(name) ? 'type' : type, bound);
  };
  return Object.assign(bound, { __repr__: words });
}

/** Methods that belong to the class, and those of `str` that Jinja's sandbox puts in place of Python's. */
const ofClass: ReadonlySet<string> = new Set(['fromkeys', 'fromhex', 'from_bytes', 'from_float', 'maketrans']);
const sandboxed: ReadonlySet<string> = new Set(['format', 'format_map']);

/** Python's own types: their JS members are no attributes. */
const ownValues = [Dict, DictView, PySet, PyIterator, Decimal, TextValue, Uint8Array] as const;

/** What Python's object has beside its own attributes, the sandbox refuses once it is used. Other underscored names are keys only. */
function underscored(value: unknown, name: string, mode: UndefinedMode): Undefined | undefined {
  const words = unsafeAttribute(value, name);
  // While parsing, dbt's undefined values forget which error Jinja meant.
  const kind = mode === 'parse' ? 'UndefinedError' : 'SecurityError';
  return words === undefined ? undefined : new Undefined(words, mode, { name, kind });
}

/** Whether JS code meant a property for templates: it is not inherited from Object or Function, nor `constructor`. */
function isPublic(host: object, name: string): boolean {
  if (name === 'constructor' || name === 'prototype') return false;
  if (typeof host === 'function') return false;
  return name in host && !(name in Object.prototype);
}

function itemOf(value: unknown, key: unknown): unknown {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) return elementAt(value, key);
  const mapping = mappingOf(value);
  return unlessWrongKey(() => (mapping === null ? hostOf(value)?.__getitem__?.(key) : mapping.get(key)));
}

/** A wrong key is as good as a missing one for Jinja: TypeError, and LookupError with what is one. */
const wrongKeys = new Set(['TypeError', 'KeyError', 'IndexError', 'LookupError']);

function unlessWrongKey(read: () => unknown): unknown {
  try {
    return read();
  } catch (failure) {
    if (failure instanceof PyError && wrongKeys.has(failure.kind)) return undefined;
    throw failure;
  }
}
