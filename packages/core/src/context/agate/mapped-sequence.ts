import type { HostObject } from '../../jinja/values/index.ts';
import {
  contains,
  Dict,
  equals,
  hostFunction,
  isInt,
  iterableOf,
  optional,
  PyError,
  repr,
  Tuple,
} from '../../jinja/values/index.ts';
import { sliceOf } from '../../jinja/values/sequence.ts';

/** How many elements its text shows. */
const shown = 5;

/** agate's MappedSequence: values by position and, where they have keys, by key. Rows and columns are such. */
export class MappedSequence implements HostObject {
  readonly __type__: string = 'agate.MappedSequence';
  readonly values: Tuple;
  readonly keys: readonly unknown[] | null;

  constructor(values: Iterable<unknown>, keys: readonly unknown[] | null) {
    this.values = Tuple.from(values);
    this.keys = keys;
  }

  __getattr__(name: string): unknown {
    switch (name) {
      case 'values':
        return hostFunction(name, [], () => this.values);
      case 'keys':
        return hostFunction(name, [], () => (this.keys === null ? null : Tuple.from(this.keys)));
      case 'items':
        return hostFunction(name, [], () => Tuple.from(this.entries().map((entry) => Tuple.from(entry))));
      case 'dict':
        return hostFunction(name, [], () => {
          if (this.keys === null) throw new PyError('KeyError', '');
          return new Dict(this.entries());
        });
      case 'get': {
        const fallback = optional('default');
        return hostFunction(name, ['key', fallback], (key, otherwise) => {
          const found = this.keyed(key);
          return found === undefined ? otherwise : found;
        });
      }
      case 'count':
        return hostFunction(name, ['value'], (value) => this.values.filter((one) => equals(one, value)).length);
      case 'index':
        return hostFunction(name, ['value'], (value) => {
          const index = this.values.findIndex((one) => equals(one, value));
          if (index < 0) throw new PyError('ValueError', '');
          return index;
        });
      default:
        return undefined;
    }
  }

  /** The element of a position or key. Throws IndexError, KeyError. */
  at(key: unknown): unknown {
    const found = this.__getitem__(key);
    if (found !== undefined) return found;
    if (isInt(key)) throw new PyError('IndexError', 'tuple index out of range');
    const names = this.keys?.filter((one) => typeof one === 'string') ?? [];
    throw new PyError('KeyError', this.keys === null ? '' : repr(key), { names });
  }

  __getitem__(key: unknown): unknown {
    return typeof key === 'number' ? this.values.at(key) : this.keyed(key);
  }

  __slice__(start: unknown, stop: unknown, step: unknown): unknown {
    return sliceOf(this.values, start, stop, step);
  }

  __iter__(): Iterable<unknown> {
    return this.values;
  }

  __len__(): number {
    return this.values.length;
  }

  __contains__(item: unknown): boolean {
    return contains(this.values, item);
  }

  __eq__(other: unknown): boolean {
    const items = typeof other === 'string' ? null : iterableOf(other);
    return items !== null && equals(this.values, Tuple.from(items));
  }

  __repr__(): string {
    const values = Array.from(this.values).slice(0, shown).map(repr).join(', ');
    return `<agate.${this.__type__.replace('agate.', '')}: (${values}${this.values.length > shown ? ', ...' : ''})>`;
  }

  /** Keys and values. Throws TypeError where there are no keys. */
  entries(): [unknown, unknown][] {
    if (this.keys === null) throw new PyError('TypeError', "'NoneType' object is not iterable");
    return this.keys.map((key, index): [unknown, unknown] => [key, this.values[index]]);
  }

  private keyed(key: unknown): unknown {
    const index = this.keys?.findIndex((one) => equals(one, key)) ?? -1;
    return index < 0 ? undefined : this.values[index];
  }
}
