import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import type { HandNode } from '../../../../test/support/hand-compiler.ts';
import { type RunFixture, runFixture } from '../../../../test/support/run-fixture.ts';
import type { Head } from '../lake/lake.ts';
import { generationQuery } from '../materialize/generation-query.ts';

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

describe('a build', () => {
  test('runs nodes in order and publishes their data', async () => {
    const { said, summary } = await fixture.run({
      last: { sql: 'SELECT count(*) AS n, sum(id) AS total FROM {{ middle }}' },
      middle: {
        sql: 'SELECT * FROM {{ base }} WHERE id > {{ limits }}'.replace(
          '{{ limits }}',
          '(SELECT least FROM {{ limits }})',
        ),
        materialized: 'table',
      },
      limits: { sql: 'SELECT 1 AS least', materialized: 'ephemeral' },
      base: sourceRows,
      unique: { type: 'test', sql: 'SELECT id FROM {{ base }} GROUP BY id HAVING count(*) > 1' },
    });
    expect(said).toEqual({ last: 'success OK', middle: 'success OK', base: 'success OK', unique: 'pass PASS' });
    expect(summary).toMatchObject({ pass: 4, error: 0, skip: 0, total: 4, success: true });
    expect(await read('last')).toEqual([{ n: 3n, total: 9n }]);
    expect((await fixture.files('last')).columns).toEqual([
      { name: 'n', type: 'BIGINT' },
      { name: 'total', type: 'HUGEINT', fileType: 'DECIMAL(38,0)' },
    ]);
    expect(await fixture.files('middle')).toMatchObject({
      origin: 'internal',
      location: null,
      reads: { 'model.shop.base': (await fixture.files('base')).id },
    });
    expect((await head()).entry.nodes['model.shop.base']?.tests).toBe('passed');
    expect((await head()).entry.nodes['model.shop.last']?.tests).toBe('untested');
  });

  test('tells what was written for each node, and so does the catalog until it is built again', async () => {
    const nodes = {
      base: sourceRows,
      inner: { sql: 'SELECT 1 AS a', materialized: 'table' },
      seen: { sql: 'SELECT 1' },
    };
    const { results } = await fixture.run(nodes);
    const written = Object.fromEntries(results.map(({ node, work }) => [node.split('.').at(-1), work]));
    const sizes = async (name: string) => ({ bytesWritten: (await fixture.files(name)).bytes });
    const expected = { base: await sizes('base'), inner: await sizes('inner'), seen: await sizes('seen') };
    expect(written).toEqual(expected);
    expect(expected.base.bytesWritten).toBeGreaterThan(100);
    await fixture.run(nodes, { select: ['seen'] });
    const sql = 'SELECT relation_name AS name, bytes_written, requests, bytes_sent FROM eider.nodes ORDER BY name';
    const bytes = Object.entries(expected).map(([name, { bytesWritten }]) => [name, BigInt(bytesWritten), 0n, 0n]);
    expect((await ask(fixture.catalog, sql)).map((row) => Object.values(row))).toEqual(bytes);
  });

  test('an unselected parent is read from the head', async () => {
    const nodes = {
      base: sourceRows,
      copy: { sql: 'SELECT * FROM {{ base }}', materialized: 'table' },
      child: { sql: 'SELECT max(id) AS m FROM {{ copy }}' },
    };
    await fixture.run(nodes);
    await rm(join(fixture.root, 'shop.duckdb'));
    expect((await fixture.run(nodes, { select: ['child'] })).said).toEqual({ child: 'success OK' });
    expect(await read('child')).toEqual([{ m: 4 }]);
  });

  test('a parent that was never built is an error that says what to do', async () => {
    const { results, said } = await fixture.run(
      { base: sourceRows, child: { sql: 'SELECT * FROM {{ base }}' } },
      { select: ['child'] },
    );
    expect(said.child).toBe('error child reads base, which has never been built and is not selected.');
    expect(results[0]?.diagnostics[0]).toMatchObject({
      code: 'engine/never-built',
      hint: 'Build it too: `eider build --select +child`.',
    });
  });

  test('a parent that was never built is no error to who does not read it, and what reads it is compiled', async () => {
    const nodes = {
      base: sourceRows,
      there: { sql: 'SELECT 7 AS a' },
      named: { sql: '-- after {{ base }}\nSELECT a FROM {{ there }}' },
      child: { sql: 'SELECT * FROM {{ base }}' },
      typo: { sql: '-- after {{ base }}\nSELECT * FROM nowhere' },
    };
    await fixture.run(nodes, { select: ['there'] });
    const { results, said } = await fixture.run(nodes, { select: ['named', 'child', 'typo'] });
    expect(said.named).toBe('success OK');
    expect(await read('named')).toEqual([{ a: 7 }]);
    expect(said.child).toContain('base, which has never been built');
    expect(said.typo).toContain('nowhere');
    expect(results.find(({ node }) => node === 'model.shop.child')).toMatchObject({
      status: 'error',
      compiledSql: 'SELECT * FROM "shop"."main"."base"',
    });
  });

  test('failing SQL names its place, skips what is behind it and leaves the rest', async () => {
    const { results, said, summary } = await fixture.run({
      bad: { sql: 'SELECT 1 AS é,\n  nope AS b' },
      child: { sql: 'SELECT * FROM {{ bad }}' },
      on_child: { type: 'test', sql: 'SELECT 1 FROM {{ child }}' },
      good: sourceRows,
    });
    expect(said).toMatchObject({
      child: 'skipped Skipped: bad failed',
      on_child: 'skipped Skipped: child failed',
      good: 'success OK',
    });
    const bad = results.find(({ node }) => node === 'model.shop.bad');
    expect(bad?.diagnostics[0]).toMatchObject({
      code: 'engine/sql-failed',
      place: { file: 'models/bad.sql', line: 2, column: 3 },
    });
    expect(summary).toMatchObject({ error: 1, skip: 2, pass: 1, success: false });
    expect(Object.keys((await head()).entry.nodes)).toEqual(['model.shop.good']);
  });

  test('a failure while rows are made names its place too, and leaves no file', async () => {
    const { results } = await fixture.run({
      bad: { sql: 'SELECT i::DECIMAL(3,0) AS d, 1::HUGEINT AS h\nFROM range(5000) r(i)' },
    });
    expect(results[0]).toMatchObject({ status: 'error', diagnostics: [{ place: { line: 1 } }] });
    expect(await readdir(join(fixture.lake.state, 'data/model.shop.bad'))).toEqual([]);
  });

  test('a failing test withholds its parents, and keeps what is below them from being built', async () => {
    const { events, said } = await fixture.run({
      base: sourceRows,
      check: { type: 'test', sql: 'SELECT * FROM {{ base }} WHERE id > 2' },
      child: { sql: 'SELECT * FROM {{ base }}' },
      other: { sql: 'SELECT 1 AS x' },
    });
    expect(said).toEqual({
      base: 'success OK',
      check: 'fail FAIL 2',
      child: 'skipped Skipped: check failed',
      other: 'success OK',
    });
    expect(Object.keys((await head()).entry.nodes)).toEqual(['model.shop.other']);
    expect((await head()).entry).toMatchObject({
      withheld: { 'model.shop.base': ['test.shop.check'] },
      candidates: { 'model.shop.base': {} },
      tests: [
        { id: 'test.shop.check', status: 'fail', failures: 2, message: 'Got 2 results, configured to fail if != 0' },
      ],
    });
    expect(events.filter(({ kind }) => kind === 'withheld')).toMatchObject([
      { tests: ['test.shop.check'], since: null },
    ]);
  });

  test('runs hooks where they belong', async () => {
    const hook = (sql: string, transaction: boolean): object => ({ sql, transaction, index: null });
    const note = (text: string): string => `INSERT INTO shop.main.log VALUES ('${text}')`;
    const { said } = await fixture.run(
      {
        a: {
          sql: 'SELECT string_agg(t) AS log FROM shop.main.log',
          config: {
            'pre-hook': [hook(note('in'), true), hook(note('before'), false)],
            'post-hook': [hook(note('after'), false), hook(note('end'), true)],
          },
        },
        z: { sql: 'SELECT * FROM {{ a }}' },
      },
      {
        onRunStart: ['CREATE OR REPLACE TABLE shop.main.log (t VARCHAR)', ''],
        onRunEnd: [`COPY shop.main.log TO '${fixture.root}/log.csv'`],
      },
    );
    expect(said).toEqual({ a: 'success OK', z: 'success OK' });
    expect(await read('a')).toEqual([{ log: 'before,in' }]);
    expect(await ask(undefined, `SELECT string_agg(t) AS log FROM '${fixture.root}/log.csv'`)).toEqual([
      { log: 'before,in,end,after' },
    ]);
  });

  test('a failing hook fails its node, and nothing of it is published', async () => {
    const bad = { 'post-hook': [{ sql: 'SELECT nope', transaction: true, index: null }] };
    const { results, said } = await fixture.run({
      a: { ...sourceRows, config: bad },
      b: { sql: 'SELECT * FROM {{ a }}' },
    });
    expect(said.a).toMatch(/^error A post-hook of a failed: There is no/);
    expect(results[0]?.diagnostics).toMatchObject([
      { code: 'engine/hook-failed', hint: expect.stringMatching(/^A text is .*\nThe statement is: SELECT nope$/s) },
    ]);
    expect(await fixture.lake.head()).toBeUndefined();
  });

  test('a failing pre-hook undoes those of its transaction, and not those before it', async () => {
    const hook = (sql: string, transaction: boolean): object => ({ sql, transaction, index: null });
    const note = (text: string): string => `INSERT INTO shop.main.log VALUES ('${text}')`;
    const preHooks = [hook(note('in'), true), hook('SELECT nope', true), hook(note('before'), false)];
    const { said } = await fixture.run(
      { a: { ...sourceRows, config: { 'pre-hook': preHooks } }, b: { sql: 'SELECT * FROM {{ a }}' }, c: sourceRows },
      {
        onRunStart: ['CREATE OR REPLACE TABLE shop.main.log (t VARCHAR)'],
        onRunEnd: [`COPY shop.main.log TO '${fixture.root}/log.csv'`],
      },
    );
    expect(said.a).toMatch(/^error A pre-hook of a failed: There is no/);
    expect(said).toMatchObject({ b: 'skipped Skipped: a failed', c: 'success OK' });
    expect(await ask(undefined, `SELECT string_agg(t) AS log FROM '${fixture.root}/log.csv'`)).toEqual([
      { log: 'before' },
    ]);
  });

  test('a failing on-run-end is an error, and what was built is published', async () => {
    const { events, said, summary } = await fixture.run(
      { base: sourceRows },
      { onRunEnd: ['SELECT nope', 'SELECT 1'] },
    );
    expect(said.base).toBe('success OK');
    expect(summary).toMatchObject({ pass: 1, error: 1, success: false });
    const hooks = events.flatMap((event) => (event.kind === 'hook-finished' ? [[event.index, event.status]] : []));
    expect(hooks).toEqual([
      [1, 'error'],
      [2, 'skipped'],
    ]);
    expect(await read('base')).toHaveLength(5);
  });

  test('a database that the profile opens read-only says so', async () => {
    await fixture.run({ base: { ...sourceRows, materialized: 'table' } });
    const target = { configOptions: { access_mode: 'read_only' } };
    const run = fixture.run({ base: { ...sourceRows, materialized: 'table' } }, { target });
    await expect(run).rejects.toMatchObject({
      diagnostics: [{ code: 'engine/profile', message: expect.stringContaining('(config_options, access_mode)') }],
    });
  });

  test('goes on after a failing on-run-start, as dbt does, and tells of it', async () => {
    const { events, said, summary } = await fixture.run({ base: sourceRows }, { onRunStart: ['SELECT nope'] });
    expect(said.base).toBe('success OK');
    expect(summary).toMatchObject({ error: 1, success: false });
    expect(events.filter(({ kind }) => kind === 'finding')).toMatchObject([
      { diagnostic: { code: 'engine/hook-failed' } },
    ]);
  });

  test('runs threads nodes at once', async () => {
    const nodes = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`n${i}`, { sql: `SELECT ${i} AS i` }]));
    const { events } = await fixture.run(nodes, { threads: 8 });
    let running = 0;
    const depths = events.map(({ kind }) =>
      kind === 'node-started' ? ++running : kind === 'node-finished' ? --running : running,
    );
    expect(Math.max(...depths)).toBe(8);
  });

  test('stops at an abort and commits nothing', async () => {
    const abort = new AbortController();
    const { said } = await fixture.run(
      {
        slow: { sql: 'SELECT sum(hash(i)) AS h FROM range(100000000000) r(i)' },
        next: { sql: 'SELECT * FROM {{ slow }}' },
      },
      {
        signal: abort.signal,
        onEvent: (event) => event.kind === 'node-started' && setTimeout(() => abort.abort(), 100),
      },
    );
    expect(said.slow).toBe('skipped Skipped: the run was stopped');
    expect(said.next).toMatch(/^skipped/);
    expect(await fixture.lake.head()).toBeUndefined();
  });
});

