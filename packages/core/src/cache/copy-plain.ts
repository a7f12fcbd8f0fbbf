/** A copy of plain data: mappings and lists are new, everything else (numbers and texts of any class) is immutable and shared. */
export function copyPlain<T>(value: T): T {
  return copied(value) as T;
}

function copied(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Array.prototype.map.call(value, copied);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) setOwn(copy, key, copied((value as Record<string, unknown>)[key]));
  return copy;
}

/** Also for the key `__proto__`, which an assignment would take for the prototype. */
function setOwn(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') record[key] = value;
  else Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
}
