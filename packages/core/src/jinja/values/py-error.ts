/** An error of the template's own world: `kind` is the Python class, `message` CPython's or Jinja's words. */
export class PyError extends Error {
  readonly kind: string;
  /** What would have been a right name, where the error is about a name: for suggestions. */
  readonly names: readonly string[];

  constructor(kind: string, message: string, options?: ErrorOptions & { readonly names?: readonly string[] }) {
    super(message, options);
    this.name = 'PyError';
    this.kind = kind;
    this.names = options?.names ?? [];
  }
}

/** A PyError of kind TypeError. */
export function typeError(message: string, names: readonly string[] = []): PyError {
  return new PyError('TypeError', message, { names });
}

/** A PyError of kind ValueError. */
export function valueError(message: string): PyError {
  return new PyError('ValueError', message);
}
