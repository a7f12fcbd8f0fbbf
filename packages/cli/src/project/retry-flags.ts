import type { FlagName } from '../flags/flag-table.ts';
import { UsageError } from '../flags/usage-error.ts';
import { mask } from '../ui/scrubber.ts';

type Written = Readonly<Partial<Record<FlagName, unknown>>>;

/** Flags of the last command that decide what is run and how, by their names in run_results.json. */
const taken: Readonly<Record<string, FlagName>> = {
  target: 'target',
  profile: 'profile',
  threads: 'threads',
  select: 'select',
  exclude: 'exclude',
  selector: 'selector',
  resource_types: 'resourceTypes',
  exclude_resource_types: 'excludeResourceTypes',
  indirect_selection: 'indirectSelection',
  full_refresh: 'fullRefresh',
  event_time_start: 'eventTimeStart',
  event_time_end: 'eventTimeEnd',
  fail_fast: 'failFast',
  store_failures: 'storeFailures',
  introspect: 'introspect',
  vars: 'vars',
  state: 'state',
  defer: 'defer',
  favor_state: 'favorState',
  defer_target: 'deferTarget',
  empty: 'empty',
  sample: 'sample',
  take_over: 'takeOver',
  with_candidates: 'withCandidates',
};

/** What a retry may not change of the command that it repeats. */
const fixed: readonly FlagName[] = ['target', 'profile', 'indirectSelection', 'state'];

/**
 * The command line that a retry stands for: the flags of the last command, and over them those that were written with `retry`, its target and selection
 * aside. Throws UsageError where a variable of then was a secret, which no file holds.
 */
export function retryFlags(args: Readonly<Record<string, unknown>>, written: Written): Written {
  const before: Partial<Record<FlagName, unknown>> = {};
  for (const [key, flag] of Object.entries(taken)) {
    const value = args[key];
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue;
    // Variables, and both ends of a sample.
    before[flag] = typeof value === 'object' && !Array.isArray(value) ? JSON.stringify(value) : value;
  }
  if (written.vars === undefined && String(before.vars ?? '').includes(mask))
    throw new UsageError('A variable of the last run was a secret, which is written nowhere.', 'Give --vars again.');
  const now = Object.fromEntries(Object.entries(written).filter(([flag]) => !fixed.includes(flag as FlagName)));
  return { ...before, ...now };
}
