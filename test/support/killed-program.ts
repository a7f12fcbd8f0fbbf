import { writeFileSync } from 'node:fs';
import type { FaultPoint } from '../../packages/engine/src/lake/fault.ts';
import type { LakeOptions } from '../../packages/engine/src/lake/lake.ts';
import { createLocalStore } from '../../packages/store/src/index.ts';
import { type CrashWorld, type Operation, perform } from './crash-world.ts';
import { lakeFixture } from './lake-fixture.ts';

/** What the program is told, as JSON, on its command line: what to do, on which lake, and after which step to die. */
export interface KillOrders {
  readonly operation: Operation;
  readonly point: FaultPoint;
  readonly root: string;
  readonly options: Pick<LakeOptions, 'state' | 'publishPath' | 'keep'>;
  /** How many values were written before. */
  readonly values: number;
  /** Where the id of the build goes. */
  readonly told: string;
}

const orders = JSON.parse(process.argv[2] ?? '{}') as KillOrders;
/** Values of older builds, and of the one to come, whose id it writes down. */
class ToldValues extends Map<string, number> {
  override set(build: string, value: number): this {
    if (!build.startsWith('older')) writeFileSync(orders.told, build);
    return super.set(build, value);
  }
}

const values = new ToldValues();
for (let i = 0; i < orders.values; i++) values.set(`older ${i}`, i + 1);
const fixture = await lakeFixture({
  ...orders.options,
  randomId: () => Math.random().toString(16).slice(2, 10).padEnd(8, '0'),
});
const world: CrashWorld = {
  fixture,
  store: createLocalStore(orders.options.state),
  root: orders.root,
  values,
};
const lake = await fixture.open({
  fault: (point) => {
    if (point === orders.point) process.kill(process.pid, 'SIGKILL');
  },
});
await perform(world, lake, orders.operation);
