import { expect, test } from 'vitest';
import {
  age,
  type CrashWorld,
  crashWorld,
  declareDead,
  expectRecovered,
  expectWhole,
  type Operation,
  perform,
  prepare,
  seen,
} from '../../../../test/support/crash-world.ts';
import { lakeFixture } from '../../../../test/support/lake-fixture.ts';
import { afterPowerCut, type DiskImage, type Fate, imagesOf } from '../../../../test/support/power-cut.ts';
import { stopHeartbeats } from '../../../../test/support/stop-heartbeats.ts';

// Invariant: the power may go at any moment. Of what was not made durable each name and each file's bytes may be there or not, or be torn; readers see
// the old state or the new one whole, a state that was told as committed is there, and the next build goes on. EIDER_CUTS: how many cuts (9 where
// absent; `all` for each moment and each fate).

stopHeartbeats();

const cuts = process.env.EIDER_CUTS ?? '9';
const slow = { timeout: 3_600_000 };

const fates: Readonly<Record<string, Fate>> = {
  'nothing of it is there': () => false,
  'names without bytes': (what) => what === 'name',
  'names with half of the bytes': (what) => (what === 'name' ? true : 'torn'),
  'bytes without names': (what) => what === 'bytes',
  ...Object.fromEntries([1, 2, 3].map((seed) => [`chance ${seed}`, chance(seed)])),
};

function chance(seed: number): Fate {
  return (what, path) => {
    const drawn = draw(`${seed} ${what} ${path}`) % 4;
    return what === 'bytes' && drawn === 3 ? 'torn' : drawn % 2 === 0;
  };
}

/** FNV-1a. */
function draw(text: string): number {
  let sum = 0x811c9dc5;
  for (const sign of text) sum = Math.imul(sum ^ sign.charCodeAt(0), 0x01000193) >>> 0;
  return (sum ^ (sum >>> 15)) >>> 0;
}

interface Cut {
  readonly image: DiskImage;
  readonly told: string;
  readonly fate: Fate;
}

/** Each moment with each fate, where they leave different disks. */
function allCuts(images: readonly DiskImage[]): readonly Cut[] {
  const prints = new Set<string>();
  return images.flatMap((image) =>
    Object.entries(fates).flatMap(([name, fate]) => {
      const print = `${image.note} ${afterPowerCut(image, fate).print}`;
      if (prints.has(print)) return [];
      prints.add(print);
      return [{ image, fate, told: `power cut after ${image.after} (${image.note}): ${name}` }];
    }),
  );
}

function sample(all: readonly Cut[], count: number): readonly Cut[] {
  if (cuts === 'all') return all;
  const every = all.length / count;
  return Array.from(
    { length: count },
    (_, i) => all[Math.floor(i * every + (draw(String(i)) % Math.ceil(every)))],
  ).filter((cut) => cut !== undefined);
}

async function check(world: CrashWorld, cut: Cut, before: number | undefined, isWhole: boolean): Promise<void> {
  try {
    await expectOldOrNew(world, cut, before);
    await (isWhole ? expectWhole : expectRecovered)(world, cut.told);
  } catch (cause) {
    throw new Error(`${cut.told}: ${cause}`, { cause });
  }
}

async function expectOldOrNew(
  world: CrashWorld,
  { fate, image, told }: Cut,
  before: number | undefined,
): Promise<void> {
  afterPowerCut(image, fate).restore();
  await declareDead(world.store);
  await age(world);
  const head = (await (await world.fixture.open()).head())?.entry.number;
  const allowed = image.note === 'committed' ? [(before ?? 0) + 1] : [before, (before ?? 0) + 1];
  expect(allowed, told).toContain(head);
  const shown = (await seen(world))?.number;
  expect([before, head], told).toContain(shown);
}

async function cutPower(operation: Operation, count: number): Promise<void> {
  const fixture = await lakeFixture({ keep: { days: 0, builds: 2 } });
  try {
    const world = await crashWorld(fixture);
    await prepare(world, operation);
    const before = (await seen(world))?.number;
    let note = 'not committed';
    const lake = await fixture.open({
      fault: (point) => {
        if (point === 'entry') note = 'committed';
      },
    });
    const images = await imagesOf(
      fixture.folder,
      () => perform(world, lake, operation),
      () => note,
    );
    const all = allCuts(images);
    for (const [i, cut] of sample(all, count).entries()) {
      await check(world, cut, before, i % 4 === 0);
    }
  } finally {
    await fixture.close();
  }
}

test.each<Operation>(['build', 'first build', 'rollback', 'vacuum'])(
  'the power goes during: %s',
  slow,
  async (operation) => {
    await cutPower(operation, operation === 'build' ? Number(cuts) : Math.ceil(Number(cuts) / 3));
  },
);
