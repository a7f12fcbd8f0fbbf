/** Keyword arguments of a call. */
export type Keywords = Readonly<Record<string, unknown>>;

/** Where keywords keep the order of their names, if it is another than that of a JS object, which has whole numbers first. */
const order = Symbol('order');

/** Makes keywords of names and values. */
export function keywordsOf(pairs: Iterable<readonly [string, unknown]>): Keywords {
  const all: Record<string, unknown> = {};
  const names: string[] = [];
  for (const [name, value] of pairs) {
    names.push(name);
    Object.defineProperty(all, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return names.some((name) => /^\d/.test(name)) ? Object.assign(all, { [order]: names }) : all;
}

/** Names and values of keywords in the order in which they were given. */
export function keywordPairs(keywords: Keywords | null): [string, unknown][] {
  if (keywords === null) return [];
  const names = (keywords as { readonly [order]?: readonly string[] })[order];
  if (names === undefined) return Object.entries(keywords);
  return names.filter((name) => Object.hasOwn(keywords, name)).map((name) => [name, keywords[name]]);
}

/** A binary arithmetic operator of Jinja, and the ones Python's sets know beyond them. */
export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '&' | '|' | '^';

/** An ordering operator. */
export type OrderOperator = '<' | '<=' | '>' | '>=';

/**
 * What an object from outside may answer, in the names of Python's data model. Every hook is optional.
 * `undefined` (JS) from `__getattr__` or `__getitem__` means: not there.
 * `undefined` from `__binary__` and `__compare__` means: not with this operand.
 */
export interface HostObject {
  /** The Python class. With dots it is the qualified name, as in `datetime.datetime`. */
  readonly __type__?: string;
  /** Whether the object counts as a mapping (`is mapping`); it then has `__iter__` and `__getitem__`. */
  readonly __mapping__?: boolean;
  /** Whether a call of it gives a promise. */
  readonly __waits__?: boolean;
  __getattr__?(name: string): unknown;
  __getitem__?(key: unknown): unknown;
  /** A sequence's part. */
  __slice__?(start: unknown, stop: unknown, step: unknown): unknown;
  /** The names that `__getattr__` knows, for suggestions. */
  __names__?(): readonly string[];
  __setattr__?(name: string, value: unknown): void;
  __iter__?(): Iterable<unknown>;
  __len__?(): number;
  __call__?(args: readonly unknown[], kwargs: Keywords | null): unknown;
  __eq__?(other: unknown): boolean;
  __str__?(): string;
  __repr__?(): string;
  __bool__?(): boolean;
  __contains__?(item: unknown): boolean;
  /** Gives a value that is equal (as a Map key) for equal objects. Throws for an unhashable object. */
  __hash__?(): string | number | bigint;
  /** `reflected`: the object is the right operand. */
  __binary__?(operator: BinaryOperator, other: unknown, reflected: boolean): unknown;
  __compare__?(operator: OrderOperator, other: unknown): boolean | undefined;
  __neg__?(): unknown;
  /** The value itself where it is not there. */
  __pos__?(): unknown;
  __abs__?(): unknown;
  __round__?(digits: number): unknown;
  __int__?(): number | bigint;
  /** For an object that is an int in Python. */
  __index__?(): number | bigint;
  __float__?(): number;
  __format__?(spec: string): string;
}

const hooks = ['__getattr__', '__getitem__', '__call__', '__iter__', '__str__'] as const;

/** Whether a value is a plain object of the host: it counts as a dict, unless it has hooks (as functions). */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return false;
  return hooks.every((hook) => typeof (value as HostObject)[hook] !== 'function');
}

/** The hooks of a value; null for values that Python's own types stand for (numbers, text, lists, plain objects, …). */
export function hostOf(value: unknown): HostObject | null {
  if (typeof value === 'function') return value as HostObject;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  if (value instanceof Map || isPlainObject(value)) return null;
  return value as HostObject;
}
