import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FaultPoint } from '../../packages/engine/src/lake/fault.ts';
import { type CrashWorld, crashWorld, expectWhole, type Operation, prepare, seen } from '../support/crash-world.ts';
import type { KillOrders } from '../support/killed-program.ts';
import { lakeFixture } from '../support/lake-fixture.ts';
import { stopHeartbeats } from '../support/stop-heartbeats.ts';

// Invariant: what `packages/engine/src/lake/crash.test.ts` shows of every step with processes that only stop, is so where a process is killed indeed.

stopHeartbeats();

let world: CrashWorld;
beforeAll(async () => {
  world = await crashWorld(await lakeFixture({ keep: { days: 0, builds: 2 } }));
});
afterAll(() => world.fixture.close());

/** Runs a program that kills itself after a step. */
async function kill(operation: Operation, point: FaultPoint): Promise<void> {
  const { fixture, root, values } = world;
  const { keep, publishPath, state } = fixture.options;
  const told = join(fixture.folder, 'told');
  const orders: KillOrders = {
    operation,
    point,
    root,
    options: { keep, publishPath, state },
    values: values.size,
    told,
  };
  const program = ['--conditions=eider-source', '--import', import.meta.resolve('tsx')];
  const script = join(import.meta.dirname, '../support/killed-program.ts');
  const child = spawn(process.execPath, [...program, script, JSON.stringify(orders)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.on('data', (chunk) => said.push(String(chunk)));
  const signal = await new Promise<NodeJS.Signals | null>((resolve) => child.on('close', (_, by) => resolve(by)));
  if (existsSync(told)) values.set(readFileSync(told, 'utf8'), values.size + 1);
  rmSync(told, { force: true });
  expect(signal, said.join('')).toBe('SIGKILL');
}

test.each<[Operation, FaultPoint]>([
  ['build', 'finish'],
  ['build', 'entry'],
  ['build', 'log'],
  ['build', 'alias'],
  ['build', 'catalog'],
  ['recovery', 'published'],
  ['vacuum', 'dead'],
])('a %s that is killed after %s', async (operation, point) => {
  await prepare(world, operation);
  const before = (await seen(world))?.number;
  await kill(operation, point);
  const head = (await (await world.fixture.open()).head())?.entry.number;
  expect([before, head]).toContain((await seen(world))?.number);
  await expectWhole(world, `${operation} killed after ${point}`);
});
