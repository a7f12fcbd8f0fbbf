import fc from 'fast-check';
import { expect } from 'vitest';
import type { Fault, FaultPoint } from '../../../packages/engine/src/lake/fault.ts';
import type { LakeOptions } from '../../../packages/engine/src/lake/lake.ts';
import { openReach } from '../../../packages/engine/src/lake/reach.ts';
import { joinPlace } from '../../../packages/engine/src/session/place.ts';
import { openStore } from '../../../packages/store/src/index.ts';
import type { LakeFixture } from '../lake-fixture.ts';
import {
  begin,
  commits,
  kill,
  killedRollback,
  killedVacuum,
  rollsBack,
  takesUp,
  vacuums,
  writes,
} from './sequence-steps.ts';
import { catalogShows, hosts, kept, type Model, names, type Real, shared, valuesOf } from './sequence-world.ts';

const host = fc.constantFrom(...hosts);
const name = fc.constantFrom(...names);
const points = fc.constantFrom<FaultPoint | 'before'>(
  ...(['before', 'sync', 'check', 'entry', 'aliases', 'catalog', 'published', 'live', 'retention'] as const),
);
const pointsOfVacuum = fc.constantFrom<FaultPoint>(
  ...(['aliases', 'settled', 'expired', 'dead', 'forgotten', 'catalogs', 'swept', 'retention'] as const),
);
const oneOf = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const anyStep = fc.oneof(
  oneOf(4, host.map(begin)),
  oneOf(
    8,
    fc.tuple(host, name, fc.nat(shared), fc.boolean()).map((all) => writes(...all)),
  ),
  oneOf(1, host.map(takesUp)),
  oneOf(
    4,
    fc.tuple(host, fc.constantFrom('', '', ...names), fc.boolean()).map((all) => commits(...all)),
  ),
  oneOf(
    2,
    fc.tuple(host, points, fc.boolean()).map((all) => kill(...all)),
  ),
  oneOf(
    1,
    fc.tuple(host, fc.nat(kept - 1)).map((all) => rollsBack(...all)),
  ),
  oneOf(
    1,
    fc
      .tuple(host, fc.nat(kept - 1), fc.constantFrom<FaultPoint>('entry', 'aliases', 'published', 'retention'))
      .map((all) => killedRollback(...all)),
  ),
  oneOf(1, host.map(vacuums)),
  oneOf(
    1,
    fc.tuple(host, pointsOfVacuum).map((all) => killedVacuum(...all)),
  ),
);

async function setUp(fixture: LakeFixture): Promise<{ model: Model; real: Real }> {
  const buckets = fixture.options.remote?.buckets;
  const armed: Real['armed'] = new Map();
  const faultOf =
    (host: number): Fault =>
    (point) => {
      if (armed.get(host)?.point !== point) return undefined;
      armed.get(host)?.reached();
      return new Promise<void>(() => undefined);
    };
  const lakes = await Promise.all(hosts.map((each) => fixture.open({ fault: faultOf(each) })));
  return {
    model: { states: [new Map()], open: new Map(), value: 0 },
    real: {
      ...{ fixture, lakes, armed, builds: new Map(), shown: new Map() },
      store: await openStore(fixture.options.state, buckets),
      reach: openReach(buckets),
    },
  };
}

/** At the end every retained catalog still shows its state, the history knows what one can go back to, and nothing is left over. */
async function lookBack(model: Model, real: Real): Promise<void> {
  for (const { build } of real.builds.values()) await build.end();
  const [lake] = real.lakes;
  if (lake === undefined) throw new Error('there are no hosts');
  await lake.vacuum();
  const history = await lake.history(model.states.length);
  expect(history.map(({ number }) => number)).toEqual(model.states.slice(1).map((_, i) => model.states.length - 1 - i));
  for (const { isRetained, isThere, number } of history) {
    const catalog = joinPlace(real.fixture.options.state, 'catalog', `${number}.duckdb`);
    if (isRetained && (await real.reach.bytes(catalog)) !== undefined)
      expect(await catalogShows(real, catalog)).toEqual(valuesOf(model.states[number] ?? new Map()));
    const goesBack = lake.rollback({ to: String(number), dryRun: true }).then(() => true);
    expect(await goesBack.catch(({ code }) => code), `back to ${number}`).toBe(isThere || 'lake/not-retained');
  }
  expect(history.filter(({ isRetained }) => isRetained)).toHaveLength(Math.min(kept, history.length));
  expect(await real.lakes[1]?.vacuum({ dryRun: true })).toEqual({ files: [], bytes: 0 });
}

/**
 * Runs so many random sequences, each on a lake of its own, and looks after each step whether readers see what the model says. Throws with the shrunk
 * sequence and its seed.
 */
export async function runSequences(
  count: number,
  makeLake: (more: Partial<LakeOptions>) => Promise<LakeFixture>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.commands([anyStep], { maxCommands: 60, size: 'max' }), async (steps) => {
      const fixture = await makeLake({ keep: { days: 0, builds: kept } });
      const { model, real } = await setUp(fixture);
      try {
        await fc.asyncModelRun(() => ({ model, real }), steps);
        await lookBack(model, real);
      } finally {
        for (const { build } of real.builds.values()) await build.end();
        await fixture.close();
      }
    }),
    { numRuns: count, endOnFailure: false },
  );
}
