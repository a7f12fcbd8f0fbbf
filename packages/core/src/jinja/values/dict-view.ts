import { contains } from './contains.ts';
import type { MappingLike } from './dict.ts';
import { equals } from './equals.ts';
import type { BinaryOperator } from './host-object.ts';
import { iterableOf } from './iterate.ts';
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

  __binary__(operator: BinaryOperator, other: unknown, reflected: boolean): unknown {
    const items = this.kind === 'values' ? null : iterableOf(other);
    if (items === null) return undefined;
    const [a, b] = reflected ? [new PySet(items), new PySet(this)] : [new PySet(this), new PySet(items)];
    return a.__binary__(operator, b);
  }

  __repr__(): string {
    return `${this.__type__}(${repr([...this])})`;
  }
}

function isSetLike(value: unknown): value is DictView {
  return value instanceof DictView && value.kind !== 'values';
}
