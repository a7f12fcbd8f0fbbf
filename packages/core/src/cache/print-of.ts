import { hash } from 'node:crypto';
import { PyFloat } from '../jinja/values/index.ts';

let foreign = 0;

/**
 * A text that two values share only where templates cannot tell them apart: the order of keys counts, and so does whether a number is a float.
 * A value that is no plain data has a text of its own each time.
 */
export function printOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      return `${value}n`;
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'object':
      return value === null ? 'null' : printOfObject(value);
    default:
      return unique();
  }
}

function printOfObject(value: object): string {
  if (Array.isArray(value)) return `[${value.map(printOf).join(',')}]`;
  if (value instanceof PyFloat) return `f${printOf(value.value)}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return unique();
  return `{${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${printOf(item)}`)}}`;
}

function unique(): string {
  foreign += 1;
  return `?${process.pid}.${foreign}`;
}

/** A hash of a text, for comparison alone: of what a cache must not hold itself, or need not. */
export function hashOf(text: string): string {
  return hash('sha256', text, 'base64url');
}
