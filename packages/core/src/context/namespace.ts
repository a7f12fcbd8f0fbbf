import type { HostObject, Keywords } from '../jinja/values/index.ts';

/** What a namespace may answer beside attributes. */
export interface NamespaceHooks {
  readonly call?: (args: readonly unknown[], kwargs: Keywords | null) => unknown;
  readonly item?: (key: unknown) => unknown;
  /** The names of its members, for suggestions. */
  readonly names?: () => readonly string[];
}

/** An object of the host with named members, made when they are asked for: `api`, `adapter`, `exceptions`, a package of macros. */
export class Namespace implements HostObject {
  readonly __type__: string;
  readonly __call__?: (args: readonly unknown[], kwargs: Keywords | null) => unknown;
  readonly __getitem__: (key: unknown) => unknown;
  readonly __names__?: () => readonly string[];
  readonly #member: (name: string) => unknown;

  /** `member` gives undefined for a name that is not there. */
  constructor(type: string, member: (name: string) => unknown, hooks: NamespaceHooks = {}) {
    this.__type__ = type;
    this.#member = member;
    if (hooks.call !== undefined) this.__call__ = hooks.call;
    if (hooks.names !== undefined) this.__names__ = hooks.names;
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
