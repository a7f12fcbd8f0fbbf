import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { type HandNode, handTarget } from '../../../../test/support/hand-compiler.ts';
import { type Play, type RunFixture, runFixture } from '../../../../test/support/run-fixture.ts';

// What the published catalog shows of relations that live in the working database, or in another one, and what a build takes away.

let fixture: RunFixture;

beforeEach(async () => {
  fixture = await runFixture();
});

afterEach(() => fixture.close());

const shown = async (): Promise<Readonly<Record<string, unknown>>> => {
  const rows = await ask(
    fixture.catalog,
    'SELECT schema_name || $$.$$ || relation_name AS name, shown_as FROM eider.nodes',
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.shown_as]));
};

const files = { publish: { ...handTarget.publish, internal: 'files' as const } };

describe('relations of the working database', () => {
  test('are exported as on-run-end left them, with values that Parquet cannot hold', async () => {
    const wide =
      "SELECT 170141183460469231731687303715884105727::HUGEINT AS big, 'b'::ENUM('a', 'b') AS letter, 1 AS n";
    const nodes = { wide: { sql: wide, materialized: 'table' } };
    await fixture.run(nodes, { target: files, onRunEnd: ['UPDATE main.wide SET n = 2'] });
    expect(await ask(fixture.catalog, 'SELECT big::VARCHAR AS big, letter, n FROM main.wide')).toEqual([
      { big: '170141183460469231731687303715884105727', letter: 'b', n: 2 },
    ]);
    expect(await shown()).toEqual({ 'main.wide': 'view' });
  });

  test('that a build does not touch keep their generation', async () => {
    const nodes = {
      a: { sql: 'SELECT 1 AS x', materialized: 'table' },
      b: { sql: 'SELECT 2 AS x', materialized: 'table' },
    };
    await fixture.run(nodes, { target: files });
    const before = await fixture.generation('a');
    await fixture.run(nodes, { target: files, select: ['b'] });
    expect((await fixture.generation('a'))?.id).toBe(before?.id);
  });

  test('are read as they are published after a rollback, by a build of what reads them alone', async () => {
    const nodes = (x: number) => ({
      base: { sql: `SELECT ${x} AS x`, materialized: 'table' },
      child: { sql: 'SELECT x * 10 AS x FROM {{ base }}' },
    });
    await fixture.run(nodes(1));
    await fixture.run(nodes(2));
    await fixture.lake.rollback({ to: '1' });
    expect((await fixture.run(nodes(3), { select: ['child'] })).said.child).toBe('success OK');
    expect(await ask(fixture.catalog, 'SELECT base.x AS base, child.x AS child FROM base, child')).toEqual([
      { base: 1, child: 10 },
    ]);
  });

  test('are read from what is published where this working database lacks them', async () => {
    const nodes = {
      base: { sql: 'SELECT 1 AS x', materialized: 'table' },
      child: { sql: 'SELECT x + 1 AS x FROM {{ base }}', materialized: 'table' },
    };
    await fixture.run(nodes);
    await rm(join(fixture.root, 'shop.duckdb'));
    expect((await fixture.run(nodes, { select: ['child'] })).said.child).toBe('success OK');
    expect(await ask(fixture.catalog, 'SELECT x FROM main.child')).toEqual([{ x: 2 }]);
  });

  test('are tables of the file itself in a project without external models: it needs nothing else', async () => {
    const nodes = {
      base: { sql: 'SELECT 1 AS x', materialized: 'table' },
      over: { sql: 'SELECT x + 1 AS x FROM {{ base }}', materialized: 'view' },
    };
    await fixture.run(nodes);
    expect(await shown()).toEqual({ 'main.base': 'table', 'main.over': 'table' });
    await rm(join(fixture.lake.state, 'data'), { recursive: true });
    expect(await ask(fixture.catalog, 'SELECT x FROM main.over')).toEqual([{ x: 2 }]);
  });

  test('stay where they are in a rollback, which moves what is published', async () => {
    const nodes = (x: number): Record<string, HandNode> => ({ t: { sql: `SELECT ${x} AS x`, materialized: 'table' } });
    await fixture.run(nodes(1));
    await fixture.run(nodes(2));
    expect((await fixture.lake.rollback({})).working).toEqual(['model.shop.t']);
    const working = join(fixture.root, 'shop.duckdb');
    expect([await ask(fixture.catalog, 'SELECT x FROM main.t'), await ask(working, 'SELECT x FROM main.t')]).toEqual([
      [{ x: 1 }],
      [{ x: 2 }],
    ]);
  });
});

describe('empty relations', () => {
  test.each(['parquet', 'csv', 'json'] as const)('have their types and no ghost row as %s', async (format) => {
    const sql = 'SELECT i::SMALLINT AS i, DATE $$2026-01-01$$ AS d FROM range(3) r(i) WHERE i > 5';
    await fixture.run({ none: { sql, layout: { format } }, child: { sql: 'SELECT * FROM {{ none }}' } });
    const types =
      'SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $$child$$ ORDER BY column_index';
    expect(await ask(fixture.catalog, 'SELECT count(*)::INTEGER AS n FROM main.none')).toEqual([{ n: 0 }]);
    expect(await ask(fixture.catalog, types)).toEqual([
      { column_name: 'i', data_type: 'SMALLINT' },
      { column_name: 'd', data_type: 'DATE' },
    ]);
  });
});

