import { expect, test } from 'vitest';
import { crashAtEachPoint, crashTwice, inOrder, stepsOfOthers } from '../../../../test/support/crash-matrix.ts';
import { type CrashWorld, crashWorld, operations } from '../../../../test/support/crash-world.ts';
import { lakeFixture } from '../../../../test/support/lake-fixture.ts';
import { stopHeartbeats } from '../../../../test/support/stop-heartbeats.ts';
import { faultPoints } from './fault.ts';

// Invariant: whatever step a command is cut off after, and whatever step of the recovery after that, readers see the state before or the state after, whole;
// the next build is right, and a vacuum leaves nothing over. EIDER_CRASHES=all: every pair of steps.

stopHeartbeats();

const all = process.env.EIDER_CRASHES === 'all';
const slow = { timeout: 1_800_000 };

async function world(): Promise<CrashWorld> {
  return await crashWorld(await lakeFixture({ keep: { days: 0, builds: 2 } }));
}

async function liveWorld(): Promise<CrashWorld> {
  const fixture = await lakeFixture({ keep: { days: 0, builds: 2 } });
  const livePath = fixture.at('project', 'live.duckdb');
  return await crashWorld({ ...fixture, open: (more) => fixture.open({ livePath, ...more }) });
}

test('a build, cut off after each of its steps', slow, async () => {
  const passed = await crashAtEachPoint(world, 'build');
  expect(inOrder(passed)).toEqual(inOrder(faultPoints));
  expect(passed).toContain('log');
});

test('a build cut off after its commit, and its recovery too', slow, () => crashTwice(world, all));

test.each(operations.filter((operation) => operation !== 'build'))('%s, cut off', slow, async (operation) => {
  await crashAtEachPoint(world, operation, all ? undefined : stepsOfOthers[operation]);
});

test('a build that publishes a live file, cut off', slow, async () => {
  await crashAtEachPoint(liveWorld, 'build', all ? undefined : ['aliases', 'live', 'expired']);
});
