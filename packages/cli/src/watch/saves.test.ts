import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { collectSaves } from './saves.ts';

const options = { quietMs: 30, halfMs: 150, longestMs: 400 };
const whole = async (): Promise<number> => 10;

test('what is saved at about the same time is one burst', async () => {
  const saves = collectSaves({ ...options, quietMs: 400, halfMs: 400, longestMs: 5000 }, whole);
  const next = saves.next();
  saves.add('a');
  await wait(10);
  saves.add('b');
  saves.add('a');
  expect([...(await next).paths]).toEqual(['a', 'b']);
});

test('a burst that is over before anybody asks is not lost, and the next one is another', async () => {
  const saves = collectSaves(options, whole);
  saves.add('a');
  await wait(60);
  const first = await saves.next();
  expect([...first.paths]).toEqual(['a']);
  expect(first.ageMs).toBeGreaterThanOrEqual(59);
  const second = saves.next();
  saves.add('b');
  expect([...(await second).paths]).toEqual(['b']);
});

test.each([
  ['is empty', 0],
  ['is gone', null],
])('a file that %s is waited for, and no longer than need be', async (_, half) => {
  let size: number | null = half;
  const saves = collectSaves(options, async () => size);
  const since = performance.now();
  saves.add('a');
  setTimeout(() => {
    size = 10;
    saves.add('a');
  }, 60);
  await saves.next();
  const ms = performance.now() - since;
  expect(ms).toBeGreaterThanOrEqual(85);
  saves.add('b');
  size = half;
  const then = performance.now();
  await saves.next();
  expect(performance.now() - then).toBeGreaterThanOrEqual(options.halfMs - 5);
});

test('a stream of saves is not held back for ever', async () => {
  const saves = collectSaves(options, whole);
  const timer = setInterval(() => saves.add('a'), 10);
  saves.add('a');
  const { ageMs } = await saves.next();
  clearInterval(timer);
  expect(ageMs).toBeGreaterThanOrEqual(options.quietMs);
});
