import { choice, type FlagDefinitions, type FlagKind, integer, moment, text, toggle } from './flag-kinds.ts';

/** Names of columns with commas between, or each behind a flag of its own: a list of words would take the files behind it. */
const columns: FlagKind<readonly string[]> = {
  placeholder: '<columns>',
  repeats: true,
  read: (raw) =>
    [raw]
      .flat()
      .flatMap((part) => String(part).split(','))
      .map((name) => name.trim())
      .filter((name) => name !== ''),
};

/** Flags of the commands on Delta tables. */
export const deltaFlags: FlagDefinitions<
  | 'mode'
  | 'key'
  | 'batchId'
  | 'inputFormat'
  | 'widen'
  | 'sortBy'
  | 'zOrder'
  | 'fileSize'
  | 'retentionHours'
  | 'toCommit'
  | 'toVersion'
  | 'asOf'
> = {
  mode: {
    kind: choice('append', 'overwrite', 'merge'),
    long: '--mode',
    fallback: 'append',
    help: 'what becomes of the rows that are there: they stay, make way, or make way where their key comes again',
  },
  key: { kind: columns, long: '--key', fallback: [], help: 'columns that say which rows are the same: id,day' },
  batchId: {
    kind: text,
    long: '--batch-id',
    fallback: undefined,
    help: 'name of the batch, which is landed once; default: a hash of what the files hold',
  },
  inputFormat: {
    kind: choice('csv', 'json', 'parquet'),
    long: '--input-format',
    fallback: undefined,
    help: 'what is in the files; default: as their names end',
  },
  widen: {
    kind: toggle,
    long: '--widen',
    fallback: false,
    help: 'let columns become wider (integer to long), by writing all files of the table anew',
  },
  sortBy: {
    kind: columns,
    long: '--sort-by',
    fallback: [],
    help: 'order all rows by these columns, one after another',
  },
  zOrder: { kind: columns, long: '--z-order', fallback: [], help: 'order all rows by these columns at once' },
  fileSize: { kind: integer(1), long: '--file-size', fallback: 128, help: 'megabytes of a file that is large enough' },
  retentionHours: {
    kind: integer(0),
    long: '--retention-hours',
    fallback: undefined,
    help: 'how long files that are gone stay; default: as the table says, a week where it does not',
  },
  toCommit: {
    kind: text,
    long: '--to-commit',
    fallback: undefined,
    help: 'of a node: number of a commit of the lake, or how the id of its build begins',
  },
  toVersion: { kind: integer(0), long: '--to-version', fallback: undefined, help: 'version whose rows come back' },
  asOf: { kind: moment, long: '--as-of', fallback: undefined, help: 'time (UTC) whose rows come back' },
};
