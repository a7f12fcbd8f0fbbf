import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// Invariant: what an operation leaves in the working database is there for whoever comes next, also in a project that needs no database of its own; an operation that
// leaves nothing changes nothing on disk.

const files = {
  'dbt_project.yml': "name: shop\nversion: '1.0'\nprofile: shop\n",
  'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, external_root: lake}}}\n',
  'models/orders.sql': "{{ config(materialized='external') }} select 1 as id",
  'macros/operations.sql': [
    "{% macro look(model) %}{{ print('found ' ~ run_query('select id from main.' ~ model).rows[0][0]) }}{% endmacro %}",
    "{% macro define() %}{% do run_query('create or replace macro plus_one(x) as x + 1') %}{% endmacro %}",
    "{% macro load() %}{% do run_query('create or replace table raw as select 5 as a') %}{% endmacro %}",
  ].join('\n'),
};
const folder = temporaryFolder('operations');
afterAll(() => removeFolder(folder));

const path = join(folder, 'shop.duckdb');

async function good(...args: readonly string[]): Promise<string> {
  const { exitCode, stderr, stdout } = await runEider(args, { cwd: folder });
  expect(exitCode, stdout + stderr).toBe(0);
  return stdout;
}

test('operations of a project of external models', { timeout: 300_000 }, async () => {
  write(files);
  await good('build');
  const copy = readFileSync(path);
  expect(await good('run-operation', 'look', '--args', '{model: orders}')).toContain('\nfound 1\n');
  expect(readFileSync(path).equals(copy)).toBe(true);
  await good('run-operation', 'define');
  write({ 'models/next.sql': "select plus_one(id) as id from {{ ref('orders') }}" });
  await good('build');
  expect(await good('show', '-s', 'next')).toMatch(/^\| +2 +\|$/m);
  expect(await good('show', '--inline', 'select plus_one(x := 6) as more')).toMatch(/^\| +7 +\|$/m);
  await good('run-operation', 'load');
  expect(await good('run-operation', 'look', '--args', '{model: next}')).toContain('\nfound 2\n');
  expect(await ask(path, 'select plus_one(a) as b from raw')).toEqual([{ b: 6 }]);
  expect(readdirSync(folder).filter((name) => name.startsWith('shop'))).toEqual(['shop.duckdb']);
});

test('functions of a project of views', { timeout: 300_000 }, async () => {
  rmSync(folder, { recursive: true });
  write({
    ...files,
    'functions/double.sql': 'x * 2',
    'functions/double.yml':
      'functions: [{name: double, arguments: [{name: x, data_type: int, default_value: 4}], returns: {data_type: int}}]\n',
    'models/orders.sql': "select {{ function('double') }}(2) as id",
  });
  await good('build');
  // It is there for the next run, and for who only looks.
  await good('run', '-s', 'orders');
  expect(await good('show', '-s', 'orders')).toMatch(/^\| +4 +\|$/m);
  expect(await good('show', '--inline', "select {{ function('double') }}() as most")).toMatch(/^\| +8 +\|$/m);
});

function write(some: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(some)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
