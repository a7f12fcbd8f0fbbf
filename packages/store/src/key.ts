import { StoreError } from './errors.ts';

const own = /^\.eider-|\.claim$/;

/** The key itself where a store may hold it. Throws `store/invalid-key`. */
export function checkKey(key: string): string {
  if (isKey(key)) return key;
  const bad = key.split('/').find(isBadPart);
  const what = bad === undefined ? 'holds a backslash or a NUL' : `has the part '${bad}'`;
  throw new StoreError(
    'store/invalid-key',
    `'${key}' is no key: it ${what}.`,
    'Use a relative path with / between its parts.',
  );
}

/** Whether a store may hold an object of that key. */
export function isKey(key: string): boolean {
  return !/[\\\0]/.test(key) && !key.split('/').some(isBadPart);
}

function isBadPart(part: string): boolean {
  return part === '' || part === '.' || part === '..' || isOwnName(part);
}

/** Whether a name is one that stores make for themselves: temporary files and claims. */
export function isOwnName(name: string): boolean {
  return own.test(name);
}

const late = /[\ud800-\uffff]/;

/** Compares keys by their UTF-8 bytes, as object stores list them. */
export function compareKeys(a: string, b: string): number {
  // JavaScript orders by UTF-16, which is another order only where there are surrogates, or what follows them.
  if (!late.test(a) && !late.test(b)) return a < b ? -1 : a > b ? 1 : 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Whether a key comes after another one; true where that is not given. */
export function isBehind(key: string, after: string | undefined): boolean {
  return after === undefined || compareKeys(key, after) > 0;
}
