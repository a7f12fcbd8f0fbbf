import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, openDuckdb } from '../support/duckdb.ts';
import { runInProcess } from '../support/in-process.ts';
import { type SmallProject, smallProject } from '../support/small-project.ts';
import { removeFolder } from '../support/temporary-project.ts';

// Invariant: a batch is in the table once and whole, or not at all, whatever is wrong with its files and however often it is landed.

let project: SmallProject;

const sources = `version: 2
sources:
  - name: landing
    tables:
      - {name: orders, config: {format: delta, location: lake/raw/orders}}
      - {name: sheet, meta: {external_location: "read_csv('sheet.csv')"}}
`;

beforeAll(() => {
  project = smallProject('landing', {
    models: { stg_orders: "select * from {{ source('landing', 'orders') }}" },
    files: {
      'models/sources.yml': sources,
      'a.csv': 'id,day,amount,who\n1,2024-01-01,1.5,ann\n2,2024-01-02,2.5,bob\n',
      'b.ndjson': '{"id":3,"day":"2024-01-03","amount":3.5,"who":"cyd","extra":{"k":1}}\n',
      'sheet.csv': 'x\n1\n',
    },
    target: "publish: {path: 'shop.duckdb'}",
  });
});
afterAll(() => removeFolder(project.folder));

const eider = (...words: readonly string[]) =>
  runInProcess([...words, '--profiles-dir', project.folder, '--quiet'], { cwd: project.folder });
const write = (name: string, text: string): void => writeFileSync(join(project.folder, name), text);

async function done(...words: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const ran = await eider(...words, '--output', 'json');
  expect(ran.code, ran.out + ran.err).toBe(0);
  return JSON.parse(ran.out);
}

async function refused(...words: readonly string[]): Promise<string> {
  const ran = await eider(...words);
  expect(ran.code, ran.out + ran.err).toBe(2);
  return ran.out + ran.err;
}

async function rows(): Promise<readonly unknown[]> {
  const ran = await eider(
    'show',
    '--inline',
    "select * from {{ source('landing', 'orders') }} order by id",
    '--output',
    'json',
    '--limit',
    '-1',
  );
  expect(ran.code, ran.out + ran.err).toBe(0);
  return (JSON.parse(ran.out) as { show: unknown[] }).show;
}

async function query(sql: string): Promise<void> {
  const instance = await openDuckdb();
  await (await instance.connect()).run(sql);
  instance.closeSync();
}

test('a dry run makes nothing', async () => {
  expect(await done('land', 'landing.orders', 'a.csv', '--dry-run')).toMatchObject({
    kind: 'planned',
    rows: 2,
    created: true,
  });
  expect(existsSync(join(project.folder, 'lake/raw'))).toBe(false);
});

test('files of several formats are one batch, once, where the source of that name reads', async () => {
  const first = await done('land', 'landing.orders', 'a.csv', 'b.ndjson');
  expect(first).toMatchObject({ kind: 'landed', version: 0, rows: 3, source: 'source.night.landing.orders' });
  expect(await done('land', 'landing.orders', 'b.ndjson', 'a.csv')).toMatchObject({
    kind: 'repeated',
    version: 0,
    batch_id: first.batch_id,
  });
  expect(await done('land', 'landing.orders', 'a.csv', '--batch-id', 'again')).toMatchObject({
    kind: 'landed',
    version: 1,
  });
  expect(await rows()).toHaveLength(5);
  const built = await eider('build');
  expect(built.code, built.out + built.err).toBe(0);
  expect(await ask(join(project.folder, 'shop.duckdb'), 'SELECT count(*) AS n FROM main.stg_orders')).toEqual([
    { n: 5n },
  ]);
});

test('everything that is wrong is told at once, with its line, and nothing is landed', async () => {
  write('bad.csv', 'id,day,amount,who\n5,2024-01-01,x,ann\n6,2024-13-02,2.5,"bob\n');
  write('more.csv', 'id,day,amount,who\n7,2024-01-01,1,a,b\n8\n');
  write('bad.ndjson', '{"id":"q"}\n{"id":\n\n{"id":4}\n[1]\n');
  write('type.ndjson', '{"id":1}\n{"id":"q","day":"never"}\n');
  write('bad.parquet', 'PAR1');
  const text = await refused(
    'land',
    'landing.orders',
    'bad.csv',
    'more.csv',
    'bad.ndjson',
    'type.ndjson',
    'bad.parquet',
    'none.csv',
    'a.txt',
  );
  for (const place of [
    'bad.csv:2',
    'bad.csv:3',
    'more.csv:2',
    'more.csv:3',
    'bad.ndjson:2',
    'bad.ndjson:5',
    'type.ndjson:2',
  ])
    expect(text).toContain(`error[engine/landing] ${place}:`);
  expect(text).toMatch(/"amount" is "x", and the table has DOUBLE/);
  expect(text).toMatch(/"id" is "q", and the table has BIGINT/);
  for (const name of ['bad.parquet', 'none.csv', 'a.txt']) expect(text).toMatch(new RegExp(`^ *${name} c`, 'm'));
  expect(text).not.toContain('    at ');
  expect(await rows()).toHaveLength(5);
});

