import { equals } from './equals.ts';
import { hashKey } from './hash-key.ts';
import type { HostObject } from './host-object.ts';
import { elementAt } from './sequence.ts';

/** An instance of a subclass of Python's `str`: a text that knows more about itself. */
export abstract class TextValue implements HostObject {
  abstract readonly __type__: string;
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  __str__(): string {
    return this.text;
  }

  __eq__(other: unknown): boolean {
    return equals(this.text, textOf(other) ?? other);
  }

  __hash__(): string | number | bigint {
    return String(hashKey(this.text));
  }

  __len__(): number {
    return Array.from(this.text).length;
  }

  __iter__(): Iterable<string> {
    return this.text;
  }

  __getitem__(key: unknown): unknown {
    return elementAt(this.text, key);
  }

  __bool__(): boolean {
    return this.text !== '';
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }
}

/** The text of a `str` or of an instance of its subclasses; `undefined` (JS) for any other value. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof TextValue ? value.text : undefined;
}

/** A text as a plain `str`, any other value as it is. */
export function plainText(value: unknown): unknown {
  return value instanceof TextValue ? value.text : value;
}

/** Makes the texts of a new list plain, in place: most lists hold no other. */
export function plainTexts(values: unknown[]): unknown[] {
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (value instanceof TextValue) values[i] = value.text;
  }
  return values;
}
