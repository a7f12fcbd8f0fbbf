import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { type RanInProcess, runInProcess } from '../support/in-process.ts';
import { type SmallProject, smallProject } from '../support/small-project.ts';
import { removeFolder } from '../support/temporary-project.ts';

// Invariant: however often a little comes in, a model's rows are in few files, and what seldom changes is seldom written anew; the rows are the same.

let project: SmallProject;

beforeEach(() => {
  project = smallProject('compaction', { models: {}, target: 'threads: 2' });
});

afterEach(() => removeFolder(project.folder));

const eider = (...parameters: readonly string[]): Promise<RanInProcess> =>
  runInProcess([...parameters, '--profiles-dir', project.folder], { cwd: project.folder });

async function build(day: number): Promise<RanInProcess> {
  const ran = await eider('build', '--vars', `{day: ${day}}`);
  expect(ran.out + ran.err).toContain('Completed successfully');
  return ran;
}

interface File {
  readonly path: string;
  readonly rows: number;
}

const catalog = (sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  ask(join(project.folder, 'catalog/dev.duckdb'), sql);

/** The files of which the published catalog makes the model. */
async function files(): Promise<readonly File[]> {
  const rows = await catalog("SELECT path, rows FROM eider.files WHERE node LIKE '%.t' ORDER BY path");
  return rows.map(({ path, rows: count }) => ({ path: String(path), rows: Number(count) }));
}

/** What the versions of the table's log say of files, in order. */
function versions(): readonly { readonly added: readonly Entry[]; readonly removed: readonly Entry[] }[] {
  const log = join(project.folder, 'lake/t/_delta_log');
  const names = readdirSync(log).filter((name) => /^\d{20}\.json$/.test(name));
  return names.sort().map((name) => {
    const actions = readFileSync(join(log, name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly add?: Entry; readonly remove?: Entry });
    const added = actions.flatMap(({ add }) => (add === undefined ? [] : [add]));
    return { added, removed: actions.flatMap(({ remove }) => (remove === undefined ? [] : [remove])) };
  });
}

interface Entry {
  readonly path: string;
  readonly dataChange: boolean;
  readonly size: number;
}

const changes = (entries: readonly Entry[]): readonly boolean[] => entries.map(({ dataChange }) => dataChange);

describe.each(['parquet', 'delta'])('in %s', (format) => {
  test('runs that add a little leave few files, and every row once', async () => {
    const config = `materialized='incremental', format='${format}'`;
    const properties = format === 'delta' ? ", table_properties={'delta.appendOnly': true}" : '';
    project.write(
      'models/t.sql',
      `{{ config(${config}${properties}) }} select {{ var('day') }} as day, i from range(3) r(i)`,
    );
    for (let day = 1; day <= 9; day++) await build(day);
    // The first eight are together, and what the ninth added is beside them.
    expect((await files()).map(({ rows }) => rows).sort()).toEqual([24, 3]);
    expect(await catalog('SELECT count(*) AS rows, count(DISTINCT (day, i)) AS different FROM t')).toEqual([
      { rows: 27n, different: 27n },
    ]);
    if (format === 'parquet') return;
    const last = versions().at(-1);
    expect(changes(last?.removed ?? [])).toEqual(Array(8).fill(false));
    expect([...changes(last?.added ?? [])].sort()).toEqual([false, true]);
  });

  test('a partition with few files stays as it is', async () => {
    const partition = format === 'delta' ? "partition_by='p'" : "options={'partition_by': 'p'}";
    project.write(
      'models/t.sql',
      `{{ config(materialized='incremental', format='${format}', ${partition}) }} select {{ var('day') }} as day, 1 as p union all select {{ var('day') }}, 2 where {{ var('day') }} = 3`,
    );
    for (let day = 1; day <= 9; day++) await build(day);
    expect((await files()).map(({ rows }) => rows).sort()).toEqual([1, 1, 8]);
    expect(await catalog('SELECT p, count(DISTINCT day) AS days FROM t GROUP BY p ORDER BY p')).toEqual([
      { p: 1, days: 9n },
      { p: 2, days: 1n },
    ]);
  });

  test('rows that change again and again are in small files of their own', async () => {
    project.write(
      'models/t.sql',
      `{{ config(materialized='incremental', format='${format}', unique_key='id', incremental_strategy='merge') }}
select i as id, {{ var('day') }} as day, md5(i::text) || md5(i || 'a') || md5(i || 'b') || md5(i || 'c') as filler from range({{ 300000 if var('day') == 1 else 50 }}) r(i)`,
    );
    await build(1);
    const [large] = await files();
    expect(large?.rows).toBe(300_000);
    await build(2);
    const settled = (await files()).filter(({ rows }) => rows !== 50);
    expect(await files()).toHaveLength(settled.length + 1);
    expect(settled.reduce((sum, { rows }) => sum + rows, 0)).toBe(299_950);
    await build(3);
    expect(await files()).toEqual(expect.arrayContaining([...settled]));
    expect(await files()).toHaveLength(settled.length + 1);
    expect(await catalog('SELECT day, count(*) AS rows FROM t GROUP BY day ORDER BY day')).toEqual([
      { day: 1, rows: 299_950n },
      { day: 3, rows: 50n },
    ]);
  });

  test('optimize is a commit of the same rows, and a restore of one node shows older ones', async () => {
    project.write(
      'models/t.sql',
      `{{ config(materialized='incremental', format='${format}') }} select {{ var('day') }} as day, i, -i as j from range(3) r(i)`,
    );
    project.write('models/reader.sql', "select count(*) as rows from {{ ref('t') }}");
    for (let day = 1; day <= 3; day++) await build(day);
    const before = await catalog('FROM t ORDER BY ALL');
    expect((await eider('optimize', 't', '--dry-run')).out).toContain('Would write 3 of 3 files of t anew');
    expect(await files()).toHaveLength(3);
    expect((await eider('optimize', 't', '--sort-by', 'j')).out).toContain('it has 1 (commit 4)');
    expect(await catalog('FROM t ORDER BY ALL')).toEqual(before);
    expect((await catalog('SELECT j FROM t LIMIT 4')).map(({ j }) => j)).toEqual([-2n, -2n, -2n, -1n]);
    expect(await catalog('SELECT count(*) AS stale FROM eider.nodes WHERE stale')).toEqual([{ stale: 0n }]);
    expect((await eider('optimize', 't')).out).toContain('Nothing to do');
    expect((await eider('optimize', 't', '--z-order', 'k')).out).toContain('t has no column k');
    expect((await eider('restore', 't', '--to-commit', '2', '--dry-run')).out).toContain('at commit 2 (build');
    expect(await files()).toHaveLength(1);
    const restored = await eider(
      'restore',
      't',
      ...(format === 'delta' ? ['--to-version', '1'] : ['--to-commit', '2']),
    );
    expect(restored.out).toContain('Commit 5: t is what it was at commit 2');
    expect(await catalog('SELECT count(*) AS rows FROM t')).toEqual([{ rows: 6n }]);
    expect(await catalog('SELECT r.rows, n.stale FROM reader r, eider.nodes n WHERE n.node LIKE $$%.reader$$')).toEqual(
      [{ rows: 9n, stale: true }],
    );
    // What it was before that commit.
    expect((await eider('restore', 't')).out).toContain('at commit 1 (');
    expect(await catalog('SELECT count(*) AS rows FROM t')).toEqual([{ rows: 3n }]);
    await build(4);
    expect(await catalog('SELECT day FROM t GROUP BY day ORDER BY day')).toEqual([{ day: 1 }, { day: 4 }]);
    expect((await eider('history', 't', '--output', 'json')).out).toContain('"command": "optimize"');
    if (format === 'parquet') return;
    const log = versions();
    expect(log.map(({ added, removed }) => [...changes(added), ...changes(removed)])).toEqual([
      [true],
      [true],
      [true],
      [false, false, false, false],
      [true, true, true],
      [true],
      [true],
    ]);
  });
});

test('what stays of a large file comes into several, of which later nights write few anew', async () => {
  project.write(
    'models/t.sql',
    `{{ config(materialized='incremental', format='delta', file_size='32MB', sort_by='id', unique_key='id', incremental_strategy='merge') }}
{% set day = var('day') | int %}
select i as id, {{ day }} as day, md5(i::text) as filler from range({{ 0 if day == 1 else 50 * day }}, {{ 600000 if day == 1 else 50 * day + 50 }}) r(i)`,
  );
  await build(1);
  const large = await files();
  await build(2);
  const pieces = (await files()).filter(({ rows }) => rows > 50);
  expect(pieces.length).toBeGreaterThan(large.length);
  await build(3);
  const known = new Set(pieces.map(({ path }) => path));
  const written = (await files()).filter(({ path }) => !known.has(path)).reduce((sum, { rows }) => sum + rows, 0);
  expect(written).toBeLessThan(400_000);
  expect(await catalog('SELECT day, count(*) AS rows FROM t GROUP BY day ORDER BY day')).toEqual([
    { day: 1, rows: 599_900n },
    { day: 2, rows: 50n },
    { day: 3, rows: 50n },
  ]);
});
