import { createMemoryStore, type Store } from '@eider/store';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryTable } from '../../../../test/support/delta-table.ts';
import { dyingStore } from '../../../../test/support/dying-store.ts';
import {
  editedRows,
  memoryOperations,
  type Row,
  rowsIn,
  sortedRows,
  sourceText,
} from '../../../../test/support/memory-compute.ts';
import { openSnapshot, type Snapshot } from '../log/snapshot.ts';
import { restoreChange } from '../maintain/restore.ts';
import { writeCheckpoint } from '../write/checkpoint.ts';
import { appendEdit, deleteEdit, type Edit, replaceEdit, updateEdit, upsertEdit } from './edit.ts';
import { operate } from './operate.ts';
import { type OperatePorts, type StagedChange, stageEdit } from './stage-edit.ts';
import { stageOptimize } from './stage-optimize.ts';

/** How many sequences: more by hand. */
const sequences = Number(process.env.EIDER_DELTA_SEQUENCES ?? 80);

type Kind =
  | 'append'
  | 'delete'
  | 'update'
  | 'merge'
  | 'prune'
  | 'overwrite'
  | 'evolve'
  | 'widen'
  | 'optimize'
  | 'restore'
  | 'checkpoint';

interface Step {
  readonly kind: Kind;
  readonly seed: number;
  /** What another writer does between the staging and the commit. */
  readonly beside: { readonly kind: Kind; readonly seed: number } | null;
  /** How many versions its writer is behind. */
  readonly behind: number;
}

const kind = fc.constantFrom<Kind>(
  'append',
  'append',
  'delete',
  'update',
  'merge',
  'merge',
  'prune',
  'overwrite',
  'evolve',
  'widen',
  'optimize',
  'restore',
  'checkpoint',
);
const step: fc.Arbitrary<Step> = fc.record({
  kind,
  seed: fc.nat(1000),
  beside: fc.option(fc.record({ kind, seed: fc.nat(1000) }), { freq: 2 }),
  behind: fc.nat(2),
});

const rowsOf = (seed: number, more: (n: number) => Row = () => ({})): readonly Row[] =>
  Array.from({ length: 1 + (seed % 4) }, (_, at) => ({ n: (seed * 7 + at * 3) % 20, v: seed, ...more(at) }));
const source = (rows: readonly Row[], types: Readonly<Record<string, string>> = {}): string =>
  sourceText({ types: { n: 'integer', v: 'integer', ...types }, rows });

/** The edit of a step: every kind finds rows in another way. */
function editOf(kind: Kind, seed: number): Edit {
  switch (kind) {
    case 'delete':
      return deleteEdit(seed % 2 === 0 ? `target.n < ${seed % 10}` : `target.n % 3 = ${seed % 3}`);
    case 'update':
      return updateEdit(
        { v: 'target.v + 1' },
        seed % 2 === 0 ? `target.n < ${seed % 15}` : `target.n % 4 = ${seed % 4}`,
      );
    case 'merge': {
      const once = [...new Map(rowsOf(seed).map((row) => [row.n, row])).values()];
      const plain = upsertEdit(source(once), ['n'], ['n', 'v'], (name) => name);
      const arms = [{ when: 'source.n % 2 = 1', fate: 'delete' as const }, ...(plain.matched ?? [])];
      return seed % 3 === 0 ? { ...plain, matched: arms } : plain;
    }
    case 'prune':
      return {
        source: source(rowsOf(seed)),
        keys: ['n'],
        unmatched: [{ when: `target.n < ${seed % 12}`, fate: 'delete' }],
      };
    case 'overwrite':
      return replaceEdit(source(rowsOf(seed)));
    case 'evolve':
      return appendEdit(
        source(
          rowsOf(seed, () => ({ [`c${seed % 3}`]: seed })),
          { [`c${seed % 3}`]: 'integer' },
        ),
      );
    case 'widen':
      return appendEdit(source(rowsOf(seed), { v: 'long' }));
    default:
      return appendEdit(source(rowsOf(seed)));
  }
}

class World {
  readonly ports: OperatePorts;
  /** The rows of every version. */
  readonly model: (readonly Row[])[] = [];
  readonly snapshots: Snapshot[] = [];

  constructor(store: Store = createMemoryStore()) {
    this.ports = memoryOperations(memoryTable(store));
  }

  async create(configuration: Readonly<Record<string, string>>): Promise<void> {
    const edit = appendEdit(source(rowsOf(3)));
    const outcome = await operate(
      this.ports,
      (base) => stageEdit(this.ports, base, edit, { operation: 'WRITE', create: { configuration } }),
      { base: null },
    );
    if (outcome.kind !== 'committed') throw new Error(`It was ${outcome.kind}.`);
    this.model.push(editedRows(edit, []));
    this.snapshots.push(outcome.snapshot);
  }

  async run({ behind, beside, kind, seed }: Step): Promise<void> {
    const base = this.snapshots[Math.max(0, this.snapshots.length - 1 - behind)];
    let others = beside;
    await this.make(kind, seed, base, async () => {
      if (others === null) return;
      const { kind: other, seed: otherSeed } = others;
      others = null;
      await this.make(other, otherSeed, this.snapshots.at(-1), async () => undefined);
    });
    await this.check();
  }

