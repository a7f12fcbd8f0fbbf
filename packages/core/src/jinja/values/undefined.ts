import { PyError } from './py-error.ts';

/** How undefined values behave: `default` as Jinja's Undefined, `parse` as dbt's lenient one (attributes, items and calls give undefined again). */
export type UndefinedMode = 'default' | 'parse';

/** What else may be known of an undefined value. */
interface Details {
  readonly kind?: string;
  readonly names?: () => readonly string[];
  readonly name?: unknown;
}

/** A name or attribute that is not there. Prints nothing, is false and empty; other uses throw UndefinedError. */
export class Undefined {
  /** What is wrong, in Jinja's words. */
  readonly hint: string;
  readonly mode: UndefinedMode;
  /** The Python class of the error that using it gives. */
  readonly kind: string;
  /** Names that are there, for suggestions. */
  readonly #names: () => readonly string[];
  /** While parsing: what dbt's undefined value says is its `name`, which is the last one that was asked of it. */
  name: unknown;

  constructor(hint: string, mode: UndefinedMode = 'default', more: Details = {}) {
    this.hint = hint;
    this.mode = mode;
    this.kind = more.kind ?? 'UndefinedError';
    this.#names = more.names ?? (() => []);
    this.name = more.name ?? null;
  }

  /** The error that a use of this value throws. */
  error(): PyError {
    return new PyError(this.kind, this.hint, { names: this.#names() });
  }
}

/** Whether a value is undefined in Jinja's sense. */
export function isUndefined(value: unknown): value is Undefined {
  return value instanceof Undefined;
}

/** The undefined value for a name that is not there, or with other words than "'x' is undefined" through `hint`. */
export function undefinedOf(what: string | { readonly hint: string }, mode: UndefinedMode = 'default'): Undefined {
  return typeof what === 'string'
    ? new Undefined(`'${what}' is undefined`, mode, { name: what })
    : new Undefined(what.hint, mode);
}
