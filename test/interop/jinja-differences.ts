/** A difference from dbt's Jinja that is meant: what the template or dbt's text for it holds, and why. At most twenty. */
export interface MeantDifference {
  readonly pattern: RegExp;
  readonly reason: string;
}

export const meantDifferences: readonly MeantDifference[] = [
  { pattern: /py_current_timestring/, reason: 'The clock: both print the microsecond in which they run.' },
];
