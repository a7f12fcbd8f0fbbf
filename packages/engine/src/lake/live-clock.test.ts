import { mkdir, readdir, readFile, readlink, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type LakeFixture, lakeFixture } from '../../../../test/support/lake-fixture.ts';
import { dataFolders } from './data-folder.ts';
import type { FilesGeneration } from './generation.ts';
import type { Head } from './lake.ts';
import { livePattern, switchLive } from './live-clock.ts';
import { nodeKey } from './state-keys.ts';

const timers = vi.hoisted(() => ({ isFast: false }));
vi.mock('node:timers/promises', async (original) => {
  const real = await original<typeof import('node:timers/promises')>();
  return { ...real, setTimeout: (ms: number) => (timers.isFast ? Promise.resolve() : real.setTimeout(ms)) };
});

let fixture: LakeFixture;
let state: string;
beforeEach(async () => {
  fixture = await lakeFixture();
  state = fixture.at('state');
  await mkdir(state, { recursive: true });
});
afterEach(async () => {
  timers.isFast = false;
  vi.restoreAllMocks();
  await fixture.close();
});

const node = "model.shop.it's";

/** A commit of one node whose only row is the number of the commit. */
async function headOf(number: number): Promise<Head> {
  const id = `b${number}-x`;
  const path = join(state, 'data', 'node', `${id}.csv`);
  await mkdir(join(state, 'data', 'node'), { recursive: true });
  await writeFile(path, `a\n${number}\n`);
  const generation = {
    kind: 'files',
    id,
    node,
    format: 'csv',
    folder: false,
    location: null,
    files: [{ path, name: 'it.csv' }],
  };
  return {
    entry: { number, nodes: { [node]: {} } },
    generation: async () => generation as unknown as FilesGeneration,
  } as unknown as Head;
}

let random = 0;
async function show(number: number): Promise<void> {
  const store = { root: state } as Parameters<typeof dataFolders>[0];
  const context = { state, folders: dataFolders(store), randomId: () => `r${random++}`, worker: 'w' };
  await switchLive(context, await headOf(number));
}

/** What the name of a moment leads to, without DuckDB. */
async function at(tenths: number): Promise<string> {
  const folder = join(state, 'live', 'at', ...String(tenths).padStart(11, '0'), nodeKey(node));
  const [name = ''] = await readdir(folder);
  return (await readFile(join(folder, name), 'utf8')).split('\n')[1] ?? '';
}

const now = (): number => Math.floor(Date.now() / 100);

/** Sets the clock of this process; time stands still. */
function setClock(ms: number): void {
  vi.spyOn(Date, 'now').mockReturnValue(ms);
}

describe('the clock of the live file', () => {
  test('shows the first commit at all times', async () => {
    await show(1);
    expect(await Promise.all([0, 1, now(), 99_999_999_999].map(at))).toEqual(['1', '1', '1', '1']);
  });

  test('shows a commit when the switch returns, and names of the past lead where they led', async () => {
    await show(1);
    const seen = new Map<number, string>();
    for (let number = 2; number <= 5; number++) {
      const before = now();
      seen.set(before, await at(before));
      await show(number);
      expect(await at(now())).toBe(String(number));
      for (const [moment, value] of seen) expect(await at(moment)).toBe(value);
    }
    expect(await at(99_999_999_999)).toBe('5');
  });

  test('changes nothing for a moment that has come, even when the tree is slow to make', async () => {
    await show(1);
    const answers = new Map<number, Set<string>>();
    let isOver = false;
    const reader = (async () => {
      while (!isOver) {
        const moment = now();
        answers.set(moment, (answers.get(moment) ?? new Set()).add(await at(moment)));
      }
    })();
    for (let number = 2; number <= 6; number++) await show(number);
    isOver = true;
    await reader;
    for (const [moment, values] of answers) expect([moment, ...values]).toHaveLength(2);
    expect(answers.size).toBeGreaterThan(1);
  });

  test('goes on after the clock of the machine was set back, and forward again', async () => {
    const noon = Date.UTC(2026, 5, 1, 12);
    setClock(noon);
    await show(1);
    await show(2);
    setClock(noon - 3_600_000);
    await show(3);
    expect(await at(noon / 100 - 36_000 + 3)).toBe('3');
    expect(await at(noon / 100)).toBe('3');
    setClock(noon + 1000);
    await show(4);
    expect(await at(noon / 100 + 9)).toBe('3');
    expect(await at(noon / 100 + 13)).toBe('4');
  });

  test('shows a commit again whose switch seems to be far away', async () => {
    const noon = Date.UTC(2026, 5, 1, 12);
    setClock(noon);
    await show(1);
    await show(2);
    setClock(noon - 3_600_000);
    await show(2);
    expect(await at(noon / 100 - 35_990)).toBe('2');
  });

  test('never goes back to an older commit', async () => {
    await show(2);
    await show(1);
    expect(await at(now())).toBe('2');
  });

  test('is made anew where its link or its records are torn, and passes by what a kill left', async () => {
    await show(1);
    const live = join(state, 'live');
    await mkdir(join(live, 'entries', '.eider-w-1'));
    await mkdir(join(live, 'clocks', '2-torn'));
    await symlink('nowhere', join(live, '.eider-w-2'));
    await show(2);
    expect(await at(now())).toBe('2');
    await writeFile(join(live, 'clocks', basename(await readlink(join(live, 'at'))), 'switches.json'), '[{"at"');
    await show(3);
    expect(await at(now())).toBe('3');
    await rm(join(live, 'at'));
    await show(4);
    expect(await at(now())).toBe('4');
  });

  test('forgets commits that no clock shows', async () => {
    timers.isFast = true;
    const noon = Date.UTC(2026, 5, 1, 12);
    const from = (first: number, last: number): readonly number[] =>
      Array.from({ length: last - first + 1 }, (_, i) => first + i);
    for (const number of from(1, 40)) {
      setClock(noon + number * 1000);
      await show(number);
    }
    const live = join(state, 'live');
    const switches = JSON.parse(await readFile(join(live, 'at', 'switches.json'), 'utf8')) as { entry: number }[];
    expect(switches.map(({ entry }) => entry)).toEqual(from(9, 40));
    expect(await readdir(join(live, 'entries'))).toHaveLength(40);
    const old = new Date(Date.now() - 3_600_000);
    for (const clock of await readdir(join(live, 'clocks'))) await utimes(join(live, 'clocks', clock), old, old);
    setClock(noon + 41_000);
    await show(41);
    expect((await readdir(join(live, 'entries'))).map(Number).sort((a, b) => a - b)).toEqual(from(10, 41));
    expect(await readdir(join(live, 'clocks'))).toHaveLength(1);
    expect(await at(noon / 100)).toBe('10');
  });
});

test('the pattern takes the state’s path and the node’s name as they are', async () => {
  const generation = await (await headOf(1)).generation(node);
  expect(livePattern("/la[ke]/it's", generation as FilesGeneration)).toMatch(
    /^'\/la\[\[]ke]\/it''s\/live\/at\/' \|\| regexp_replace\(.*now\(\).*\) \|\| 'model\.shop\.it_s-[0-9a-f]{12}\/\*'$/,
  );
});
