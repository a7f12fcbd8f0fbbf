import { contains } from './contains.ts';
import type { MappingLike } from './dict.ts';
import { equals } from './equals.ts';
import { identity, unhashable } from './hash-key.ts';
import type { BinaryOperator, OrderOperator } from './host-object.ts';
import { iterableOf, iterate } from './iterate.ts';
import { PySet } from './py-set.ts';
import { repr } from './repr.ts';
import { Tuple } from './tuple.ts';

/** What a view shows of its dict. */
export type DictViewKind = 'keys' | 'values' | 'items';

/** A live view of a dict: what `keys()`, `values()` and `items()` give. */
export class DictView implements Iterable<unknown> {
  readonly __type__: string;
  readonly kind: DictViewKind;
  readonly #mapping: MappingLike;

  constructor(mapping: MappingLike, kind: DictViewKind) {
    this.kind = kind;
    this.__type__ = `dict_${kind}`;
    this.#mapping = mapping;
  }

  *[Symbol.iterator](): Iterator<unknown> {
    if (this.kind === 'keys') yield* this.#mapping.keys();
    else if (this.kind === 'values') yield* this.#mapping.values();
    else for (const [key, value] of this.#mapping.entries()) yield Tuple.of(key, value);
  }

  __iter__(): Iterable<unknown> {
    return this;
  }

  __len__(): number {
    return this.#mapping.size;
  }

  __contains__(item: unknown): boolean {
    if (this.kind === 'keys') return this.#mapping.has(item);
    if (this.kind === 'values') return contains([...this], item);
    if (!(item instanceof Tuple) || item.length !== 2) return false;
    return this.#mapping.has(item[0]) && equals(this.#mapping.get(item[0]), item[1]);
  }

  __eq__(other: unknown): boolean {
    if (this === other) return true;
    if (this.kind === 'values') return false;
    return (other instanceof PySet || isSetLike(other)) && new PySet(this).__eq__(new PySet(iterableOf(other) ?? []));
  }

  __hash__(): string | number | bigint {
    if (this.kind === 'values') return `\0v${identity(this)}`;
    throw unhashable(this.__type__);
  }

  __compare__(operator: OrderOperator, other: unknown): boolean | undefined {
    if (this.kind === 'values' || !(other instanceof PySet || isSetLike(other))) return undefined;
    return new PySet(this).__compare__(operator, new PySet(other));
  }

  __binary__(operator: BinaryOperator, other: unknown, reflected: boolean): unknown {
    if (this.kind === 'values' || !['-', '&', '|', '^'].includes(operator)) return undefined;
    const items = new PySet(iterate(other));
    return reflected ? items.__binary__(operator, new PySet(this)) : new PySet(this).__binary__(operator, items);
  }

  __repr__(): string {
    return `${this.__type__}(${repr([...this])})`;
  }
}

function isSetLike(value: unknown): value is DictView {
  return value instanceof DictView && value.kind !== 'values';
}
