/** A command line, environment or `flags:` that cannot be used: exit code 2. Apart from core's errors so that `--help` need not load core. */
export class UsageError extends Error {
  readonly hint: string | undefined;
  /** A word that is none of the right ones: what was meant is suggested. */
  readonly choice: { readonly word: string; readonly options: readonly string[] } | undefined;

  constructor(message: string, hint?: string, choice?: UsageError['choice']) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
    this.choice = choice;
  }
}
