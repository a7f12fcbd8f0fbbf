import { toggle } from './flag-kinds.ts';
import { UsageError } from './usage-error.ts';

/** A flag of dbt that eider has no use for: taken, so that a command line that works with dbt works, or refused. */
export interface ForeignFlag {
  readonly long: string;
  readonly short?: string;
  /** Whether a value follows it. */
  readonly hasValue?: boolean;
  /** `DBT_<env>` and `DBT_ENGINE_<env>`. */
  readonly env?: string;
  /** Its key under `flags:` in dbt_project.yml. */
  readonly projectFlag?: string;
  /** Why it changes nothing here; the flag is taken. */
  readonly idle?: string;
  /** What to do instead; the flag is refused. */
  readonly refused?: string;
}

const noCache = 'there is no cache of what the database holds';
const noPlatform = 'as in dbt-core, where only the platform exports saved queries';
const noSite = "It is for `docs serve` alone, which eider has not: dbt's own shows what `eider docs generate` writes.";
const byVariable = 'As in dbt it can be set by its variable alone.';

/** Every flag of dbt 1.11 that is none of eider's. */
export const flagsOfDbt: readonly ForeignFlag[] = [
  { long: '--static-parser', env: 'STATIC_PARSER', projectFlag: 'static_parser', idle: 'every template is rendered' },
  {
    long: '--use-experimental-parser',
    env: 'USE_EXPERIMENTAL_PARSER',
    projectFlag: 'use_experimental_parser',
    idle: 'every template is rendered',
  },
  {
    long: '--send-anonymous-usage-stats',
    env: 'SEND_ANONYMOUS_USAGE_STATS',
    projectFlag: 'send_anonymous_usage_stats',
    idle: 'nothing is ever sent',
  },
  {
    long: '--cache-selected-only',
    env: 'CACHE_SELECTED_ONLY',
    projectFlag: 'cache_selected_only',
    idle: noCache,
  },
  { long: '--populate-cache', env: 'POPULATE_CACHE', projectFlag: 'populate_cache', idle: noCache },
  { long: '--log-cache-events', env: 'LOG_CACHE_EVENTS', idle: noCache },
  { long: '--use-fast-test-edges', env: 'USE_FAST_TEST_EDGES', idle: 'the order of tests is found quickly anyway' },
  { long: '--macro-debugging', env: 'MACRO_DEBUGGING', idle: 'errors in macros have their place anyway' },
  { long: '--partial-parse-file-diff', env: 'PARTIAL_PARSE_FILE_DIFF', idle: 'changes are found by content' },
  { long: '--export-saved-queries', env: 'EXPORT_SAVED_QUERIES', idle: noPlatform },
  { long: '--include-saved-query', env: 'INCLUDE_SAVED_QUERY', idle: noPlatform },
  { long: '--sqlparse', hasValue: true, env: 'SQLPARSE', idle: 'a limit of a Python library that is not used here' },
  {
    long: '--record-timing-info',
    short: '-r',
    hasValue: true,
    refused: 'It profiles Python; the durations of all nodes are in target/run_results.json.',
  },
  {
    long: '--partial-parse-file-path',
    hasValue: true,
    env: 'PARTIAL_PARSE_FILE_PATH',
    refused: 'The parse cache lies in the target folder: name that with --target-path.',
  },
  {
    long: '--upload-to-artifacts-ingest-api',
    env: 'UPLOAD_TO_ARTIFACTS_INGEST_API',
    refused: 'eider sends nothing anywhere: the artifacts are in the target folder.',
  },
  {
    long: '--show-resource-report',
    env: 'SHOW_RESOURCE_REPORT',
    refused: 'What a command uses is told by the system: `/usr/bin/time -v eider …`.',
  },
  { long: '--browser', refused: noSite },
  { long: '--host', hasValue: true, env: 'HOST', refused: noSite },
  { long: '--port', hasValue: true, refused: noSite },
  { long: '--deprecated-defer', hasValue: true, refused: `${byVariable} Write --defer.` },
  { long: '--deprecated-favor-state', hasValue: true, refused: `${byVariable} Write --favor-state.` },
  { long: '--deprecated-print', refused: `${byVariable} Write --print.` },
  { long: '--deprecated-state', hasValue: true, refused: `${byVariable} Write --state.` },
];

/** Throws UsageError where a flag, or its variable, is refused. `option` gives what commander read under a flag's name. */
export function refuseFlags(
  option: (long: string) => unknown,
  env: Readonly<Record<string, string | undefined>>,
): void {
  for (const { env: variable, hasValue, idle, long, refused } of flagsOfDbt) {
    const given = option(long);
    // A variable that changes nothing is read all the same, as dbt reads it.
    if (idle !== undefined && hasValue !== true && variable !== undefined)
      for (const name of variablesOf(variable)) if (env[name] !== undefined) toggle.read(env[name], name);
    if (refused === undefined) continue;
    if (given !== undefined && given !== false) throw new UsageError(`eider has no ${long}.`, refused);
    // DBT_HOST is a variable of many profiles.
    if (variable === undefined || variable === 'HOST') continue;
    const set = variablesOf(variable).find((name) => isOn(env[name]));
    if (set !== undefined) throw new UsageError(`eider has no ${long}, which ${set} asks for.`, refused);
  }
}

function variablesOf(variable: string): readonly string[] {
  return [`DBT_ENGINE_${variable}`, `DBT_${variable}`];
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !/^(|0|false|f|no|n|off)$/i.test(value);
}
