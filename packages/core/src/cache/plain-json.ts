import { PyFloat } from '../jinja/values/index.ts';

/** Marks a value that JSON has no form for; an object that has this key itself is marked too. */
const mark = '$eider';

/** Plain data as a text, from which `fromPlainJson` makes the same again. Throws TypeError for what is no data: a function, an object of a class. */
export function plainJson(value: unknown): string {
  return JSON.stringify(isJson(value) ? value : marked(value));
}

/** As `plainJson`; null for what is no data. */
export function plainJsonOrNull(value: unknown): string | null {
  try {
    return plainJson(value);
  } catch {
    return null;
  }
}

/** The data that `plainJson` was given. */
export function fromPlainJson(text: string): unknown {
  const json: unknown = JSON.parse(text);
  return text.includes(`"${mark}"`) ? unmarked(json) : json;
}

/** Changes what `JSON.parse` made in place, for few of its values are marked. */
function unmarked(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  const [kind, inner] = (Object.hasOwn(json, mark) ? (json as Record<string, unknown>)[mark] : []) as unknown[];
  if (kind === 'undefined') return undefined;
  if (kind === 'bigint') return BigInt(String(inner));
  if (kind === 'number') return Number(inner);
  if (kind === 'float') return new PyFloat(Number(inner));
  const values = (kind === 'object' ? Object.fromEntries(inner as [string, unknown][]) : json) as Record<
    string,
    unknown
  >;
  for (const key of Object.keys(values)) {
    const before = values[key];
    const after = unmarked(before);
    if (after !== before) put(values, key, after);
  }
  return values;
}

/** Sets a key of its own, also one named `__proto__`. */
function put(values: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(values, key, { value, configurable: true, enumerable: true, writable: true });
}

function isJson(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.every(isJson);
  if (Object.getPrototypeOf(value) !== Object.prototype || Object.hasOwn(value, mark)) return false;
  for (const key in value) if (!isJson((value as Record<string, unknown>)[key])) return false;
  return true;
}

function marked(value: unknown): unknown {
  if (isJson(value)) return value;
  if (Array.isArray(value)) return Array.from(value, marked);
  if (value === undefined) return { [mark]: ['undefined'] };
  if (typeof value === 'bigint') return { [mark]: ['bigint', String(value)] };
  if (typeof value === 'number') return { [mark]: ['number', numberText(value)] };
  if (value instanceof PyFloat) return { [mark]: ['float', numberText(value.value)] };
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    throw new TypeError('not data');
  const entries = Object.entries(value);
  if (!Object.hasOwn(value, mark)) return mapped(entries, marked);
  return { [mark]: ['object', entries.map(([key, inner]) => [key, marked(inner)])] };
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function mapped(entries: readonly (readonly [string, unknown])[], change: (value: unknown) => unknown): object {
  return Object.fromEntries(entries.map(([key, value]) => [key, change(value)]));
}