test.each([
  [['--mode', 'merge'], /needs the columns/],
  [['--key', 'id'], /no meaning for append/],
  [['--mode', 'merge', '--key', 'nope'], /no column nope/],
  [['--mode', 'merge', '--key', 'who'], /have no who/],
  [['--mode', 'merge', '--key', 'id'], /same id: 5 \(2 times\)/],
])('a merge by %s', async (flags, message) => {
  write('twice.csv', 'id,who\n5,x\n5,\n');
  expect(await refused('land', 'landing.orders', 'twice.csv', ...flags)).toMatch(message);
});

test.each([
  ['--key', 'id,who'],
  ['--key', 'id', '--key', 'who'],
])('a key of several columns: %s %s', async (...flags) => {
  write('pairs.csv', 'id,who\n1,x\n1,y\n');
  await done('land', `landing.pairs_${flags.length}`, 'pairs.csv', '--mode', 'merge', ...flags);
});

test('a merge replaces rows by their keys, and takes new columns', async () => {
  write('m.csv', 'id,day,amount,who,note\n3,2024-03-03,9.5,CYD,late\n9,2024-03-09,1,new,\n');
  expect(await done('land', 'landing.orders', 'm.csv', '--mode', 'merge', '--key', 'id')).toMatchObject({
    rows: 2,
    replaced: 1,
    added: ['note'],
  });
  expect(await rows()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: 3, who: 'CYD', note: 'late', extra: '{"k": 1}' }),
      expect.objectContaining({ id: 9, note: null }),
    ]),
  );
});

test('columns become wider only where that is asked for', async () => {
  write('w.ndjson', '{"id":10,"amount":1.5}\n');
  await done('land', 'wide.t', 'w.ndjson');
  const file = join(project.folder, 'w.parquet');
  await query(`COPY (SELECT 18446744073709551615::UBIGINT AS id) TO '${file}' (FORMAT parquet)`);
  expect(await refused('land', 'wide.t', 'w.parquet')).toMatch(/"id" is long there, and decimal\(20,0\) in the rows/);
  expect(await done('land', 'wide.t', 'w.parquet', '--widen')).toMatchObject({
    widened: [{ column: 'id', from: 'long', to: 'decimal(20,0)' }],
  });
});

test('an overwrite may bring other columns, and no row at all is refused', async () => {
  write('none.csv', 'id\n');
  expect(await refused('land', 'wide.t', 'none.csv', '--mode', 'overwrite')).toMatch(/no row/);
  expect(await done('land', 'wide.t', 'a.csv', '--mode', 'overwrite')).toMatchObject({ kind: 'landed', rows: 2 });
});

test('a source that is no Delta table, and a name that is none, are refused', async () => {
  expect(await refused('land', 'landing.sheet', 'a.csv')).toMatch(/which is no Delta table/);
  expect(await refused('land', 'orders', 'a.csv')).toMatch(/no name of a landing table/);
  expect(await refused('land', 'landing.orders')).toMatch(/no file to land/);
});

test('a table is listed, put together, gone back with and cleaned by its name or its path', async () => {
  for (let n = 0; n < 4; n += 1) {
    write('n.csv', `n\n${n}\n`);
    await done('land', 'upkeep.t', 'n.csv', '--batch-id', String(n));
  }
  const path = join('lake', 'landing', 'upkeep', 't');
  const count = async () => (await done('optimize', 'upkeep.t', '--dry-run')).files_before;
  expect(await done('optimize', `./${path}`, '--dry-run')).toMatchObject({ rewritten: 4, changed: false });
  expect(await count()).toBe(4);
  expect(await done('optimize', 'upkeep.t')).toMatchObject({ files_after: 1, version: 4 });
  expect(await done('optimize', 'upkeep.t', '--z-order', 'n')).toMatchObject({ files_after: 1, version: 5 });
  expect(await done('restore', 'upkeep.t', '--to-version', '1', '--dry-run')).toMatchObject({
    changed: false,
    files_added: 2,
  });
  expect(await done('restore', `./${path}`, '--to-version', '1')).toMatchObject({ restored: 1, version: 6 });
  const { commits } = (await done('history', 'upkeep.t', '--last', '3')) as { commits: { operation: string }[] };
  expect(commits.map(({ operation }) => operation)).toEqual(['RESTORE', 'OPTIMIZE', 'OPTIMIZE']);
  expect((await eider('history', `./${path}`)).out).toMatch(/^ *# +committed.*\n *6 .*RESTORE/);
  expect(await done('vacuum', 'upkeep.t')).toMatchObject({ files: [] });
  expect(await refused('vacuum', 'upkeep.t', '--retention-hours', '0')).toMatch(/shorter than the table's own/);
  expect(readdirSync(join(project.folder, path)).filter((name) => name.endsWith('.parquet'))).toHaveLength(6);
});

test('nodes are left to the ledger', async () => {
  expect(await refused('vacuum', 'stg_orders')).toMatch(/is a node of the project/);
  expect(await refused('optimize', 'stg_orders')).toMatch(/stg_orders has no (data yet|files that)/);
  expect(await refused('restore', 'stg_orders', '--to-version', '0')).toMatch(/stg_orders is no Delta table/);
  expect(await refused('restore', 'upkeep.t')).toMatch(/one version to go back to/);
  expect(await refused('optimize', './lake')).toMatch(/no Delta table at/);
});
