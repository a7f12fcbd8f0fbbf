import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { type HandNode, handTarget } from '../../../../test/support/hand-compiler.ts';
import { type Play, type RunFixture, runFixture } from '../../../../test/support/run-fixture.ts';
import type { SqlGeneration } from '../lake/generation.ts';

let fixture: RunFixture;

beforeEach(async () => {
  fixture = await runFixture();
});

afterEach(() => fixture.close());

const sourceRows = { sql: "SELECT i::INTEGER AS id, 'n' || i AS name FROM range(5) r(i)" };

describe('external models', () => {
  test.each(['append', 'overwrite_or_ignore'] as const)(
    '%s keeps the days before, also those that dbt-duckdb left',
    async (mode) => {
      const layout = { partitionBy: ['day'], folder: true, mode };
      const day = (n: number): Record<string, HandNode> => ({
        m: { sql: `SELECT ${n} AS id, ${n}::INTEGER AS day`, layout },
      });
      await mkdir(join(fixture.root, 'lake'));
      await ask(
        undefined,
        `COPY (SELECT 0 AS id, 0 AS day) TO '${join(fixture.root, 'lake/m')}' (FORMAT parquet, PARTITION_BY (day))`,
      );
      for (const n of [1, 2, 3]) {
        expect((await fixture.run(day(n))).said.m).toBe('success OK');
        const days = Array.from({ length: n + 1 }, (_, id) => ({ id, day: id }));
        const catalog = fixture.catalog;
        expect(await ask(catalog, 'SELECT id, day FROM main.m ORDER BY ALL')).toEqual(days);
      }
    },
  );
});

describe('tables', () => {
  test('builds a table with its indexes, again and again', async () => {
    const indexes = [{ columns: ['id'], unique: true }, { columns: ['name', 'id'] }, { columns: ['name', 'id'] }];
    const nodes = {
      t: { ...sourceRows, materialized: 'table', config: { indexes, sql_header: 'SET VARIABLE x = 1' } },
    };
    expect((await fixture.run(nodes)).said.t).toBe('success OK');
    expect((await fixture.run(nodes)).said.t).toBe('success OK');
    expect((await fixture.run({ t: { sql: 'SELECT 1 AS a', materialized: 'view' } })).said.t).toBe('success OK');
    expect((await fixture.run(nodes)).said.t).toBe('success OK');
    const unique = await ask(join(fixture.root, 'shop.duckdb'), 'SELECT is_unique FROM duckdb_indexes() ORDER BY ALL');
    expect(unique.map((one) => one.is_unique)).toEqual([false, false, true]);
  });
});

describe('what a dbt that was killed left', () => {
  test('is dropped beside the models that run, and nowhere else', async () => {
    const database = join(fixture.root, 'shop.duckdb');
    const names = ['t__dbt_tmp', 't__dbt_backup', 't__dbt_int', 'v__dbt_backup', 'other__dbt_tmp'];
    const tables = names.map((name) => `CREATE TABLE ${name} AS SELECT 1 AS a`);
    const views = ['CREATE VIEW "V__dbt_tmp" AS FROM t__dbt_tmp', 'CREATE VIEW e__dbt_int AS SELECT 1 AS a'];
    await ask(undefined, [`ATTACH '${database}' AS old; USE old`, ...tables, ...views].join(';'));
    const nodes = {
      t: { sql: 'SELECT 1 AS a', materialized: 'table' },
      v: { sql: 'SELECT 1 AS a', materialized: 'view' },
      e: { sql: 'SELECT 1 AS a' },
    };
    await fixture.run(nodes);
    const left = await ask(
      database,
      "SELECT table_name AS name FROM information_schema.tables WHERE table_name LIKE '%dbt%' ORDER BY ALL",
    );
    expect(left.map(({ name }) => name)).toEqual(['other__dbt_tmp', 't__dbt_int']);
  });
});

