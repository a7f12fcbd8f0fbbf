import { mappingOf } from './dict.ts';
import { hostOf } from './host-object.ts';
import { PyFloat } from './number.ts';
import { Undefined } from './undefined.ts';

/** Python's `bool(v)`: empty text and containers, zero, None and undefined are false; generators are true. */
export function truth(value: unknown): boolean {
  if (typeof value !== 'object') return typeof value === 'number' ? value !== 0 : Boolean(value);
  if (value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof PyFloat) return value.value !== 0;
  if (value instanceof Undefined) return false;
  if (value instanceof Uint8Array) return value.length > 0;
  const mapping = mappingOf(value);
  if (mapping !== null) return mapping.size > 0;
  const host = hostOf(value);
  return host?.__bool__?.() ?? (host?.__len__ === undefined || host.__len__() > 0);
}