describe('other commands', () => {
  test('test looks at what was withheld, and publishes it once it passes', async () => {
    const check = (limit: number): HandNode => ({ type: 'test', sql: `SELECT * FROM {{ base }} WHERE id > ${limit}` });
    const base = { sql: 'SELECT 1 AS id' };
    await fixture.run({ base, other: { sql: 'SELECT 1 AS x' }, check: check(9) });
    const newer = { base: sourceRows, other: { sql: 'SELECT 2 AS x' } };
    expect((await fixture.run({ ...newer, check: check(2) })).said.check).toBe('fail FAIL 2');
    expect(await read('base')).toEqual([{ id: 1 }]);
    expect((await fixture.run({ ...newer, check: check(3) }, { command: 'test' })).said.check).toBe('fail FAIL 1');
    expect(await read('base')).toEqual([{ id: 1 }]);
    await fixture.run(newer, { select: ['other'] });
    expect((await fixture.run({ ...newer, check: check(4) }, { command: 'test' })).said.check).toBe('pass PASS');
    expect(await read('base')).toHaveLength(5);
    expect((await head()).entry).toMatchObject({ withheld: {}, nodes: { 'model.shop.base': { tests: 'passed' } } });
  });

  test('run publishes as untested, test makes it tested', async () => {
    const nodes = { base: sourceRows, check: { type: 'test', sql: 'SELECT * FROM {{ base }} WHERE id > 9' } } as const;
    expect((await fixture.run(nodes, { command: 'run' })).said).toEqual({ base: 'success OK' });
    expect((await head()).entry.nodes['model.shop.base']?.tests).toBe('untested');
    expect((await fixture.run(nodes, { command: 'test' })).said).toEqual({ check: 'pass PASS' });
    expect((await head()).entry.nodes['model.shop.base']?.tests).toBe('passed');
  });
});
