import type { Keywords } from '../values/host-object.ts';

/** How a method reads attributes and items of values (`str.format` does). */
export interface Lookup {
  attribute(value: unknown, name: string): unknown;
  item(value: unknown, key: unknown): unknown;
}

/** A method of a Python type. */
export type Method<Self> = (self: Self, args: readonly unknown[], kwargs: Keywords | null, lookup: Lookup) => unknown;

/** The methods of a type by name. */
export type MethodTable<Self> = ReadonlyMap<string, Method<Self>>;
