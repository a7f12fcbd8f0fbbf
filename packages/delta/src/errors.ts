/** Every code that this package may report, with its title. */
export const deltaCodes = {
  'delta/no-table': 'No Delta table at this place',
  'delta/no-version': 'A version that the table does not have',
  'delta/broken-log': 'A log that cannot be read',
  'delta/broken-vector': 'A deletion vector that cannot be read',
  'delta/unsupported-feature': 'A table with a feature that is not known here',
  'delta/invalid-commit': 'A commit that the protocol forbids',
  'delta/append-only': 'A table that allows appends only',
  'delta/invalid-schema': 'A schema that cannot be read or written',
  'delta/invalid-property': 'A table property with a value of no meaning',
  'delta/schema-mismatch': 'Rows that do not fit the columns of a table',
  'delta/ambiguous-merge': 'Several rows of a source for one row of a table',
  'delta/broken-rule': 'Rows that break a constraint of a table',
  'delta/empty-overwrite': 'An overwrite of partitions without rows',
  'delta/conflict': 'Other writers came first each time',
  'delta/no-feed': 'A table that keeps no change data feed',
  'delta/vacuum-too-young': 'A vacuum that could delete what others still use',
} as const;

export type DeltaCode = keyof typeof deltaCodes;

/** What went wrong with a table. `message` says what and why, `hint` what to do. */
export class DeltaError extends Error {
  readonly code: DeltaCode;
  readonly hint: string;

  constructor(code: DeltaCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DeltaError';
    this.code = code;
    this.hint = hint;
  }
}
