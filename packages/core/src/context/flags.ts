import { Namespace } from './namespace.ts';
import type { Reads } from './reads.ts';

const defaults: Readonly<Record<string, unknown>> = {
  WHICH: 'run',
  FULL_REFRESH: false,
  STORE_FAILURES: false,
  EMPTY: false,
  FAIL_FAST: false,
  DEBUG: false,
  QUIET: false,
  PRINT: true,
  USE_COLORS: true,
  WARN_ERROR: null,
  PARTIAL_PARSE: true,
  STATIC_PARSER: true,
  VERSION_CHECK: true,
  WRITE_JSON: true,
  INDIRECT_SELECTION: 'eager',
  INTROSPECT: true,
  CACHE_SELECTED_ONLY: false,
  DEFER: false,
  FAVOR_STATE: false,
  SINGLE_THREADED: false,
  LOG_FORMAT: 'default',
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

/** All flags by their names in capitals. */
export function allFlags(flags: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const all: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(flags)) all[name.toUpperCase()] = value;
  return all;
}
