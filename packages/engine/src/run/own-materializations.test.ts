import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import type { HandNode } from '../../../../test/support/hand-compiler.ts';
import { type RunFixture, runFixture } from '../../../../test/support/run-fixture.ts';

// What a macro of the project's makes of a node is published as internal relations are, and withheld as they are.

let fixture: RunFixture;
beforeEach(async () => {
  fixture = await runFixture();
});
afterEach(() => fixture.close());

type Macro = NonNullable<HandNode['macro']>;

const statement = async (port: Parameters<Macro>[0], sql: string): Promise<void> => {
  await port.transaction?.begin();
  await port.query(sql);
};

/** Adds the rows of its SQL to its table. */
const adds: Macro = async (port, relation, sql) => {
  await statement(port, `CREATE TABLE IF NOT EXISTS ${relation} (a INTEGER)`);
  await statement(port, `INSERT INTO ${relation} ${sql}`);
  await port.transaction?.commit();
};

const rows = async (name: string): Promise<unknown> =>
  (await ask(fixture.catalog, `SELECT list(a ORDER BY a) AS a FROM main.${name}`))[0]?.a;

test('goes on from its table, and is published', async () => {
  await fixture.run({ kept: { sql: 'SELECT 1 AS a', materialized: 'kept', macro: adds } });
  const { said } = await fixture.run({ kept: { sql: 'SELECT 2 AS a', materialized: 'kept', macro: adds } });
  expect(said).toEqual({ kept: 'success OK' });
  expect(await rows('kept')).toEqual([1, 2]);
  expect((await fixture.files('kept')).origin).toBe('internal');
});

test('goes on from what is published, not from what a test withheld', async () => {
  const good = { type: 'test', sql: 'SELECT * FROM {{ kept }} WHERE a > 5' } as const;
  const day = (sql: string): Record<string, HandNode> => ({
    kept: { sql, materialized: 'kept', macro: adds },
    good,
  });
  await fixture.run(day('SELECT 1 AS a'));
  await fixture.run(day('SELECT 9 AS a'));
  expect(await rows('kept')).toEqual([1]);
  await fixture.run(day('SELECT 2 AS a'));
  expect(await rows('kept')).toEqual([1, 2]);
});

test('what is not committed is rolled back, said, and not published', async () => {
  const forgets: Macro = (port, relation, sql) => statement(port, `CREATE TABLE ${relation} AS ${sql}`);
  const { results, said } = await fixture.run({
    other: { sql: 'SELECT 1 AS a' },
    lost: { sql: 'SELECT 1 AS a', materialized: 'forgetful', macro: forgets },
  });
  expect(said.lost).toBe('success OK');
  const codes = results.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code));
  expect(codes).toEqual(['engine/rolled-back']);
  expect(await fixture.generation('lost')).toBeUndefined();
});

test('a statement that fails takes back what the transaction did', async () => {
  const breaks: Macro = async (port, relation, sql) => {
    await statement(port, `CREATE OR REPLACE TABLE ${relation} AS ${sql}`);
    await statement(port, `INSERT INTO ${relation} VALUES (1, 2, 3)`);
  };
  await fixture.run({ kept: { sql: 'SELECT 1 AS a', materialized: 'kept', macro: adds } });
  const { said } = await fixture.run({ kept: { sql: 'SELECT 7 AS a', materialized: 'kept', macro: breaks } });
  expect(said.kept).toMatch(/^error .*1 columns but 3 values/);
  await fixture.run({ kept: { sql: 'SELECT 2 AS a', materialized: 'kept', macro: adds } });
  expect(await rows('kept')).toEqual([1, 2]);
});

test('a view of its SQL is published as a view, any other as rows', async () => {
  const plain: Macro = async (port, relation, sql) => {
    await statement(port, `CREATE OR REPLACE VIEW ${relation} AS ${sql}`);
    await port.transaction?.commit();
  };
  const labelled: Macro = async (port, relation, sql) => {
    await statement(port, `CREATE OR REPLACE VIEW ${relation} AS SELECT *, 1 AS b FROM (${sql})`);
    await port.transaction?.commit();
  };
  await fixture.run({
    base: { sql: 'SELECT 4 AS a' },
    plain: { sql: 'SELECT a FROM {{ base }}', materialized: 'mine', macro: plain },
    labelled: { sql: 'SELECT a FROM {{ base }}', materialized: 'mine', macro: labelled },
  });
  expect((await fixture.generation('plain'))?.kind).toBe('sql');
  expect((await fixture.generation('labelled'))?.kind).toBe('files');
  expect([await rows('plain'), await rows('labelled')]).toEqual([[4], [4]]);
});
