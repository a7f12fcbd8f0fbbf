import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readProject } from '../project/read-project.ts';
import { parseProject } from './parse-project.ts';

const root = mkdtempSync(join(tmpdir(), 'eider-snapshot-configs-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;

/** What is found about a snapshot of these configs. */
async function found(config: string): Promise<readonly string[]> {
  const dir = join(root, String(count++));
  mkdirSync(join(dir, 'models'), { recursive: true });
  writeFileSync(join(dir, 'dbt_project.yml'), 'name: shop\nprofile: shop\n');
  writeFileSync(join(dir, 'profiles.yml'), 'shop: {target: dev, outputs: {dev: {type: duckdb}}}\n');
  writeFileSync(join(dir, 'models/raw.sql'), 'select 1 as id');
  writeFileSync(
    join(dir, 'models/s.yml'),
    `snapshots:\n  - name: kept\n    relation: ref('raw')\n    config: {${config}}\n`,
  );
  const { project } = await readProject({ projectDir: dir, env: {} });
  if (project === null) throw new Error('the project cannot be read');
  const { diagnostics } = parseProject(project, { startedAt: new Date(0) });
  return diagnostics.map(({ code, message, place }) => `${code} ${place?.line}:${place?.column} ${message}`);
}

test.each<readonly [string, string | null]>([
  ['strategy: check, check_cols: all, unique_key: id', null],
  ['strategy: check, check_cols: [a, b], unique_key: [id, a]', null],
  ['strategy: timestamp, updated_at: at, unique_key: id', null],
  ['strategy: own_one, unique_key: id', null],
  ['unique_key: id', '2:5 The snapshot kept has no `strategy`.'],
  ['strategy: check, check_cols: all', '2:5 The snapshot kept has no `unique_key`.'],
  ['strategy: check, unique_key: id', '2:5 The snapshot kept has the strategy `check` and no `check_cols`.'],
  ['strategy: check, unique_key: id, check_cols: a', '4:47 The snapshot kept has the `check_cols` "a".'],
  [
    'strategy: check, unique_key: id, check_cols: {a: 1}',
    '4:47 The config "check_cols" must be a text or a list of texts, not a mapping.',
  ],
  [
    'strategy: check, unique_key: [id, 2], check_cols: all',
    '4:31 The config "unique_key" must be a text or a list of texts, not a list with 2.',
  ],
  ['strategy: timestamp, unique_key: id, updated_at: 7', '4:51 The config "updated_at" must be a text, not 7.'],
  ['strategy: timestamp, unique_key: id', '2:5 The snapshot kept has the strategy `timestamp` and no `updated_at`.'],
  [
    'strategy: timestamp, unique_key: id, updated_at: a, check_cols: all',
    '4:66 The snapshot kept has the strategy `timestamp` and `check_cols`.',
  ],
  ['strategy: own_one, unique_key: id, materialized: table', '4:49 The snapshot kept is materialized as "table".'],
])('a snapshot of %s', async (config, expected) => {
  expect(await found(config)).toEqual(expected === null ? [] : [`config/invalid ${expected}`]);
});
