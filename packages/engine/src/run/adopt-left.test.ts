import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import type { HandNode } from '../../../../test/support/hand-compiler.ts';
import { type Choice, type Play, type RunFixture, runFixture } from '../../../../test/support/run-fixture.ts';
import type { Lake } from '../lake/lake.ts';

// Invariant: what a build finished that ended without a commit is not made again where it would come out the same, and is made again wherever that is not known;
// a retry goes on with the run itself, so what that one read of sources counts.

let fixture: RunFixture;
let csv: string;
beforeEach(async () => {
  fixture = await runFixture();
  csv = join(fixture.root, 'source.csv');
  await writeFile(csv, 'a\n1\n');
});
afterEach(() => fixture.close());

type Nodes = Readonly<Record<string, HandNode>>;

const project = (more: Nodes = {}): Nodes => ({
  base: { sql: 'SELECT i AS id FROM range(5) r(i)' },
  child: { sql: 'SELECT sum(id) AS total FROM {{ base }}' },
  clock: { sql: 'SELECT now() AS t, total FROM {{ child }}' },
  sourced: { sql: `SELECT * FROM read_csv('${csv}')` },
  shown: { sql: 'SELECT a + 1 AS b FROM {{ sourced }}', materialized: 'view' },
  summed: { sql: 'SELECT sum(b) AS b FROM {{ shown }}' },
  table: { sql: 'SELECT id + 1 AS id FROM {{ base }}', materialized: 'table' },
  after: { sql: 'SELECT max(id) AS id FROM {{ table }}' },
  loaded: { sql: `SELECT a FROM read_csv('${csv}')`, materialized: 'table' },
  last: { sql: 'SELECT max(a) AS a FROM {{ loaded }}' },
  positive: { type: 'test', sql: 'SELECT * FROM {{ child }} WHERE total < 0' },
  ...more,
});

const few = (more: Nodes = {}): Nodes => ({
  base: { sql: 'SELECT i AS id FROM range(5) r(i)' },
  child: { sql: 'SELECT sum(id) AS total FROM {{ base }}' },
  other: { sql: 'SELECT 1 AS a' },
  ...more,
});

/** With a node that is behind all others: the run is stopped when it begins. */
const stopping = (nodes: Nodes): Nodes => ({
  ...nodes,
  zlast:
    nodes.clock === undefined
      ? { sql: 'SELECT 1 AS one FROM {{ child }}, {{ other }}' }
      : { sql: 'SELECT 1 AS one FROM {{ clock }}, {{ summed }}, {{ after }}, {{ last }}' },
});

async function stopped(nodes: Nodes, choice: Choice = {}): Promise<Play> {
  const stop = new AbortController();
  const { onEvent: _, ...more } = choice;
  const ran = await fixture.run(stopping(nodes), {
    ...{ threads: 1, run: 'first', signal: stop.signal },
    ...more,
    onEvent: (event) => {
      if (event.kind === 'node-started' && event.node.name === 'zlast') stop.abort();
    },
  });
  expect(ran.aborted).toBe(true);
  return ran;
}

const adoptedIn = ({ said }: Play): readonly string[] =>
  Object.entries(said)
    .flatMap(([name, text]) => (text === 'success ADOPTED' ? [name] : []))
    .sort();

