import type { Method, MethodTable } from '../methods/method.ts';
import { type Callable, rawFunction } from '../values/call-value.ts';
import type { HostObject, Keywords } from '../values/host-object.ts';
import { typeError } from '../values/py-error.ts';
import { builtinMethod, repr } from '../values/repr.ts';
import { typeName } from '../values/type-name.ts';

/** What a module class does: how it constructs, and its class attributes and methods by name. */
export interface ClassParts {
  readonly construct: (args: readonly unknown[], kwargs: Keywords | null) => unknown;
  readonly statics: Readonly<Record<string, () => unknown>>;
  /** How Python shows it, where that is not `<class '…'>`. */
  readonly shownAs?: string;
  /** What its instances have, base classes last: methods can be called on the class with an instance in front. */
  readonly members?: readonly ClassMembers[];
}

/** Methods and attributes that a class defines for its instances. */
export interface ClassMembers {
  /** The class that defines them, as CPython names it. */
  readonly owner: string;
  readonly methods: ReadonlyMap<string, Method<never>>;
  readonly attributes: readonly string[];
  readonly isInstance: (value: unknown) => boolean;
}

/** A Python class of a module, as templates see it: callable, with class methods and constants. */
export class PythonClass implements HostObject {
  readonly __type__ = 'type';
  readonly name: string;
  readonly #parts: ClassParts;

  constructor(name: string, parts: ClassParts) {
    this.name = name;
    this.#parts = parts;
  }

  __call__(args: readonly unknown[], kwargs: Keywords | null): unknown {
    return this.#parts.construct(args, kwargs);
  }

  __getattr__(name: string): unknown {
    if (Object.hasOwn(this.#parts.statics, name)) return this.#parts.statics[name]?.();
    for (const members of this.#parts.members ?? []) {
      if (members.attributes.includes(name)) return descriptor(`<attribute '${name}' of '${members.owner}' objects>`);
      const method = name.startsWith('_') ? undefined : members.methods.get(name);
      if (method !== undefined) return unbound(name, method, members);
    }
    return undefined;
  }

  __repr__(): string {
    return this.#parts.shownAs ?? `<class '${this.name}'>`;
  }
}

function descriptor(words: string): HostObject {
  return { __type__: 'getset_descriptor', __repr__: () => words, __getattr__: () => undefined };
}

/** A method of a class, which takes the instance as its first argument. */
function unbound(name: string, method: Method<never>, { owner, isInstance }: ClassMembers): unknown {
  const run = ([self, ...args]: readonly unknown[], kwargs: Keywords | null): unknown => {
    if (self === undefined) {
      throw typeError(`unbound method ${owner.slice(owner.indexOf('.') + 1)}.${name}() needs an argument`);
    }
    if (isInstance(self)) return method(self as never, args, kwargs, noLookup);
    throw typeError(`descriptor '${name}' for '${owner}' objects doesn't apply to a '${typeName(self)}' object`);
  };
  const words = (): string => `<method '${name}' of '${owner}' objects>`;
  return Object.assign(rawFunction(name, run), { __repr__: words, __type__: 'method_descriptor' });
}

const noLookup = { attribute: () => undefined, item: () => undefined };

/** What classes give their instances beside methods, by the name of the class: constants, and methods of the class itself. */
export const classAttributes: Map<string, Readonly<Record<string, () => unknown>>> = new Map();

/**
 * The method of a table bound to an object, or what its class has under that name, as an attribute lookup gives it; `undefined` (JS) if there is
 * neither.
 */
export function boundMethod<Self extends HostObject>(table: MethodTable<Self>, self: Self, name: string): unknown {
  const method: Method<Self> | undefined = table.get(name);
  if (method !== undefined) return boundFunction(self, name, (args, kwargs) => method(self, args, kwargs, noLookup));
  const attributes = classAttributes.get(self.__type__ ?? '') ?? {};
  return Object.hasOwn(attributes, name) ? attributes[name]?.() : undefined;
}

/** A function that is a method of an object, as Python shows it. */
export function boundFunction(
  self: HostObject,
  name: string,
  run: (args: readonly unknown[], kwargs: Keywords | null) => unknown,
): Callable {
  const bound = rawFunction(name, run);
  const type = typeName(self);
  const words = (): string =>
    /^(datetime|re)\./.test(type)
      ? builtinMethod(name, type, bound)
      : `<bound method ${type}.${name} of ${repr(self)}>`;
  return Object.assign(bound, { __repr__: words });
}

/** A method of a class itself, such as `date.today`. */
export function classMethod(
  name: string,
  run: (args: readonly unknown[], kwargs: Keywords | null) => unknown,
): Callable {
  const method = rawFunction(name, run);
  return Object.assign(method, { __repr__: () => builtinMethod(name, 'type', method) });
}

/**
 * Binds arguments the way C code of CPython does: by position or name, the first `required` must be there.
 * `undefined` (JS) stands for an argument that is not given. Throws TypeError in its words.
 */
export function bindNative(
  names: readonly string[],
  required: number,
  args: readonly unknown[],
  kwargs: Keywords | null,
  caller: string | null = null,
): unknown[] {
  const total = args.length + Object.keys(kwargs ?? {}).length;
  const subject = caller === null ? 'function' : `${caller}()`;
  if (total > names.length) {
    const most = `${names.length} argument${names.length === 1 ? '' : 's'}`;
    throw typeError(`${subject} takes at most ${most} (${total} given)`);
  }
  const bound = names.map((name, i) => {
    const named = kwargs !== null && Object.hasOwn(kwargs, name);
    if (i < args.length && named) {
      throw typeError(`argument for ${subject} given by name ('${name}') and position (${i + 1})`);
    }
    const value = named ? kwargs[name] : args[i];
    return i < args.length || named ? (value ?? null) : undefined;
  });
  bound.forEach((value, i) => {
    if (i < required && value === undefined) {
      throw typeError(`${subject} missing required argument '${names[i]}' (pos ${i + 1})`);
    }
  });
  const unknown = Object.keys(kwargs ?? {}).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw typeError(`'${unknown}' is an invalid keyword argument for ${caller === null ? 'this function' : subject}`);
  }
  return bound;
}
