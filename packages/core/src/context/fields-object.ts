import type { HostObject } from '../jinja/values/index.ts';
import { equals, hostFunction, optional, repr } from '../jinja/values/index.ts';
import { templateError } from './template-error.ts';

/** What all of dbt's classes of relations are: mappings in name, which are neither gone through nor counted, and always true. */
export abstract class NoDictionary implements HostObject {
  __iter__(): never {
    throw noDictionary(this);
  }

  __len__(): never {
    throw noDictionary(this);
  }

  __bool__(): boolean {
    return true;
  }
}

/** A record as dbt's classes of relations show themselves: `Path(database='db', …)`, read by attribute and by key. */
export class FieldsObject extends NoDictionary {
  readonly __type__: string;
  readonly __mapping__ = true;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly #methods: Readonly<Record<string, unknown>>;
  readonly #text: string | null;

  /** `text` is what it prints; without one its repr. */
  constructor(
    type: string,
    fields: Readonly<Record<string, unknown>>,
    methods: Readonly<Record<string, unknown>> = {},
    text: string | null = null,
  ) {
    super();
    this.__type__ = type;
    this.fields = fields;
    this.#methods = methods;
    this.#text = text;
  }

  __str__(): string {
    return this.#text ?? this.__repr__();
  }

  __getattr__(name: string): unknown {
    if (Object.hasOwn(this.fields, name)) return this.fields[name];
    if (Object.hasOwn(this.#methods, name)) return this.#methods[name];
    return Object.hasOwn(keyedMethods, name) ? keyedMethods[name]?.(this) : undefined;
  }

  __getitem__(key: unknown): unknown {
    return typeof key === 'string' && Object.hasOwn(this.fields, key) ? this.fields[key] : undefined;
  }

  __contains__(key: unknown): boolean {
    return typeof key === 'string' && Object.hasOwn(this.fields, key);
  }

  __eq__(other: unknown): boolean {
    return other instanceof FieldsObject && other.__type__ === this.__type__ && equals(other.fields, this.fields);
  }

  __repr__(): string {
    const facts = Object.entries(this.fields).map(([name, value]) => `${name}=${repr(value)}`);
    return `${this.__type__}(${facts.join(', ')})`;
  }
}

/** What such a record answers as a dict does. */
const keyedMethods: Readonly<Record<string, (object: FieldsObject) => unknown>> = {
  get: ({ fields }) =>
    hostFunction('get', ['key', optional('default')], (key, fallback) =>
      Object.hasOwn(fields, String(key)) ? fields[String(key)] : fallback,
    ),
  to_dict: ({ fields }) => hostFunction('to_dict', ['**kwargs'], () => ({ ...fields })),
};

/** dbt's error for going through the keys of such a record. */
function noDictionary(object: HostObject): Error {
  const text = object.__str__?.() ?? object.__repr__?.() ?? '';
  return templateError(
    'jinja/render',
    `The object ("${text}") was used as a dictionary. This capability has been removed from objects of this type.`,
    'Ask for its attributes by name.',
  );
}
