import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LakeFixture, lakeFixture } from '../../../../test/support/lake-fixture.ts';
import { type S3Server, startS3Server, testKeys } from '../../../../test/support/s3/s3-server.ts';
import type { LakeOptions } from './lake.ts';
import { type BuildPlan, otherBuildsText, sharedNodes, type Waiting } from './lease.ts';

// Invariant: of builds that wait for one another, no two of the same nodes live at once; what waits is told for whom; the dead are waited for by nobody.

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server(['lake']);
});
afterAll(() => server.close());

const inBucket = (): Partial<LakeOptions> => ({
  state: 's3://lake/_eider/shop/dev-main',
  remote: {
    buckets: {
      s3: () => ({ region: testKeys.region, endpoint: server.endpoint, pathStyle: true, credentials: () => testKeys }),
    },
    config: {},
    prepare: () => Promise.resolve(),
  },
});

const plan = (writes: readonly string[], reads: readonly string[] = []): BuildPlan => ({ writes, reads });

test('builds share what one makes and the other makes or reads', () => {
  expect(sharedNodes(plan(['a', 'b'], ['c']), plan(['b'], ['c', 'd']))).toEqual(['b']);
  expect(sharedNodes(plan(['a'], ['b']), plan(['b']))).toEqual(['b']);
  expect(sharedNodes(plan(['a']), plan(['c'], ['a']))).toEqual(['a']);
  expect(sharedNodes(plan([], ['a']), plan([], ['a']))).toEqual([]);
});

describe.each([
  ['a disk', () => ({})],
  ['a bucket', inBucket],
])('on %s', (_, where) => {
  let fixture: LakeFixture;
  beforeEach(async () => {
    fixture = await lakeFixture(where());
  });
  afterEach(async () => {
    server.buckets.get('lake')?.objects.clear();
    await fixture.close();
  });

  const waiting = (limitMs: number): Waiting & { readonly said: string[] } => {
    const said: string[] = [];
    return { limitMs, everyMs: 60, said, onWait: (message) => said.push(message) };
  };

  test('a build that waits begins when the other one ended, from what it left', async () => {
    const first = await (await fixture.open()).begin('build', plan(['model.shop.a', 'model.shop.b']));
    const patient = waiting(60_000);
    let isBegun = false;
    const second = (await fixture.open())
      .begin('run', plan(['model.shop.c'], ['model.shop.b']), patient)
      .then((build) => {
        isBegun = true;
        return build;
      });
    await expect
      .poll(() => patient.said, { timeout: 60_000 })
      .toEqual([
        expect.stringMatching(
          /^Waiting up to 60 s for eider build of ada on nas \(process \d+, since \S+Z\), which makes or reads model\.shop\.b\.$/,
        ),
      ]);
    expect(isBegun).toBe(false);
    // What has nothing in common with it waits for nobody.
    const other = await (await fixture.open()).begin('build', plan(['model.shop.d']), waiting(0));
    await first.end();
    await (await second).end();
    await other.end();
  });

  test('a build that waited too long says for whom, and leaves nothing', async () => {
    const lake = await fixture.open();
    const first = await lake.begin('build', plan(['model.shop.a']));
    await expect(lake.begin('build', plan(['model.shop.a']), waiting(0))).rejects.toMatchObject({
      code: 'lake/busy',
      message: expect.stringMatching(
        /^After 0 s it still runs: eider build of ada on nas \(process \d+, since \S+Z\), which makes or reads model\.shop\.a\. Nothing was begun\.$/,
      ),
    });
    expect((await lake.running()).map(({ build }) => build)).toEqual([first.id]);
    await first.end();
  });

  test('who is stopped while it waits begins nothing', async () => {
    const lake = await fixture.open();
    const first = await lake.begin('build', plan(['model.shop.a']));
    const stop = new AbortController();
    const stopped = lake.untilFree(plan(['model.shop.a']), { ...waiting(60_000), signal: stop.signal });
    stop.abort();
    await expect(stopped).rejects.toThrow('aborted');
    await first.end();
  });

  test('of four that begin at once, one at a time lives', async () => {
    let most = 0;
    let alive = 0;
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        const build = await (await fixture.open()).begin('build', plan(['model.shop.a']), waiting(600_000));
        alive += 1;
        most = Math.max(most, alive);
        await new Promise((resolve) => setImmediate(resolve));
        alive -= 1;
        await build.end();
      }),
    );
    expect(most).toBe(1);
    expect(await (await fixture.open()).running()).toEqual([]);
  });
});

describe('the dead', () => {
  let fixture: LakeFixture;
  beforeEach(async () => {
    fixture = await lakeFixture();
  });
  afterEach(() => fixture.close());

  const beatOf = (id: string): string => join(fixture.options.state, 'builds', `${id}.json`);
  const atOnce: Waiting = { limitMs: 0, onWait: () => undefined };

  test.skipIf(process.platform !== 'linux')(
    'another process with the number of one that is gone is another one',
    async () => {
      const lake = await fixture.open();
      const build = await lake.begin('build', plan(['model.shop.a']));
      await expect(lake.untilFree(plan(['model.shop.a']), atOnce)).rejects.toMatchObject({ code: 'lake/busy' });

      const beat = JSON.parse(await readFile(beatOf(build.id), 'utf8'));
      await writeFile(beatOf(build.id), JSON.stringify({ ...beat, started: '1' }));
      await lake.untilFree(plan(['model.shop.a']), atOnce);
      await build.end();
    },
  );

  test('a build of another machine holds its nodes while its heartbeat is young', async () => {
    const lake = await fixture.open();
    const build = await lake.begin('build', plan(['model.shop.a']));
    const beat = { build: build.id, pid: 1, space: 'elsewhere', head: 0 };
    await writeFile(beatOf(build.id), JSON.stringify(beat));
    await expect(lake.untilFree(plan(['model.shop.a']), atOnce)).rejects.toMatchObject({ code: 'lake/busy' });

    const old = Date.now() / 1000 - 121;
    await utimes(beatOf(build.id), old, old);
    await lake.untilFree(plan(['model.shop.a']), atOnce);
    await build.end();
  });
});

test('a build that begins beside others says what both make', () => {
  const running = (build: string, writes: readonly string[], command: string | null = 'build') => ({
    ...{ build, command, startedAt: '2026-11-21T03:00:12.123Z', by: { user: 'ada', host: 'nas' } },
    ...{ pid: 7, head: 1, writes, reads: [] },
  });
  const mine = plan(['a', 'b']);
  expect(otherBuildsText(mine, [running('x', ['c'], null)])).toBeUndefined();
  expect(otherBuildsText(mine, [running('x', ['c'])])).toBe(
    'Another build of this state runs: eider build of ada on nas (process 7, since 2026-11-21T03:00:12Z). Both commit what they make: they have no node in common.',
  );
  expect(otherBuildsText(mine, [running('x', ['a']), running('y', ['b'])])).toBe(
    'Other builds of this state run: eider build of ada on nas (process 7, since 2026-11-21T03:00:12Z), eider build of ada on nas (process 7, since 2026-11-21T03:00:12Z). They and this one make or read a, b: who commits later ends with lake/conflict, and nothing of that build is published. With --wait this one would wait.',
  );
});
