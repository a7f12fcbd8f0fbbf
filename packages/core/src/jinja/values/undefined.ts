import { PyError } from './py-error.ts';

/** How undefined values behave: `default` as Jinja's Undefined, `parse` as dbt's lenient one (attributes, items and calls give undefined again). */
export type UndefinedMode = 'default' | 'parse';

/** A name or attribute that is not there. Prints nothing, is false and empty; other uses throw UndefinedError. */
export class Undefined {
  /** What is wrong, in Jinja's words. */
  readonly hint: string;
  readonly mode: UndefinedMode;
  /** The Python class of the error that using it gives. */
  readonly kind: string;
  /** Names that are there, for suggestions. */
  readonly #names: () => readonly string[];

  constructor(
    hint: string,
    mode: UndefinedMode = 'default',
    kind: string = 'UndefinedError',
    names: () => readonly string[] = () => [],
  ) {
    this.hint = hint;
    this.mode = mode;
    this.kind = kind;
    this.#names = names;
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
  return new Undefined(typeof what === 'string' ? `'${what}' is undefined` : what.hint, mode);
}
