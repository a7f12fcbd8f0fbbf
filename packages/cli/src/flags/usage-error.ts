/** A command line, environment or `flags:` that cannot be used: exit code 2. Apart from core's errors so that `--help` need not load core. */
export class UsageError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
  }
}
