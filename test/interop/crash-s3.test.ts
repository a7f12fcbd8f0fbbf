import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultPoints } from '../../packages/engine/src/lake/fault.ts';
import { crashAtEachPoint, crashTwice, inOrder, stepsOfOthers } from '../support/crash-matrix.ts';
import { type CrashWorld, crashWorld, type Later, operations } from '../support/crash-world.ts';
import { passingFaults } from '../support/s3/passing-faults.ts';
import { type S3Server, startS3Server } from '../support/s3/s3-server.ts';
import { stopHeartbeats } from '../support/stop-heartbeats.ts';
import { bucketFixture, bucketRemote } from './bucket-lake.ts';
import { startVersitygw, type Versitygw } from './versitygw.ts';

// Invariant: as of a lake on a disk (packages/engine/src/lake/crash.test.ts), of one in a bucket: whatever step a command is cut off after, readers see the
// state before or the state after, the next build is right, and a vacuum leaves nothing over. Neither does it matter that every tenth request fails, is not answered or answered in
// part. EIDER_CRASHES=all: every pair of steps; EIDER_SEED: other requests that fail.

const all = process.env.EIDER_CRASHES === 'all';

stopHeartbeats();

describe('in a bucket of the emulated server', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server(['lake']);
  });
  afterAll(() => server.close());
  const world = async (): Promise<CrashWorld> =>
    await crashWorld(await bucketFixture(server, { keep: { days: 0, builds: 2 } }));

  test('a build, cut off after each of its steps', async () => {
    const passed = await crashAtEachPoint(world, 'build');
    expect(inOrder(passed)).toEqual(inOrder(faultPoints));
    expect(passed).toContain('log');
  });

  test.each(operations.filter((operation) => operation !== 'build'))('%s, cut off', async (operation) => {
    await crashAtEachPoint(world, operation, all ? undefined : stepsOfOthers[operation]);
  });

  test('a build cut off after its commit, and its recovery too', () => crashTwice(world, all));
});

describe('in a bucket whose server fails, breaks off and forgets to answer all the time', () => {
  let server: S3Server;
  let met = 0;
  let isLater = false;
  beforeAll(async () => {
    const faults = passingFaults(Number(process.env.EIDER_SEED ?? 9), 0.1);
    server = await startS3Server(['lake'], {
      now: () => new Date(Date.now() + (isLater ? 11 * 60_000 : 0)),
      fault: (call) => {
        const fault = faults(call);
        if (fault !== undefined) met++;
        return fault;
      },
    });
  });
  afterAll(() => server.close());
  const world = async (): Promise<CrashWorld> => {
    const remote = bucketRemote(server, { waits: [5, 5, 5] });
    return await crashWorld(await bucketFixture(server, { keep: { days: 0, builds: 2 }, remote }));
  };

  // A probe of the server's clock may be put again by a request of the dead: nobody else's is so old.
  const later: Later = async (work) => {
    isLater = true;
    await work().finally(() => {
      isLater = false;
    });
  };

  test('a build, cut off', async () => {
    const some = ['finish', 'sync', 'entry', 'published'] as const;
    await crashAtEachPoint(world, 'build', all ? undefined : some, later);
    expect(met).toBeGreaterThan(10);
  });

  test.each(['rollback', 'vacuum'] as const)('%s, cut off', async (operation) => {
    await crashAtEachPoint(world, operation, all ? undefined : stepsOfOthers[operation].slice(0, 2), later);
  });
});

describe('in a bucket of versitygw', () => {
  let server: Versitygw;
  beforeAll(async () => {
    server = await startVersitygw();
  });
  afterAll(() => server.close());
  const world = async (): Promise<CrashWorld> =>
    await crashWorld(await bucketFixture(server, { keep: { days: 0, builds: 2 } }));

  test('a build, cut off', async () => {
    await crashAtEachPoint(world, 'build', all ? undefined : ['finish', 'entry', 'alias', 'published', 'expired']);
  });
});