describe('relations of another database', () => {
  const attached = (): Pick<typeof handTarget, 'attach'> => ({
    attach: [{ path: join(fixture.root, 'mart.duckdb'), alias: 'mart', readOnly: false, options: {} }],
  });

  test('stand under its name, and no view names a database', async () => {
    const nodes = {
      base: { sql: 'SELECT 1 AS x' },
      far: { sql: 'SELECT x + 1 AS x FROM {{ base }}', materialized: 'table', database: 'mart' },
      over: { sql: 'SELECT x + 1 AS x FROM {{ far }}', materialized: 'view' },
      loaded: { sql: 'SELECT x FROM mart.main.landing', materialized: 'view' },
    };
    const mart = join(fixture.root, 'mart.duckdb');
    await ask(undefined, `ATTACH '${mart}' AS mart; CREATE TABLE mart.landing AS SELECT 2 AS x`);
    const { said } = await fixture.run(nodes, { target: attached() });
    expect(said).toMatchObject({ far: 'success OK', over: 'success OK', loaded: 'success OK' });
    expect(await shown()).toEqual({
      'main.base': 'view',
      'mart__main.far': 'view',
      'main.over': 'view',
      'main.loaded': 'view',
    });
    expect(
      await ask(
        fixture.catalog,
        'SELECT f.x AS f, o.x AS o, l.x AS l FROM mart__main.far f, main.over o, main.loaded l',
      ),
    ).toEqual([{ f: 2, o: 3, l: 2 }]);
    // A file under any name, attached beside others.
    const renamed = `ATTACH '${fixture.catalog}' AS mart (READ_ONLY); SELECT x FROM mart.main.over`;
    expect(await ask(undefined, renamed)).toEqual([{ x: 3 }]);
    expect(
      (await ask(fixture.catalog, 'SELECT sql FROM duckdb_views() WHERE NOT internal AND sql ILIKE $$%mart.%$$'))
        .length,
    ).toBe(0);
  });

  test('are read from what is published where the other database is a new one', async () => {
    const nodes = {
      far: { sql: 'SELECT 1 AS x', materialized: 'table', database: 'mart' },
      child: { sql: 'SELECT x + 1 AS x FROM {{ far }}' },
    };
    await fixture.run(nodes, { target: attached() });
    await rm(join(fixture.root, 'mart.duckdb'));
    const { said } = await fixture.run(nodes, { target: attached(), select: ['child'] });
    expect(said.child).toBe('success OK');
    expect(await ask(fixture.catalog, 'SELECT x FROM main.child')).toEqual([{ x: 2 }]);
  });

  test('are read by a published view that another build reads', async () => {
    const nodes = {
      far: { sql: 'SELECT 1 AS x', materialized: 'table', database: 'mart' },
      over: { sql: 'SELECT f.x + 1 AS x FROM {{ far }} AS f', materialized: 'view' },
      child: { sql: 'SELECT x + 1 AS x FROM {{ over }}' },
    };
    await fixture.run(nodes, { target: attached() });
    expect((await fixture.generation('over'))?.kind).toBe('sql');
    const { said } = await fixture.run(nodes, { target: attached(), select: ['child'] });
    expect(said.child).toBe('success OK');
  });
});

test('a published view is read in a schema that has the name of the database', async () => {
  const nodes = {
    base: { sql: 'SELECT 1 AS x', materialized: 'view', schema: 'shop' },
    over: { sql: 'SELECT x FROM {{ base }}', materialized: 'view', schema: 'shop' },
    child: { sql: 'SELECT x + 1 AS x FROM {{ over }}' },
  };
  await fixture.run(nodes);
  expect((await fixture.run(nodes, { select: ['child'] })).said.child).toBe('success OK');
  expect(await ask(fixture.catalog, 'SELECT x FROM main.child')).toEqual([{ x: 2 }]);
});

test('a model with +alias: false is published, and shows nothing at its location', async () => {
  await fixture.run({ m: { sql: 'SELECT 1 AS x', config: { alias_location: false } } });
  expect(await ask(fixture.catalog, 'SELECT x FROM main.m')).toEqual([{ x: 1 }]);
  expect(await ask(undefined, `SELECT file FROM glob('${fixture.root}/lake/*.parquet')`)).toEqual([]);
});

describe('a node that is gone from the project', () => {
  const dropped = ({ events }: Play): readonly string[] =>
    events.flatMap((event) => (event.kind === 'dropped' ? [event.node] : []));
  const both = { stays: { sql: 'SELECT 1 AS x' }, goes: { sql: 'SELECT 2 AS x' } };
  const { stays } = both;

  test.each([
    ['a build of some nodes', { select: ['stays'] }],
    ['run', { command: 'run' }],
    ['test', { command: 'test' }],
    ['seed', { command: 'seed' }],
    ['watch', { command: 'watch' }],
  ] as const)('stays published after %s', async (_, choice) => {
    await fixture.run(both);
    expect(dropped(await fixture.run({ stays }, choice))).toEqual([]);
    expect(await shown()).toEqual({ 'main.stays': 'view', 'main.goes': 'view' });
  });

  test('is dropped by a build of the whole project, which says so: relation and location', async () => {
    await fixture.run(both);
    expect(dropped(await fixture.run({ stays }))).toEqual(['model.shop.goes']);
    expect(await shown()).toEqual({ 'main.stays': 'view' });
    expect(await ask(undefined, `SELECT count(*)::INTEGER AS n FROM glob('${fixture.root}/lake/*.parquet')`)).toEqual([
      { n: 1 },
    ]);
  });

  test('leaves its old name, and its old location, when it only moved', async () => {
    await fixture.run({ m: { sql: 'SELECT 1 AS x', config: {} } });
    const location = join(fixture.root, 'lake', 'elsewhere.parquet');
    await fixture.run({ m: { sql: 'SELECT 2 AS x', alias: 'renamed', layout: { location } } });
    expect(await shown()).toEqual({ 'main.renamed': 'view' });
    expect(await ask(undefined, `SELECT file FROM glob('${fixture.root}/lake/*.parquet')`)).toEqual([
      { file: location },
    ]);
  });
});
