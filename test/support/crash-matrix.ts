import type { FaultPoint } from '../../packages/engine/src/lake/fault.ts';
import {
  type CrashWorld,
  cutOff,
  expectWhole,
  type Later,
  type Operation,
  pointsOf,
  prepare,
  seen,
} from './crash-world.ts';

/** What the other commands do, a build does too: here are the points at which they find another state of things. */
export const stepsOfOthers: Readonly<Record<Exclude<Operation, 'build'>, readonly FaultPoint[]>> = {
  'first build': ['begin', 'check', 'entry', 'alias', 'catalog', 'published'],
  rollback: ['entry', 'aliases'],
  recovery: ['aliases', 'retention'],
  publish: ['published', 'retention'],
  vacuum: ['settled', 'expired', 'dead', 'forgotten', 'catalogs', 'swept', 'retention'],
};

/**
 * Cuts an operation off after each point that it passes, or some of them, once each, and looks at what readers and followers find: nothing left over by a vacuum, or by one `later`.
 * Gives the points.
 */
export async function crashAtEachPoint(
  make: () => Promise<CrashWorld>,
  operation: Operation,
  some?: readonly FaultPoint[],
  later?: Later,
): Promise<readonly FaultPoint[]> {
  let world = await make();
  try {
    const points = some ?? (await pointsOf(world, operation));
    for (const point of points) {
      if (operation === 'first build') {
        await world.fixture.close();
        world = await make();
      }
      await crash(world, operation, [point], later);
    }
    return points;
  } finally {
    await world.fixture.close();
  }
}

/** Cuts builds off after their commit, and then the recovery of each: every point of both at least once, or every pair of points where `all`. */
export async function crashTwice(make: () => Promise<CrashWorld>, all: boolean): Promise<void> {
  const world = await make();
  try {
    const builds = await pointsOf(world, 'build');
    const committed = builds.slice(builds.indexOf('entry'));
    const recoveries = await pointsOf(world, 'recovery');
    for (const [i, second] of recoveries.entries()) {
      const first = committed[i % committed.length];
      for (const each of all ? committed : [first]) if (each !== undefined) await crash(world, 'build', [each, second]);
    }
  } finally {
    await world.fixture.close();
  }
}

async function crash(
  world: CrashWorld,
  operation: Operation,
  [first, second]: readonly [FaultPoint, FaultPoint?],
  later?: Later,
): Promise<void> {
  await prepare(world, operation);
  const before = await seen(world);
  const told = `${operation} cut off after ${first}${second === undefined ? '' : `, recovery after ${second}`}`;
  if ((await cutOff(world, operation, first)) === 'passed') throw new Error(`${told}: it never came there`);
  await expectOldOrNew(world, before?.number, told);
  if (second !== undefined) {
    await cutOff(world, 'recovery', second);
    await expectOldOrNew(world, before?.number, told);
  }
  await expectWhole(world, told, { later });
}

async function expectOldOrNew(world: CrashWorld, before: number | undefined, told: string): Promise<void> {
  const head = (await (await world.fixture.open()).head())?.entry.number;
  const state = await seen(world);
  if (state?.number !== before && state?.number !== head)
    throw new Error(`${told}: readers see state ${state?.number}, which is neither ${before} nor ${head}`);
}

/** Points whose order is the same each time: locations are brought up to date beside one another, so the log's turn comes before another's alias or after. */
export function inOrder(points: readonly FaultPoint[]): readonly FaultPoint[] {
  return points.filter((point) => point !== 'log');
}
