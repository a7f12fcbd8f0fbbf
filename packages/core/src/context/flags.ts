import { Namespace } from './namespace.ts';
import type { Reads } from './reads.ts';

/** What dbt's templates know of the flags: no others. */
const defaults: Readonly<Record<string, unknown>> = {
  WHICH: 'run',
  FULL_REFRESH: false,
  STORE_FAILURES: false,
  EMPTY: false,
  FAIL_FAST: false,
  DEBUG: false,
  QUIET: false,
  NO_PRINT: null,
  USE_COLORS: true,
  USE_EXPERIMENTAL_PARSER: false,
  WARN_ERROR: null,
  WARN_ERROR_OPTIONS: null,
  PARTIAL_PARSE: true,
  STATIC_PARSER: true,
  VERSION_CHECK: true,
  WRITE_JSON: true,
  INDIRECT_SELECTION: 'eager',
  INTROSPECT: true,
  CACHE_SELECTED_ONLY: false,
  LOG_CACHE_EVENTS: false,
  LOG_FORMAT: 'default',
  LOG_PATH: null,
  PRINTER_WIDTH: 80,
  PROFILES_DIR: null,
  TARGET_PATH: null,
  INVOCATION_COMMAND: '',
  SEND_ANONYMOUS_USAGE_STATS: false,
};

/** `flags.FULL_REFRESH` and the like: what the command line set, over dbt's defaults. */
export function flagsNamespace(flags: Readonly<Record<string, unknown>>, reads?: Reads): Namespace {
  const all = allFlags(flags);
  return new Namespace('argparse.Namespace', (name) => {
    reads?.note('flag', '', name);
    return Object.hasOwn(all, name) ? all[name] : undefined;
  });
}

/** All that templates know, by names in capitals. */
export function allFlags(flags: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const all: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(flags)) {
    const known = name.toUpperCase();
    if (Object.hasOwn(defaults, known)) all[known] = value;
  }
  return all;
}

/** `invocation_args_dict`: what was said for the command, or would have been, by names in small letters. */
export function invocationArgs(flags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(flags).map(([name, value]) => [name.toLowerCase(), value]));
}