describe('views', () => {
  const nodes = {
    base: sourceRows,
    plain: { sql: 'SELECT id + 1 AS next FROM {{ base }}', materialized: 'view' },
    from_file: { sql: '', materialized: 'view' },
    by_hand: { sql: 'SELECT id FROM {{ base }}', materialized: 'view', config: { publish: 'data' } },
    hidden: { sql: 'SELECT id FROM {{ base }}', materialized: 'view', config: { publish: 'none' } },
    over_hidden: { sql: 'SELECT id FROM {{ hidden }}', materialized: 'view' },
  };

  test('are published as SQL where that works for every reader, else as data', async () => {
    const csv = join(fixture.root, 'landing.csv');
    await writeFile(csv, 'a\n1\n');
    await fixture.run({ ...nodes, from_file: { sql: `SELECT a FROM '${csv}'`, materialized: 'view' } });
    const plain = (await fixture.generation('plain')) as SqlGeneration;
    expect(plain).toMatchObject({
      kind: 'sql',
      sql: 'SELECT id + 1 AS next FROM "main"."base"',
      uses: ['model.shop.base'],
      columns: [{ name: 'next', type: 'INTEGER' }],
    });
    expect(await fixture.files('from_file')).toMatchObject({ origin: 'view', rows: 1 });
    expect((await fixture.files('by_hand')).origin).toBe('view');
    expect((await fixture.files('over_hidden')).origin).toBe('view');
    expect(await fixture.generation('hidden')).toBeUndefined();
  });

  test('that hooks drop are not published, and what read them is', async () => {
    const project = {
      gone: {
        sql: 'SELECT 1 AS a',
        materialized: 'table',
        config: { 'post-hook': [{ sql: 'DROP TABLE "shop"."main"."gone"', transaction: true }] },
      },
      scratch: { sql: 'SELECT 2 AS a', materialized: 'table' },
      kept: { sql: 'SELECT a FROM {{ scratch }}' },
    };
    const onRunEnd = ['DROP TABLE "shop"."main"."scratch"'];
    const { events, said, summary } = await fixture.run(project, { onRunEnd });
    expect(said).toEqual({ gone: 'success OK', scratch: 'success OK', kept: 'success OK' });
    expect(summary).toMatchObject({ pass: 3, error: 0, success: true });
    expect(await Promise.all(['gone', 'scratch'].map(fixture.generation))).toEqual([undefined, undefined]);
    expect(await fixture.files('kept')).toMatchObject({ rows: 1 });
    const found = events.flatMap((event) => (event.kind === 'finding' ? event.diagnostic : []));
    expect(found.map(({ node, severity }) => `${severity} ${node}`).sort()).toEqual([
      'warning model.shop.gone',
      'warning model.shop.scratch',
    ]);
  });

  test.each(['good', 'all'] as const)(
    'whose query fails when it is read are errors, and stay as they were published (policy %s)',
    async (policy) => {
      const csv = join(fixture.root, 'landing.csv');
      const project = {
        view: { sql: `SELECT a::INTEGER AS a, 1 AS one FROM '${csv}'`, materialized: 'view' },
        child: { sql: 'SELECT one FROM {{ view }}' },
        other: { sql: 'SELECT 1 AS x' },
      };
      const target = { publish: { ...handTarget.publish, policy } };
      await writeFile(csv, 'a\n1\n');
      expect((await fixture.run(project, { target })).summary).toMatchObject({ pass: 3, error: 0, success: true });
      const before = await Promise.all(['view', 'child', 'other'].map(fixture.generation));
      await writeFile(csv, 'a\nx\n');
      const { events, said, summary } = await fixture.run(project, { target });
      expect(said.view).toMatch(
        /^error view was built and cannot be published: .*The text 'x' is no value of type INT32/,
      );
      expect(said).toMatchObject({ child: 'success OK', other: 'success OK' });
      expect(summary).toMatchObject({ pass: 2, error: 1, total: 3, success: false });
      const after = await Promise.all(['view', 'child', 'other'].map(fixture.generation));
      const changed = after.map((generation, i) => generation?.id !== before[i]?.id);
      expect(changed).toEqual([false, false, policy === 'good']);
      const found = events.flatMap((event) => (event.kind === 'finding' ? event.diagnostic : []));
      expect(found.map(({ node, severity }) => [node, severity])).toEqual(
        policy === 'good' ? [['model.shop.child', 'warning']] : [],
      );
    },
  );
});

describe('seeds', () => {
  const seed = async (text: string, config = {}): Promise<Play> => {
    await mkdir(join(fixture.root, 'seeds'), { recursive: true });
    await writeFile(join(fixture.root, 'seeds/s.csv'), text);
    return fixture.run({ s: { type: 'seed', config } }, { command: 'seed' });
  };

  test('become tables with dbt’s types', async () => {
    const { said } = await seed('id,day,price,ok,note\n1,2024-01-31,1.5,true,"a, b"\n2,,,,\n', {
      column_types: { id: 'varchar' },
    });
    expect(said.s).toBe('success INSERT 2');
    expect((await fixture.files('s')).columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'id VARCHAR',
      'day DATE',
      'price DOUBLE',
      'ok BOOLEAN',
      'note VARCHAR',
    ]);
    expect((await seed('other\n1\n')).said.s).toBe('success INSERT 1');
  });

  test.each<[string, number, string, Readonly<Record<string, string>>?]>([
    ['a,b\n1,2\n"x\ny",3,4\n', 3, 'has 3 fields in this line, and 2 columns.'],
    ['a,b\n1,2\n3\n', 3, 'has 1 field in this line, and 2 columns.'],
    ['', 1, 'is empty: a seed has at least a line of column names.'],
    ['a|b\n1|2\n', 1, 'has one column, of the name "a|b".'],
    ['a,b\n1,2\n', 1, 'cannot be read: its `delimiter` is "".', { delimiter: '' }],
    ['a,b\n1,2\n', 1, 'cannot be read: its `delimiter` is "||".', { delimiter: '||' }],
  ])('that are broken name the line: %j', async (text, line, reason, config = {}) => {
    const { results } = await seed(text, config);
    expect(results[0]?.diagnostics).toMatchObject([
      { code: 'engine/seed', message: `The seed seeds/s.csv ${reason}`, place: { file: 'seeds/s.csv', line } },
    ]);
  });

  test('whose values do not fit a given type name the line', async () => {
    const { results } = await seed('a\n1\nx\n', { column_types: { a: 'integer' } });
    expect(results[0]?.diagnostics).toMatchObject([
      { place: { line: 3 }, message: expect.stringContaining('"x" in column "a" is no INTEGER') },
    ]);
  });

  test('whose names need quotes are loaded unless quote_columns says not to write any', async () => {
    const text = 'id,from\n1,x\n';
    expect((await seed(text)).said.s).toBe('success INSERT 1');
    expect((await seed(text, { quote_columns: true })).said.s).toBe('success INSERT 1');
    expect((await seed('id,"""from"""\n1,x\n', { quote_columns: false })).said.s).toBe('success INSERT 1');
    const { results } = await seed(text, { quote_columns: false });
    expect(results[0]?.diagnostics).toMatchObject([
      {
        message: expect.stringContaining('syntax error at or near "from"'),
        cause: expect.stringMatching(/^Parser Error: syntax error/),
        hint: expect.stringContaining('delete `quote_columns: false`'),
      },
    ]);
  });
});
