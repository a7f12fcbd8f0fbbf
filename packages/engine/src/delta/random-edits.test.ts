import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Arm, DeltaError, type Edit, type Insert, openSnapshot, operate, rangeOf, stageEdit } from '@eider/delta';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type DeltaTable,
  type DeltaWorkshop,
  deltaWorkshop,
  operatePorts,
} from '../../../../test/support/delta-workshop.ts';
import { changeFeedQuery } from './change-feed.ts';

// Invariant: whatever an edit is made of, a table holds afterwards what the edit says of each of its rows, whether files are copied or rows marked as deleted, and its change data feed tells the same.
// DuckDB says of each pair of rows which conditions hold and what each expression is; what follows from that is told here once more, row by row. EIDER_EDITS: how many.

const edits = Number(process.env.EIDER_EDITS ?? 60);

const number = fc.option(fc.integer({ min: 0, max: 5 }), { freq: 6 });
const text = fc.option(fc.constantFrom('a', 'b'), { freq: 6 });
type Values = readonly [number | null, number | null, string | null];
const rowList = (maxLength: number): fc.Arbitrary<readonly Values[]> =>
  fc.array(fc.tuple(number, number, text), { maxLength });

const ofBoth = ['source.v > 2', 'target.v < source.v', "source.p = 'a' OR source.v IS NULL"];
const ofTarget = ['target.n % 2 = 0', "target.p = 'a'", 'target.v IS NULL', 'target.n < 2'];
const ofSource = ['source.v > 2', "source.p = 'a'", 'source.n IS NULL'];
const sets: readonly Readonly<Record<string, string>>[] = [
  { n: 'source.n', v: 'source.v', p: 'source.p' },
  { V: 'coalesce(target.v, 0) + 1' },
  { v: 'source.v', p: "'c'" },
];

const fateOf = (from: readonly Readonly<Record<string, string>>[]): fc.Arbitrary<Arm['fate']> =>
  fc.oneof(
    fc.constantFrom('delete' as const, 'keep' as const),
    fc.constantFrom(...from).map((set) => ({ set })),
  );
const when = (conditions: readonly string[]): fc.Arbitrary<{ readonly when?: string }> =>
  fc.option(fc.constantFrom(...conditions), { freq: 3 }).map((one) => (one === null ? {} : { when: one }));
const arms = (conditions: readonly string[], from: typeof sets): fc.Arbitrary<readonly Arm[]> =>
  fc.array(
    fc.tuple(when(conditions), fateOf(from)).map(([one, fate]) => ({ ...one, fate })),
    { maxLength: 2 },
  );
const inserts: fc.Arbitrary<readonly Insert[]> = fc.array(
  fc
    .tuple(when(ofSource), fc.option(fc.constantFrom({ n: 'source.n' }, { v: 'source.v * 2', p: "'d'" })))
    .map(([one, set]) => ({ ...one, ...(set === null ? {} : { set }) })),
  { maxLength: 2 },
);

interface Drawn {
  readonly files: readonly (readonly Values[])[];
  readonly given: readonly Values[];
  readonly edit: Edit;
  readonly marked: boolean;
  readonly feed: boolean;
  readonly parted: boolean;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  files: fc.array(rowList(5), { minLength: 1, maxLength: 3 }),
  given: rowList(5),
  edit: fc.record(
    {
      keys: fc.constantFrom(['n'], ['n'], ['n', 'p'], []),
      on: fc.constantFrom('target.v = source.v', "target.p = 'a'", 'source.v > 1', 'target.n BETWEEN 1 AND 3'),
      matched: arms([...ofBoth, ...ofTarget], sets),
      unmatched: arms(ofTarget, [{ v: 'target.v + 10' }, { p: "'z'", n: 'NULL' }]),
      inserts,
    },
    { requiredKeys: ['keys'] },
  ),
  marked: fc.boolean(),
  feed: fc.boolean(),
  parted: fc.boolean(),
});

let folder: string;
let at: DeltaWorkshop;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eider-edits-'));
  at = await deltaWorkshop(folder);
});

afterAll(async () => {
  at.close();
  await rm(folder, { recursive: true });
});

const rowText = ([n, v, p]: Values): string =>
  `(${n ?? 'NULL'}::BIGINT, ${v ?? 'NULL'}::BIGINT, ${p === null ? 'NULL' : `'${p}'`}::VARCHAR)`;
const rowsText = (rows: readonly Values[]): string =>
  rows.length === 0
    ? 'SELECT NULL::BIGINT AS n, NULL::BIGINT AS v, NULL::VARCHAR AS p WHERE false'
    : `SELECT * FROM (VALUES ${rows.map(rowText).join(', ')}) r(n, v, p)`;

interface Expected {
  readonly rows: readonly string[];
  readonly changes: readonly string[];
}

