import { copyFileSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import type { HandNode } from '../../../../test/support/hand-compiler.ts';
import { type RunFixture, runFixture } from '../../../../test/support/run-fixture.ts';
import type { Head } from '../lake/lake.ts';
import { generationQuery } from '../materialize/generation-query.ts';

// Invariant: what fails for a moment is tried again, and what stops a run leaves nothing that nobody has tested.

let fixture: RunFixture;

beforeEach(async () => {
  fixture = await runFixture();
});

afterEach(() => fixture.close());

const head = async (): Promise<Head> => (await fixture.lake.head()) as Head;

const read = async (name: string): Promise<unknown[]> => [
  ...(await ask(undefined, generationQuery(await fixture.files(name)))),
];

const sourceRows = { sql: "SELECT i::INTEGER AS id, 'n' || i AS name FROM range(5) r(i)" };

describe('retries of the profile', () => {
  const retries = { connectAttempts: 1, queryAttempts: 4, retryableExceptions: ['IOException'] };

  test('wait for a file that comes late, and tell of it', async () => {
    const path = join(fixture.root, 'late.csv');
    setTimeout(() => writeFile(path, 'id\n7\n'), 500);
    const { events, said } = await fixture.run({ late: { sql: `SELECT * FROM '${path}'` } }, { target: { retries } });
    expect(said).toEqual({ late: 'success OK' });
    expect(await read('late')).toEqual([{ id: 7n }]);
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: 'log',
        message: expect.stringMatching(/^late: Attempt 2 of 4 in 1 s: IO Error/),
      }),
    );
  });

  test('write files anew, under other names, after a write that failed midway', async () => {
    const [first, second] = [join(fixture.root, '1.parquet'), join(fixture.root, '2.parquet')];
    await ask(undefined, `COPY (SELECT i AS id FROM range(200000) r(i)) TO '${first}'`);
    // Somebody still copies the second file when the first is read and written.
    await writeFile(second, '');
    let attempts = 0;
    const { said } = await fixture.run(
      { days: { sql: `SELECT * FROM read_parquet(['${first}', '${second}'])` } },
      {
        target: { retries: { ...retries, retryableExceptions: ['InvalidInputException'] } },
        onEvent: (event) => {
          if (event.kind !== 'log') return;
          attempts += 1;
          copyFileSync(first, second);
        },
      },
    );
    expect(said).toEqual({ days: 'success OK' });
    expect(attempts).toBe(1);
    const { files, id } = await fixture.files('days');
    expect(files).toMatchObject([{ rows: 400000, path: expect.stringMatching(`${id}\\.2\\.parquet$`) }]);
    expect(await readdir(join(fixture.lake.state, 'data/model.shop.days'))).toEqual([`${id}.2.parquet`]);
  });
});

describe('fail-fast', () => {
  const slow = { sql: 'SELECT sum(hash(i)) AS h FROM range(100000000000) r(i)' };

  test.each([1, 8])('with %i threads stops what runs and skips the rest in dbt’s words', async (threads) => {
    const { results, said } = await fixture.run(
      {
        a_good: sourceRows,
        b_slow: threads === 1 ? sourceRows : slow,
        c_bad: { sql: "SELECT error('boom') AS x FROM range(3)" },
        d_child: { sql: 'SELECT * FROM {{ c_bad }}' },
        e_late: { sql: 'SELECT * FROM {{ a_good }}' },
      },
      { failFast: true, threads },
    );
    const skip = 'skipped Skipping due to fail_fast';
    const stopped = threads === 1 ? 'success OK' : skip;
    expect(said).toMatchObject({ b_slow: stopped, d_child: skip, e_late: skip });
    expect(said.c_bad).toMatch(/^error boom/);
    expect(results.find(({ node }) => node.endsWith('b_slow'))?.compiledSql).toBeDefined();
  });

  test('ephemeral models have no turn of their own: they count among what was skipped', async () => {
    const { results } = await fixture.run(
      {
        a_inline: { ...sourceRows, materialized: 'ephemeral' },
        b_bad: { sql: "SELECT error('boom') AS x FROM range(3)" },
        c_inline: { sql: 'SELECT * FROM {{ b_bad }}', materialized: 'ephemeral' },
      },
      { failFast: true, threads: 1 },
    );
    const skip = ['skipped', 'Skipping due to fail_fast'];
    expect(results.slice(1).map(({ node, ...one }) => [node.split('.').at(-1), one.status, one.message])).toEqual([
      ['a_inline', ...skip],
      ['c_inline', ...skip],
    ]);
    expect(results.map(({ compiledSql }) => compiledSql !== undefined)).toEqual([true, true, false]);
  });

  test('more nodes at once listen than node takes for a leak: without a word', async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error): number => warnings.push(warning);
    process.on('warning', hear);
    const nodes = Object.fromEntries(Array.from({ length: 24 }, (_, i) => [`n${i}`, { sql: `SELECT ${i} AS i` }]));
    await fixture.run(nodes, { failFast: true, threads: 24 });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', hear);
    expect(warnings).toEqual([]);
  });

  test('what was built and whose tests did not come to run is not published', async () => {
    const nodes: Record<string, HandNode> = {
      a_good: sourceRows,
      a_other: sourceRows,
      b_bad: { sql: 'SELECT nope' },
      on_good: { type: 'test', sql: 'SELECT * FROM {{ a_good }} WHERE id > 9' },
    };
    const { events, said } = await fixture.run(nodes, { failFast: true, threads: 1 });
    expect(said).toMatchObject({ a_good: 'success OK', on_good: 'skipped Skipping due to fail_fast' });
    expect(Object.keys((await head()).entry.nodes)).toEqual(['model.shop.a_other']);
    expect(events.filter(({ kind }) => kind === 'withheld')).toMatchObject([
      { node: { name: 'a_good' }, tests: ['test.shop.on_good'], isFailed: false },
    ]);
    expect((await fixture.run({ ...nodes, b_bad: sourceRows }, { command: 'test' })).said.on_good).toBe('pass PASS');
    expect(Object.keys((await head()).entry.nodes)).toContain('model.shop.a_good');
  });

  test('a run of tables stopped among them can still publish the others', async () => {
    const table = { materialized: 'table' };
    const { said } = await fixture.run(
      {
        a_good: { ...sourceRows, ...table },
        b_slow: { ...slow, ...table },
        c_bad: { sql: 'SELECT * FROM {{ a_good }}, nope' },
      },
      { failFast: true, threads: 2 },
    );
    expect(said).toMatchObject({ a_good: 'success OK', b_slow: 'skipped Skipping due to fail_fast' });
    expect(await read('a_good')).toHaveLength(5);
  });
});
