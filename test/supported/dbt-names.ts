import { readFileSync } from 'node:fs';
import { inRepository } from '../source-files.ts';

/** A flag of dbt's as its command line declares it. */
export interface DbtFlag {
  /** Every spelling, the `--no-` form too. */
  readonly flags: readonly string[];
  /** `DBT_…`; null where it has none. */
  readonly variable: string | null;
  /** `nothing`, a kind of value, or the first of its choices. */
  readonly takes: string;
}

/** The names that dbt-core 1.11 and dbt-duckdb 1.11 know: written by `interop/names_peer.py`, which asks dbt itself. Lists in texts have commas or spaces. */
export interface DbtNames {
  readonly commands: readonly string[];
  readonly flags: readonly {
    readonly flags: string;
    readonly variable: string | null;
    readonly takes: string;
    readonly commands: string;
  }[];
  readonly projectFlags: readonly string[];
  readonly methods: readonly string[];
  /** With the kinds of resources that have the config. */
  readonly configs: Readonly<Record<string, string>>;
  readonly context: readonly string[];
  readonly adapter: readonly string[];
  readonly exceptions: readonly string[];
  readonly profile: readonly string[];
  /** Of relations (`relation.`), of their class, and of columns. */
  readonly members: readonly string[];
  /** By kind of entry, those in an entry behind a dot: `models.columns`. */
  readonly propertyKeys: Readonly<Record<string, string>>;
  readonly projectKeys: readonly string[];
}

export const dbtNames: DbtNames = JSON.parse(
  readFileSync(inRepository('test/supported/dbt-names.json'), 'utf8'),
) as DbtNames;

/** The flags that a command has in dbt. */
export function flagsOf(command: string): readonly DbtFlag[] {
  const own = dbtNames.flags.filter(({ commands }) => commands.split(', ').includes(command));
  return own.map(({ flags, takes, variable }) => ({ flags: flags.split(' '), takes, variable }));
}
