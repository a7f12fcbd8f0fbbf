import { expect, test } from 'vitest';
import { resolveFlags } from '../flags/resolve-flags.ts';
import { flagArgs } from './flag-args.ts';

// dbt-core 1.11 writes these paths for the same flags.
test.each([
  ['./state', 'state'],
  ['state/', 'state'],
  ['runs//../state/./', 'runs/../state'],
  ['./', '.'],
  ['/there/state', '/there/state'],
  ['.', '.'],
  ['/', '/'],
])('the folder %s of another state is written as %s', (given, written) => {
  const flags = resolveFlags({ commandLine: { state: given, deferState: given }, env: {}, project: {} });
  const args = flagArgs('run', flags, { argv: [], env: {}, project: {} }, {});
  expect([args.state, args.defer_state]).toEqual([written, written]);
});