  private async make(
    kind: Kind,
    seed: number,
    base: Snapshot | undefined,
    between: () => Promise<void>,
  ): Promise<void> {
    if (kind === 'checkpoint') return await writeCheckpoint(this.ports, await openSnapshot(this.ports), 0);
    let restored = 0;
    const stage = async (snapshot: Snapshot | undefined): Promise<StagedChange | undefined> => {
      if (snapshot === undefined) return undefined;
      restored = seed % (snapshot.version + 1);
      const staged = await this.stage(kind, seed, snapshot, restored);
      await between();
      return staged;
    };
    const outcome = await operate(this.ports, stage, {
      ...(base === undefined ? {} : { base }),
      now: () => this.model.length,
    });
    if (outcome.kind !== 'committed') return;
    expect(outcome.failures).toEqual([]);
    expect(outcome.snapshot.version).toBe(this.model.length);
    const before = this.model.at(-1) ?? [];
    const after =
      kind === 'optimize'
        ? before
        : kind === 'restore'
          ? (this.model[restored] ?? [])
          : editedRows(editOf(kind, seed), before);
    this.model.push(after);
    this.snapshots.push(outcome.snapshot);
  }

  private async stage(kind: Kind, seed: number, snapshot: Snapshot, to: number): Promise<StagedChange | undefined> {
    if (kind === 'optimize') return await stageOptimize(this.ports, snapshot);
    if (kind === 'restore') {
      const change = await restoreChange(this.ports, snapshot, await openSnapshot(this.ports, to));
      return {
        change,
        keys: [],
        evolved: { schema: snapshot.schema, added: [], widened: [] },
        notes: [],
        rows: { inserted: 0, touched: 0 },
      };
    }
    const schemaMode = kind === 'evolve' ? 'add' : kind === 'widen' ? 'widen' : 'strict';
    return await stageEdit(this.ports, snapshot, editOf(kind, seed), {
      operation: kind === 'overwrite' ? 'WRITE' : kind.toUpperCase(),
      schemaMode,
    });
  }

  /** The rows of the newest version and of one before it are the model's, and nothing of attempts that lost lies about. */
  private async check(): Promise<void> {
    const newest = await openSnapshot(this.ports);
    expect(newest.version).toBe(this.model.length - 1);
    for (const snapshot of [newest, await openSnapshot(this.ports, Math.floor(newest.version / 2))]) {
      expect(await rowsIn(this.ports, snapshot)).toEqual(sortedRows(this.model[snapshot.version] ?? []));
    }
    const named = new Set([...newest.files.values(), ...newest.tombstones.values()].map(({ path }) => path));
    const data = (await this.ports.store.list({})).objects
      .map(({ key }) => key)
      .filter((key) => key.endsWith('.json') && !key.startsWith('_delta_log/'));
    expect(data.filter((key) => !named.has(key))).toEqual([]);
  }
}

test.each([
  ['copied on write', {}],
  ['marked as deleted', { 'delta.enableDeletionVectors': 'true' }],
])(
  'any sequence of edits, %s, by writers that are behind and meet others, leaves what a serial order would',
  // They are as many as one asks for.
  { timeout: 60_000 + sequences * 200 },
  async (_, configuration) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const world = new World();
        await world.create(configuration);
        for (const each of steps) await world.run(each);
      }),
      { numRuns: sequences, ...(process.env.EIDER_SEED !== undefined && { seed: Number(process.env.EIDER_SEED) }) },
    );
  },
);

test.each<Kind>(['append', 'delete', 'update', 'merge', 'overwrite', 'evolve', 'widen'])(
  '%s: cut off at any step, and made again, it is there once',
  async (kind) => {
    const transactions = [{ appId: 'batch', version: 1 }];
    for (const configuration of [{}, { 'delta.enableDeletionVectors': 'true' }]) {
      for (let calls = 0; ; calls += 1) {
        const whole = createMemoryStore();
        const world = new World(whole);
        await world.create({ ...configuration, 'delta.checkpointInterval': '1' });
        const edit = editOf(kind, 5);
        const run = (store: Store) => {
          const ports = memoryOperations(memoryTable(store));
          const schemaMode = kind === 'evolve' || kind === 'widen' ? 'widen' : 'strict';
          return operate(
            ports,
            (base) =>
              stageEdit(ports, base, edit, {
                operation: kind === 'overwrite' ? 'WRITE' : kind.toUpperCase(),
                schemaMode,
                transactions,
              }),
            { transactions },
          );
        };
        const dying = dyingStore(whole, calls);
        const end = await Promise.race([run(dying.store).then(() => 'done'), dying.died.then(() => 'killed')]);
        const before = world.model[0] ?? [];
        const seen = await rowsIn(world.ports, await openSnapshot(world.ports));
        expect([sortedRows(before), sortedRows(editedRows(edit, before))]).toContainEqual(seen);
        await run(whole);
        expect(await rowsIn(world.ports, await openSnapshot(world.ports))).toEqual(
          sortedRows(editedRows(edit, before)),
        );
        if (end === 'done') break;
      }
    }
  },
);
