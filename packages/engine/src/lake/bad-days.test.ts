import { existsSync, renameSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  age,
  buildNext,
  type CrashWorld,
  crashWorld,
  declareDead,
  expectWhole,
  orphans,
  prepare,
  seen,
} from '../../../../test/support/crash-world.ts';
import { lakeFixture } from '../../../../test/support/lake-fixture.ts';
import { stopHeartbeats } from '../../../../test/support/stop-heartbeats.ts';
import { type DiskCall, withWatchedDisk } from '../../../../test/support/watched-disk.ts';
import type { FaultPoint } from './fault.ts';

// Invariant: a disk that is full, that may not be written any more or that is gone from some moment of a build on, and a clock that goes back, cost
// nothing but that build: readers see the old state or the new one whole, and once the cause is removed the next build is right. EIDER_BAD_DAYS=all: from each
// moment on.

const all = process.env.EIDER_BAD_DAYS === 'all';
const slow = { timeout: 1_800_000 };

stopHeartbeats();

let world: CrashWorld;
beforeEach(async () => {
  world = await crashWorld(await lakeFixture({ keep: { days: 0, builds: 2 } }));
});
afterEach(() => world.fixture.close());

/** A full disk still deletes, and changes what takes no room. */
const taking: readonly DiskCall[] = ['open', 'write', 'link', 'symlink', 'mkdir', 'writeFile', 'copyFile', 'sync'];

interface Trouble {
  readonly code: string;
  readonly hits: (call: DiskCall) => boolean;
}

const troubles: Readonly<Record<string, Trouble>> = {
  'is full': { code: 'ENOSPC', hits: (call) => taking.includes(call) },
  'denies everything': { code: 'EACCES', hits: (call) => call !== 'sync' },
  'became read-only': { code: 'EROFS', hits: (call) => call !== 'sync' },
  'fails once': { code: 'EIO', hits: () => true },
};

/** Builds while calls from the `from`th on fail, or that one alone; tells how many there were, and what came of it. */
async function buildOnBadDisk({ code, hits }: Trouble, from: number): Promise<{ calls: number; failure: unknown }> {
  let calls = 0;
  const before = (call: DiskCall, path: string) => {
    if (!path.startsWith(world.fixture.folder) || !hits(call)) return undefined;
    calls += 1;
    if (calls < from || (code === 'EIO' && calls > from)) return undefined;
    throw Object.assign(new Error(`${code}: ${call} ${path}`), { code, path });
  };
  const lake = await world.fixture.open();
  const failure = await withWatchedDisk({ before }, () => buildNext(world, lake)).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  return { calls, failure };
}

describe.each(Object.entries(troubles))('a disk that %s', (name, trouble) => {
  test('during a build', slow, async () => {
    await prepare(world, 'build');
    const { calls, failure } = await buildOnBadDisk(trouble, Number.POSITIVE_INFINITY);
    expect(failure).toBeUndefined();
    const moments = all ? calls : 3;
    for (let i = 0; i < moments; i++) {
      const from = 1 + Math.floor((i * calls) / moments);
      const told = `${name} from call ${from} of ${calls} on`;
      const before = (await seen(world))?.number ?? 0;
      const outcome = await buildOnBadDisk(trouble, from);
      await declareDead(world.store);
      await age(world);
      if (outcome.failure !== undefined) expect(outcome.failure, told).toHaveProperty('code');
      expect([before, before + 1], told).toContain((await seen(world))?.number);
      await expectWhole(world, told);
    }
  });
});

describe('a folder that is gone', () => {
  const away = (): string => `${world.root}.away`;
  const points: readonly FaultPoint[] = ['sync', 'check', 'entry', 'catalog'];
  test.each(points)('after %s fails the build, and is found again as it was', async (point) => {
    await prepare(world, 'build');
    const before = (await seen(world))?.number;
    const lake = await world.fixture.open({
      fault: (at) => {
        if (at === point) renameSync(world.root, away());
      },
    });
    await expect(buildNext(world, lake)).rejects.toHaveProperty('code');
    // What a mount hides while it is there.
    if (existsSync(world.root)) rmSync(world.root, { recursive: true });
    renameSync(away(), world.root);
    await declareDead(world.store);
    const isCommitted = point === 'entry' || point === 'catalog';
    expect((await (await world.fixture.open()).head())?.entry.number).toBe((before ?? 0) + (isCommitted ? 1 : 0));
    await expectWhole(world, `gone after ${point}`);
  });
});

describe('a clock that is set back', () => {
  test('loses no commit, no retained data and no build that runs', async () => {
    const times = ['2030-01-01', '2030-01-02', '2020-01-01', '2020-01-02', '2026-01-01', '2019-01-01'];
    for (const [i, time] of times.entries()) {
      const at = await world.fixture.open({ now: () => new Date(time) });
      await buildNext(world, at);
      expect((await seen(world))?.number).toBe(i + 1);
      const retained = (await at.history(10)).filter(({ isRetained }) => isRetained).map(({ number }) => number);
      // Younger than it is, an entry is kept for longer.
      expect(retained).toEqual(expect.arrayContaining([i + 1, i].filter((number) => number > 0)));
    }
    // A Delta table keeps what it removed for a time that begins when its log says, and that says 2030.
    const inTable = (path: string): boolean => path.startsWith('/log/2030');
    await expectWhole(world, 'after clocks that went back', { may: inTable });
    expect((await orphans(world)).filter((path) => !inTable(path))).toEqual([]);
  });
});
