import { createMemoryStore } from '@eider/store';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { append, committed, fileNamed, memoryTable, newTable, pathsOf } from '../../../../test/support/delta-table.ts';
import type { TablePorts } from '../log/read-log.ts';
import { openSnapshot, refresh, type Snapshot } from '../log/snapshot.ts';
import { restoreChange } from '../maintain/restore.ts';
import { vacuum } from '../maintain/vacuum.ts';
import type { Change } from './change.ts';
import { writeCheckpoint } from './checkpoint.ts';
import { cleanLog } from './clean-log.ts';
import { commit } from './commit.ts';

/** How many sequences: more by hand. */
const sequences = Number(process.env.EIDER_DELTA_SEQUENCES ?? 150);
const day = 86_400_000;

type Step =
  | { readonly kind: 'refresh'; readonly writer: number }
  | {
      readonly kind: 'append' | 'overwrite' | 'compact' | 'delete' | 'restore';
      readonly writer: number;
      readonly pick: number;
    }
  | { readonly kind: 'checkpoint' | 'clean' | 'vacuum' | 'wait' };

const writer = fc.nat(2);
const pick = fc.nat(1000);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('refresh' as const), writer }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'append' as const,
        'append' as const,
        'overwrite' as const,
        'compact' as const,
        'delete' as const,
        'restore' as const,
      ),
      writer,
      pick,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('checkpoint' as const, 'clean' as const, 'vacuum' as const, 'wait' as const),
    }),
  },
);

/** A table, three writers that each know some version of it, and what every version should hold. */
class World {
  clock = 0;
  readonly ports: TablePorts;
  readonly writers: Snapshot[] = [];
  /** Files of each version, by their paths. */
  readonly model: (readonly string[])[] = [[]];
  private names = 0;

  constructor() {
    this.ports = memoryTable(createMemoryStore(() => new Date(this.clock)));
  }

  async run(step: Step): Promise<void> {
    if (step.kind === 'wait') this.clock += 20 * day;
    else if (step.kind === 'refresh') this.writers[step.writer] = await refresh(this.ports, this.known(step.writer));
    else if ('writer' in step)
      await this.write(step.writer, await this.changeOf(step.kind, this.known(step.writer), step.pick));
    else await this.maintain(step.kind);
    await this.check();
  }

  known(writer: number): Snapshot {
    const snapshot = this.writers[writer];
    if (snapshot === undefined) throw new Error('There is no such writer.');
    return snapshot;
  }

  private async changeOf(kind: string, base: Snapshot, pick: number): Promise<Change | undefined> {
    const files = [...base.files.values()];
    const one = files[pick % Math.max(files.length, 1)];
    this.names += 1;
    const name = `f${this.names}`;
    if (kind === 'append') return append(name);
    if (kind === 'overwrite')
      return { operation: 'WRITE', reads: 'everything', removes: files, adds: [fileNamed(name)] };
    if (kind === 'restore') {
      const old = await openSnapshot(this.ports, pick % (base.version + 1)).catch(() => undefined);
      return old && (await restoreChange(this.ports, base, old).catch(() => undefined));
    }
    if (one === undefined) return undefined;
    if (kind === 'delete') return { operation: 'DELETE', reads: (file) => file.path === one.path, removes: [one] };
    const some = files.slice(0, 1 + (pick % 3));
    return { operation: 'OPTIMIZE', reads: 'nothing', dataChange: false, removes: some, adds: [fileNamed(name)] };
  }

  private async write(writer: number, change: Change | undefined): Promise<void> {
    if (change === undefined) return;
    for (const { path } of change.adds ?? []) {
      if ((await this.ports.store.stat(path)) === undefined) await this.ports.store.put(path, new Uint8Array(1));
    }
    const outcome = await commit(this.ports, this.known(writer), change, { now: () => this.clock });
    if (outcome.kind !== 'committed') return;
    const { snapshot } = outcome;
    expect(snapshot.version).toBe(this.model.length);
    const removed = new Set((change.removes ?? []).map(({ path }) => path));
    const before = this.model.at(-1) ?? [];
    // Whoever is committed saw, of what it read, the version right before its own.
    expect(before).toEqual(expect.arrayContaining([...removed]));
    if (change.operation === 'WRITE' && change.reads === 'everything') expect(before).toHaveLength(removed.size);
    const added = (change.adds ?? []).map(({ path }) => path);
    this.model.push([...before.filter((path) => !removed.has(path)), ...added].sort());
    this.writers[writer] = snapshot;
  }

  private async maintain(kind: 'checkpoint' | 'clean' | 'vacuum'): Promise<void> {
    const newest = await openSnapshot(this.ports);
    if (kind === 'checkpoint') await writeCheckpoint(this.ports, newest, this.clock);
    else if (kind === 'clean') await cleanLog(this.ports, newest, this.clock);
    else await vacuum(this.ports, newest, this.clock);
  }

  /** The newest version is what it should be, and all its files are there; so is any older one that can still be read. */
  private async check(): Promise<void> {
    const newest = await openSnapshot(this.ports);
    expect(newest.version).toBe(this.model.length - 1);
    for (let version = newest.version; version >= 0; version -= 1) {
      const found =
        version === newest.version ? newest : await openSnapshot(this.ports, version).catch(() => undefined);
      if (found === undefined) continue;
      expect(pathsOf(found)).toEqual(this.model[version]);
    }
    for (const path of pathsOf(newest)) expect(await this.ports.store.stat(path), path).toBeDefined();
  }
}

// They are as many as one asks for.
const timeout = 60_000 + sequences * 100;

test('any sequence of commits by three writers with upkeep between leaves what a serial order would', {
  timeout,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const world = new World();
      const first = await committed(world.ports, undefined, newTable(), { now: () => 0 });
      world.writers.push(first, first, first);
      for (const each of steps) await world.run(each);
    }),
    { numRuns: sequences, ...(process.env.EIDER_SEED !== undefined && { seed: Number(process.env.EIDER_SEED) }) },
  );
});
