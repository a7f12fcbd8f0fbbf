import { expect, test } from 'vitest';
import type { RunPlan, Task } from './plan-run.ts';
import { schedule, type TaskEnd } from './schedule.ts';

function planOf(
  after: Readonly<Record<string, readonly string[]>>,
  levels: Readonly<Record<string, number>> = {},
): RunPlan {
  const ids = Object.keys(after);
  const before = (id: string): string[] => ids.filter((each) => after[each]?.includes(id));
  const task = (id: string): Task => ({
    id,
    isTest: false,
    after: after[id] ?? [],
    before: before(id),
    level: levels[id] ?? 0,
  });
  return new Map(ids.map((id) => [id, task(id)]));
}

interface Outcome {
  readonly ran: string[];
  readonly skipped: (string | null)[][];
  most: number;
}

async function play(plan: RunPlan, threads: number, ends: Readonly<Record<string, TaskEnd>> = {}): Promise<Outcome> {
  const outcome: Outcome = { ran: [], skipped: [], most: 0 };
  const busy = new Set<number>();
  await schedule({
    plan,
    threads,
    run: async (id, thread) => {
      expect(busy.has(thread)).toBe(false);
      busy.add(thread);
      outcome.most = Math.max(outcome.most, busy.size);
      outcome.ran.push(id);
      await new Promise((resolve) => setImmediate(resolve));
      busy.delete(thread);
      return ends[id] ?? 'done';
    },
    skip: (id, because) => outcome.skipped.push([id, because]),
  });
  return outcome;
}

test('runs as many at once as there are threads', async () => {
  const plan = planOf(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`n${i}`, []])));
  expect((await play(plan, 8)).most).toBe(8);
  expect((await play(plan, 1)).most).toBe(1);
});

test('runs parents first, and of those that are ready the lowest level by name', async () => {
  const plan = planOf({ 'test.x': [], 'seed.x': [], 'model.b': [], 'model.a': ['model.b'] }, { 'model.a': 1 });
  expect((await play(plan, 1)).ran).toEqual(['model.b', 'seed.x', 'test.x', 'model.a']);
});

test('skips all that is behind a failure, once, and goes on with the rest', async () => {
  const plan = planOf(
    { bad: [], good: [], child: ['bad'], both: ['child', 'good', 'bad'], free: ['good'] },
    { child: 1, both: 2 },
  );
  const outcome = await play(plan, 2, { bad: 'failed' });
  expect(outcome.ran.sort()).toEqual(['bad', 'free', 'good']);
  expect(outcome.skipped).toEqual([
    ['child', 'bad'],
    ['both', 'child'],
  ]);
});

test('starts nothing after a stop, and says of the rest that it was stopped', async () => {
  const plan = planOf({ bad: [], child: ['bad'], other: [] });
  const outcome = await play(plan, 1, { bad: 'stop' });
  expect(outcome.ran).toEqual(['bad']);
  expect(outcome.skipped).toEqual([
    ['child', 'bad'],
    ['other', null],
  ]);
});
