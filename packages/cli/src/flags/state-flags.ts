import { type FlagDefinitions, path, text, toggle } from './flag-kinds.ts';
import { sample } from './sample.ts';

export type StateFlag = 'state' | 'defer' | 'favorState' | 'deferState' | 'deferTarget' | 'empty' | 'sample' | 'args';

/** Flags about another state of the project, and about running on fewer rows. */
export const stateFlags: FlagDefinitions<StateFlag> = {
  state: {
    kind: path,
    long: '--state',
    env: 'STATE',
    oldEnv: { name: 'ARTIFACT_STATE_PATH' },
    fallback: undefined,
    help: 'folder with the artifacts of an earlier run, from the project on; `retry`: with its run_results.json',
  },
  defer: {
    kind: toggle,
    long: '--defer',
    env: 'DEFER',
    oldEnv: { name: 'DEFER_TO_STATE' },
    fallback: false,
    help: 'read what is not selected and is not here as --state (or --defer-target) has it',
  },
  favorState: {
    kind: toggle,
    long: '--favor-state',
    env: 'FAVOR_STATE',
    oldEnv: { name: 'FAVOR_STATE_MODE' },
    fallback: false,
    help: 'under --defer: read everything that is not selected there, though it is here too',
  },
  deferState: {
    kind: path,
    long: '--defer-state',
    env: 'DEFER_STATE',
    fallback: undefined,
    help: 'as --state, for --defer and clone alone',
  },
  deferTarget: {
    kind: text,
    long: '--defer-target',
    env: 'DEFER_TARGET',
    fallback: undefined,
    help: 'defer to what another target of the profile published, without artifacts',
  },
  empty: {
    kind: toggle,
    long: '--empty',
    env: 'EMPTY',
    fallback: false,
    help: 'read no rows of what models refer to',
  },
  sample: {
    kind: sample,
    long: '--sample',
    env: 'SAMPLE',
    fallback: undefined,
    help: "read only rows of a time: '3 days', or '{start: 2024-01-01, end: 2024-01-08}'",
  },
  args: {
    kind: text,
    long: '--args',
    fallback: '{}',
    help: "arguments of the macro: '{key: value}'",
  },
};
