import type { Place } from '@eider/core';

/** A command line, environment or `flags:` that cannot be used: exit code 2. Apart from core's errors so that `--help` need not load core. */
export class UsageError extends Error {
  /** Where it stands, of a flag that dbt_project.yml sets. */
  readonly place: Place | undefined;
  readonly hint: string | undefined;
  /** A word that is none of the right ones: what was meant is suggested. */
  readonly choice: { readonly word: string; readonly options: readonly string[] } | undefined;

  constructor(message: string, hint?: string, choice?: UsageError['choice'], place?: Place) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
    this.choice = choice;
    this.place = place;
  }
}