const dataFiles = async (): Promise<readonly string[]> => {
  const folder = join(fixture.lake.state, 'data');
  return (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.parquet'));
};

describe('a build after one that was stopped', () => {
  test('takes what follows from known data alone, tests it, and publishes it', async () => {
    await stopped(project());
    const ran = await fixture.run(project(), { threads: 1 });
    expect(adoptedIn(ran)).toEqual(['after', 'base', 'child']);
    expect(ran.said.positive).toBe('pass PASS');
    expect(ran.summary.success).toBe(true);
    expect(await ask(fixture.catalog, 'SELECT total::INT AS n FROM child')).toEqual([{ n: 10 }]);
    expect(await ask(undefined, `FROM '${join(fixture.root, 'lake', 'after.parquet')}'`)).toEqual([{ id: 5n }]);
    expect((await fixture.generation('after'))?.reads).toEqual({
      'model.shop.table': (await fixture.generation('table'))?.id,
    });
    // Everything of the one that was stopped is in this one's, or gone.
    expect(await dataFiles()).toHaveLength(9);
    expect(await readdir(join(fixture.lake.state, 'left'))).toEqual([]);
  });

  test('makes anew what says something else now, and what is upon it', async () => {
    await stopped(project());
    const ran = await fixture.run(project({ child: { sql: 'SELECT sum(id) + 1 AS total FROM {{ base }}' } }));
    expect(adoptedIn(ran)).toEqual(['after', 'base']);
    expect(await ask(fixture.catalog, 'SELECT total::INT AS n FROM child')).toEqual([{ n: 11 }]);
  });

  test.each([
    ['--no-adopt', { noAdopt: true }],
    ['--full-refresh', { fullRefresh: true }],
    ['another version of eider', { eiderVersion: '1' }],
    ['other settings', { target: { settings: { TimeZone: 'Asia/Tokyo' } } }],
  ] as const)('takes nothing with %s', async (_, choice) => {
    await stopped(few());
    expect(adoptedIn(await fixture.run(few(), choice))).toEqual([]);
  });

  test('takes no node that has hooks, adds to files, or goes elsewhere', async () => {
    const nodes = project({
      base: {
        sql: 'SELECT i AS id FROM range(5) r(i)',
        config: { 'post-hook': [{ sql: 'SELECT 1', transaction: true }] },
      },
      child: { sql: 'SELECT 1 AS total', layout: { partitionBy: ['total'], mode: 'append' } },
      alone: { sql: 'SELECT 1 AS a' },
    });
    await stopped(nodes);
    const moved = {
      ...nodes,
      alone: { ...nodes.alone, layout: { location: join(fixture.root, 'lake', 'else.parquet') } },
    };
    expect(adoptedIn(await fixture.run(moved, { threads: 1 }))).toEqual(['after']);
  });

  test('withholds what it took and a test fails for', async () => {
    await stopped(project());
    const ran = await fixture.run(
      project({ positive: { type: 'test', sql: 'SELECT * FROM {{ child }} WHERE total > 0' } }),
    );
    expect(ran.said).toMatchObject({ child: 'success ADOPTED', positive: 'fail FAIL 1' });
    expect(ran.events.flatMap((event) => (event.kind === 'withheld' ? [event.node.name] : []))).toContain('child');
    expect(await fixture.generation('child')).toBeUndefined();
    expect(await fixture.generation('base')).toBeDefined();
  });

  test('makes anew what somebody deleted', async () => {
    await stopped(few());
    await rm(join(fixture.lake.state, 'data', 'model.shop.base'), { recursive: true });
    const ran = await fixture.run(few());
    expect(ran.summary.success).toBe(true);
    // The same rows again: what was built upon them holds.
    expect(adoptedIn(ran)).toEqual(['child', 'other']);
  });

  test('of fewer nodes reads the others as they are published, not as they were left', async () => {
    await fixture.run(few());
    const changed = few({ base: { sql: 'SELECT i AS id FROM range(6) r(i)' } });
    await stopped(changed);
    const ran = await fixture.run(changed, { select: ['child'] });
    expect(ran.said).toEqual({ child: 'success OK' });
    expect(await ask(fixture.catalog, 'SELECT total::INT AS n FROM child')).toEqual([{ n: 10 }]);
  });
});

describe('a retry of a run that was stopped', () => {
  const rest = { threads: 1, continues: 'first' };

  test('takes what that run read of sources, but nothing upon tables that are read anew', async () => {
    await stopped(project());
    await writeFile(csv, 'a\n7\n');
    const ran = await fixture.run(stopping(project()), rest);
    expect(adoptedIn(ran)).toEqual(['after', 'base', 'child', 'clock', 'sourced', 'summed']);
    expect(await ask(fixture.catalog, 'SELECT b::INT AS b FROM summed')).toEqual([{ b: 2 }]);
    expect(await ask(fixture.catalog, 'SELECT b::INT AS b FROM shown')).toEqual([{ b: 2 }]);
    expect(await ask(fixture.catalog, 'SELECT a::INT AS a FROM last')).toEqual([{ a: 7 }]);
  });

  test('goes on with a retry that was stopped too, full refresh or not', async () => {
    await stopped(project(), { fullRefresh: true });
    await stopped(project(), { continues: 'first', fullRefresh: true });
    const ran = await fixture.run(stopping(project()), { ...rest, fullRefresh: true });
    expect(adoptedIn(ran)).toEqual(['after', 'base', 'child', 'clock', 'sourced', 'summed']);
    expect(await readdir(join(fixture.lake.state, 'left'))).toEqual([]);
  });

  test('takes nothing of another run', async () => {
    await stopped(few());
    expect(adoptedIn(await fixture.run(few(), { continues: 'second' }))).toEqual([]);
  });

  test('begins nothing beside the run itself', async () => {
    const running = await fixture.lake.begin('build', { writes: ['model.shop.base'], reads: [], run: 'first' });
    await expect(fixture.run(project(), rest)).rejects.toMatchObject({ code: 'lake/busy' });
    await running.end();
  });

  test('goes on with one that lost its commit to another build', async () => {
    await fixture.run(few());
    const changed = few({ base: { sql: 'SELECT i AS id FROM range(9) r(i)' } });
    const { lake } = fixture;
    const overtaken: Lake = {
      ...lake,
      begin: async (...request) => {
        const build = await lake.begin(...request);
        await fixture.run(few(), { select: ['other'] });
        return build;
      },
    };
    await expect(fixture.run(changed, { lake: overtaken, run: 'first' })).rejects.toMatchObject({
      code: 'lake/conflict',
    });
    const ran = await fixture.run(changed, rest);
    expect(ran.said).toEqual({ base: 'success ADOPTED', child: 'success ADOPTED', other: 'success ADOPTED' });
    expect(await ask(fixture.catalog, 'SELECT total::INT AS n FROM child')).toEqual([{ n: 36 }]);
  });
});