/** What an edit makes of rows; undefined where several rows of the source take one of the table's. */
async function expectedOf({ edit, files, given }: Drawn): Promise<Expected | undefined> {
  const { connection } = at;
  await connection.query(`CREATE OR REPLACE TEMP TABLE _given AS ${rowsText(given)}`);
  await connection.query(`CREATE OR REPLACE TEMP TABLE _held AS ${rowsText(files.flat())}`);
  const { keys = [], matched = [], on, unmatched = [] } = edit;
  const meets = [...keys.map((key) => `target.${key} = source.${key}`), ...(on === undefined ? [] : [on])];
  const pairs =
    meets.length === 0
      ? []
      : await lists(
          `SELECT ${['target.rowid', 'source.rowid', ...armTexts(matched)].join(', ')} FROM _held AS target, _given AS source WHERE ${meets.map((each) => `(${each})`).join(' AND ')}`,
        );
  const held = await lists(
    `SELECT ${['target.rowid', plainRow('target'), ...armTexts(unmatched)].join(', ')} FROM _held AS target ORDER BY 1`,
  );
  const coming = await lists(
    `SELECT ${['source.rowid', ...insertTexts(edit.inserts ?? [])].join(', ')} FROM _given AS source ORDER BY 1`,
  );
  const rows: string[] = [];
  const changes: string[] = [];
  for (const [id, row = '', ...ofNone] of held) {
    const mine = pairs.filter(([target]) => target === id);
    const taking = mine.map(([, , ...of]) => fateIn(matched, of)).filter((fate) => fate !== undefined);
    if (taking.length > 1) return undefined;
    const fate = mine.length > 0 ? taking[0] : fateIn(unmatched, ofNone);
    if (fate === undefined) rows.push(row);
    else if (fate === 'delete') changes.push(`delete ${row}`);
    else {
      rows.push(fate.row);
      changes.push(`update_preimage ${row}`, `update_postimage ${fate.row}`);
    }
  }
  for (const [id, ...ofInserts] of coming) {
    if (pairs.some(([, source]) => source === id)) continue;
    const at = (edit.inserts ?? []).findIndex((_, index) => ofInserts[index * 2] === 'true');
    if (at < 0) continue;
    rows.push(ofInserts[at * 2 + 1] ?? '');
    changes.push(`insert ${ofInserts[at * 2 + 1]}`);
  }
  return { rows: rows.sort(), changes: changes.sort() };
}

const columns = ['n', 'v', 'p'] as const;
const shown = (values: readonly string[]): string =>
  `concat_ws(' ', ${values.map((value) => `coalesce(CAST(${value} AS VARCHAR), '-')`).join(', ')})`;
const plainRow = (name: string): string => shown(columns.map((column) => `${name}.${column}`));

/** Of each arm whether it takes a row, and what it makes of it. */
const armTexts = (of: readonly Arm[]): readonly string[] =>
  of.flatMap(({ fate, when: condition = 'true' }) => [
    `coalesce(${condition}, false)`,
    typeof fate === 'object' ? afterRow(fate.set) : "''",
  ]);

function afterRow(set: Readonly<Record<string, string>>): string {
  const of = new Map(Object.entries(set).map(([name, value]) => [name.toLowerCase(), value]));
  return shown(columns.map((column) => of.get(column) ?? `target.${column}`));
}

const insertTexts = (of: readonly Insert[]): readonly string[] =>
  of.flatMap(({ set, when: condition = 'true' }) => [
    `coalesce(${condition}, false)`,
    set === undefined
      ? plainRow('source')
      : shown(columns.map((column) => (set as Readonly<Record<string, string>>)[column] ?? 'NULL')),
  ]);

function fateIn(of: readonly Arm[], told: readonly string[]): 'delete' | { readonly row: string } | undefined {
  const index = of.findIndex((_, each) => told[each * 2] === 'true');
  const fate = of[index]?.fate;
  if (fate === undefined || fate === 'keep') return undefined;
  return fate === 'delete' ? 'delete' : { row: told[index * 2 + 1] ?? '' };
}

async function lists(sql: string): Promise<readonly (readonly string[])[]> {
  return (await at.connection.query(sql)).rows.map((row) => row.map(String));
}

async function tableOf({ feed, files, marked, parted }: Drawn): Promise<DeltaTable> {
  const [first = [], ...others] = files;
  const table = await at.make(rowsText(first), parted ? ['p'] : [], {
    ...(marked && { 'delta.enableDeletionVectors': 'true' }),
    ...(feed && { 'delta.enableChangeDataFeed': 'true' }),
  });
  for (const rows of others) await at.append(table, rowsText(rows));
  return table;
}

test('edits of any kind', { timeout: 3_600_000 }, async () => {
  let refused = 0;
  let done = 0;
  await fc.assert(
    fc.asyncProperty(drawn, async (one) => {
      const table = await tableOf(one);
      const expected = await expectedOf(one);
      const ports = operatePorts(at, table);
      const edit: Edit = { ...one.edit, source: rowsText(one.given) };
      const before = table.snapshot.version;
      const run = () => operate(ports, (base) => stageEdit(ports, base, edit, { operation: 'MERGE' }));
      if (expected === undefined) {
        refused += 1;
        const failure: unknown = await run().catch((cause: unknown) => cause);
        expect(failure).toBeInstanceOf(DeltaError);
        expect((failure as DeltaError).code).toBe('delta/ambiguous-merge');
        expect((await openSnapshot(table.ports)).version).toBe(before);
        return;
      }
      done += 1;
      const outcome = await run();
      const rows = (await lists(`SELECT ${plainRow('t')} FROM (${await at.scan(table)}) AS t`)).flat().sort();
      expect([rows, outcome.kind]).toEqual([expected.rows, outcome.kind]);
      if (!one.feed || outcome.kind !== 'committed') return;
      const readRange = (location: string, start: number, length: number) =>
        rangeOf(table.ports.store, location, start, length);
      const { connection } = at;
      const feed = await changeFeedQuery({ ports: table.ports, connection, readRange, from: before + 1 });
      const changes = await lists(`SELECT _change_type || ' ' || ${plainRow('t')} FROM (${feed}) AS t`);
      expect(changes.flat().sort()).toEqual(expected.changes);
    }),
    { numRuns: edits, ...(process.env.EIDER_SEED !== undefined && { seed: Number(process.env.EIDER_SEED) }) },
  );
  // Both are of the matter: an edit that is refused proves little.
  expect(done).toBeGreaterThan(refused);
});
