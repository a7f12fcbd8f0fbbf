/** An error of the template's own world: `kind` is the Python class, `message` CPython's or Jinja's words. */
export class PyError extends Error {
  readonly kind: string;

  constructor(kind: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PyError';
    this.kind = kind;
  }
}

/** A PyError of kind TypeError. */
export function typeError(message: string): PyError {
  return new PyError('TypeError', message);
}

/** A PyError of kind ValueError. */
export function valueError(message: string): PyError {
  return new PyError('ValueError', message);
}
