import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where `setup.ts` puts the Python environments; git ignores it. */
export const cacheFolder: string = join(import.meta.dirname, '.cache');

/** The programs that eider is compared with. */
export interface Peers {
  /** Python of an environment with dbt-core, dbt-duckdb, deltalake and DuckDB 1.5.5. */
  readonly dbtPython: string;
  /** Python interpreters by the version of DuckDB that they hold. */
  readonly duckdb: ReadonlyMap<string, string>;
  /** A home folder whose `.duckdb/extensions` holds what the fixtures load, so that nothing is fetched while tests run. */
  readonly home: string;
}

/** What `setup.ts` installs: environments by name, each with its pip requirements. */
export const environments: Readonly<Record<string, readonly string[]>> = {
  dbt: ['dbt-core<1.12', 'dbt-duckdb==1.11.1', 'duckdb==1.5.5', 'deltalake>=1.1', 'pyarrow'],
  // Python's duckdb needs pytz to hand out a TIMESTAMP WITH TIME ZONE.
  'duckdb-1.0.0': ['duckdb==1.0.0', 'pytz'],
};

/** Extensions of DuckDB that fixtures name, from PyPI. */
export const extensions: readonly string[] = ['httpfs'];

/** The Python interpreter of an environment. */
export function pythonOf(environment: string): string {
  return join(cacheFolder, environment, 'bin', 'python');
}

/** The peers, or an error that says how to get what is missing. Never a silent skip: a missing peer proves nothing. */
export function findPeers(): Peers {
  const missing = Object.keys(environments).filter((name) => !existsSync(join(cacheFolder, name, 'complete')));
  if (missing.length > 0) {
    throw new Error(
      `The peers to compare with are not installed (missing: ${missing.join(', ')}). ` +
        'Run `node --import tsx test/interop/setup.ts` once; it needs Python 3.10 or newer and a package index.',
    );
  }
  const dbtPython = pythonOf('dbt');
  return {
    dbtPython,
    duckdb: new Map([
      ['1.0.0', pythonOf('duckdb-1.0.0')],
      ['1.5.5', dbtPython],
    ]),
    home: join(cacheFolder, 'home'),
  };
}
