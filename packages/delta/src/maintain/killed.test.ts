import { createMemoryStore, type Store } from '@eider/store';
import { expect, test } from 'vitest';
import { memoryTable } from '../../../../test/support/delta-table.ts';
import { dyingStore } from '../../../../test/support/dying-store.ts';
import { memoryOperations, rowsIn, sourceText } from '../../../../test/support/memory-compute.ts';
import { decodePath } from '../actions/file-path.ts';
import { openSnapshot } from '../log/snapshot.ts';
import { appendEdit, deleteEdit } from '../operate/edit.ts';
import { type Operated, operate } from '../operate/operate.ts';
import { type OperatePorts, stageEdit } from '../operate/stage-edit.ts';
import { stageOptimize } from '../operate/stage-optimize.ts';
import { afterCommit } from '../write/after-commit.ts';
import { restoreChange } from './restore.ts';
import { vacuum } from './vacuum.ts';

// Invariant: an upkeep of a table that is killed at any step leaves it whole, is done when it is run again, and a vacuum then leaves nothing over.

const later = (): number => Date.now() + 30 * 86_400_000;

type Upkeep = (ports: OperatePorts) => Promise<unknown>;

const inTurn = (ports: OperatePorts, stage: Parameters<typeof operate>[1]): Promise<Operated> =>
  operate(ports, stage, { now: later });

const upkeeps: Readonly<Record<string, Upkeep>> = {
  optimize: (ports) => inTurn(ports, async (base) => base && stageOptimize(ports, base)),
  restore: (ports) =>
    inTurn(ports, async (base) => {
      if (base === undefined) return undefined;
      const change = await restoreChange(ports, base, await openSnapshot(ports, 2));
      const evolved = { schema: base.schema, added: [], widened: [] };
      return { change, keys: [], evolved, notes: [], rows: { inserted: 0, touched: 0 } };
    }),
  vacuum: async (ports) => vacuum(ports, await openSnapshot(ports), later()),
  'a checkpoint and a clean-up of the log': async (ports) => afterCommit(ports, await openSnapshot(ports), later()),
};

/** Four versions: rows that come, and rows that go. */
async function makeTable(store: Store): Promise<OperatePorts> {
  const ports = memoryOperations(memoryTable(store));
  const configuration = {
    'delta.enableDeletionVectors': 'true',
    'delta.checkpointInterval': '2',
    'delta.logRetentionDuration': 'interval 0 days',
  };
  const rows = (from: number) => Array.from({ length: 6 }, (_, at) => ({ n: from + at, v: from }));
  const append = (from: number) => appendEdit(sourceText({ types: { n: 'integer', v: 'integer' }, rows: rows(from) }));
  const edits = [append(0), append(6), deleteEdit('target.n % 3 = 1'), append(12), deleteEdit('target.n < 4')];
  for (const [version, edit] of edits.entries())
    await operate(ports, (base) =>
      stageEdit(ports, base, edit, { operation: version % 2 === 0 ? 'WRITE' : 'DELETE', create: { configuration } }),
    );
  return ports;
}

const dataKeys = async (store: Store): Promise<readonly string[]> =>
  (await store.list({})).objects.map(({ key }) => key).filter((key) => !key.startsWith('_delta_log/'));

test.each(Object.keys(upkeeps))('%s, cut off at any step and run again', async (name) => {
  const upkeep = upkeeps[name] as Upkeep;
  const whole = await makeTable(createMemoryStore());
  const before = await rowsIn(whole, await openSnapshot(whole));
  await upkeep(whole);
  const after = await rowsIn(whole, await openSnapshot(whole));
  let steps = 0;
  for (; ; steps += 1) {
    const store = createMemoryStore();
    const ports = await makeTable(store);
    const dying = dyingStore(store, steps);
    const run = upkeep(memoryOperations(memoryTable(dying.store)));
    const end = await Promise.race([run.then(() => 'done'), dying.died.then(() => 'killed')]);
    expect([before, after]).toContainEqual(await rowsIn(ports, await openSnapshot(ports)));
    await upkeep(ports);
    expect(await rowsIn(ports, await openSnapshot(ports))).toEqual(after);
    const snapshot = await openSnapshot(ports);
    await vacuum(ports, snapshot, later() + 60 * 86_400_000);
    const named = [...snapshot.files.values()].map(({ path }) => decodePath(path));
    expect((await dataKeys(store)).filter((key) => key.endsWith('.json')).sort()).toEqual(named.sort());
    expect(await rowsIn(ports, snapshot)).toEqual(after);
    if (end === 'done') break;
  }
  expect(steps).toBeGreaterThan(0);
});
