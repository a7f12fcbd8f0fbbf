import {
  type Callable,
  type HostObject,
  hostFunction,
  type Keywords,
  optional,
  Tuple,
  toStr,
} from '../jinja/values/index.ts';

/** What a namespace may answer beside attributes. */
export interface NamespaceHooks {
  readonly call?: (args: readonly unknown[], kwargs: Keywords | null) => unknown;
  readonly item?: (key: unknown) => unknown;
  /** The names of its members. With them it is a mapping. */
  readonly names?: () => readonly string[];
  /** Whether it counts as true. */
  readonly isTrue?: () => boolean;
  /** What it prints. */
  readonly text?: string;
}

/** An object of the host with named members, made when they are asked for: `api`, `adapter`, `exceptions`, a package of macros. */
export class Namespace implements HostObject {
  readonly __type__: string;
  readonly __call__?: (args: readonly unknown[], kwargs: Keywords | null) => unknown;
  readonly __getitem__: (key: unknown) => unknown;
  readonly __names__?: () => readonly string[];
  readonly __mapping__?: boolean;
  readonly __iter__?: () => Iterable<unknown>;
  readonly __len__?: () => number;
  readonly __contains__?: (key: unknown) => boolean;
  readonly __repr__?: () => string;
  readonly __bool__?: () => boolean;
  readonly #member: (name: string) => unknown;

  /** `member` gives undefined for a name that is not there. */
  constructor(type: string, member: (name: string) => unknown, hooks: NamespaceHooks = {}) {
    this.__type__ = type;
    this.#member = member;
    if (hooks.call !== undefined) this.__call__ = hooks.call;
    const { isTrue, names, text } = hooks;
    if (isTrue !== undefined) this.__bool__ = isTrue;
    if (text !== undefined) this.__repr__ = () => text;
    if (names !== undefined) {
      this.__names__ = names;
      this.__mapping__ = true;
      this.__iter__ = names;
      this.__len__ = () => names().length;
      this.__contains__ = (key) => names().includes(String(key));
    }
    this.__getitem__ = hooks.item ?? ((key) => (typeof key === 'string' ? member(key) : undefined));
  }

  __getattr__(name: string): unknown {
    return this.#member(name);
  }
}

/** The members of a record. */
export function membersOf(record: Readonly<Record<string, unknown>>): (name: string) => unknown {
  return (name) => (Object.hasOwn(record, name) ? record[name] : undefined);
}

/** A dict whose values are made when they are asked for; its methods come before members of their names, as in Python. */
export function namesAndValues(
  get: (name: string) => unknown,
  names: () => readonly string[],
  more: Readonly<Record<string, Callable>> = {},
): Namespace {
  const methods: Readonly<Record<string, Callable>> = {
    ...more,
    get: hostFunction('get', ['key', optional('default')], (key, fallback) => get(toStr(key)) ?? fallback),
    keys: hostFunction('keys', [], names),
    values: hostFunction('values', [], () => names().map(get)),
    items: hostFunction('items', [], () => names().map((name) => Tuple.from([name, get(name)]))),
  };
  const member = (name: string): unknown => (Object.hasOwn(methods, name) ? methods[name] : get(name));
  return new Namespace('dict', member, { item: (key) => (typeof key === 'string' ? get(key) : undefined), names });
}
