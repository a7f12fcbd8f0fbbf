import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// Invariant: a snapshot goes on from what readers see. A version that tests withheld, or that a rollback took back, is not in the history that follows.

describe('a snapshot', { timeout: 120_000 }, () => {
  const project = temporaryFolder('snapshots');
  const write = (path: string, text: string): void => writeFileSync(join(project, path), text);
  const run = async (...parameters: string[]): Promise<string> => {
    const { exitCode, stderr, stdout } = await runEider([...parameters, '--profiles-dir', project], { cwd: project });
    return `${exitCode} ${stdout}${stderr}`;
  };
  const buildAt = (price: number | null): Promise<string> => run('build', '--vars', JSON.stringify({ price }));
  const published = async (): Promise<readonly string[]> => {
    const rows = await ask(
      join(project, 'catalog/dev.duckdb'),
      'SELECT price, dbt_valid_to IS NULL AS is_current FROM prices ORDER BY dbt_valid_from, price',
    );
    return rows.map((row) => `${row.price}${row.is_current === true ? ' now' : ''}`);
  };

  beforeAll(() => {
    for (const folder of ['models', 'snapshots', 'tests']) mkdirSync(join(project, folder));
    write('dbt_project.yml', 'name: shop\nprofile: shop\n');
    write('profiles.yml', 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n');
    write(
      'models/today.sql',
      "select 1 as id, {{ var('price') if var('price') is not none else 'null' }}::integer as price",
    );
    write(
      'snapshots/prices.sql',
      "{% snapshot prices %}{{ config(strategy='check', unique_key='id', check_cols='all') }}\nselect * from {{ ref('today') }}\n{% endsnapshot %}\n",
    );
    write('tests/sane.sql', "select * from {{ ref('prices') }} where price > 100");
  });

  afterAll(() => removeFolder(project));

  test('keeps each version, and forgets those that were never published', async () => {
    expect(await buildAt(1)).toMatch(/^0 /);
    expect(await buildAt(2)).toMatch(/^0 /);
    expect(await published()).toEqual(['1', '2 now']);
    expect(await buildAt(500)).toMatch(/^1 [\s\S]*sane/);
    expect(await published()).toEqual(['1', '2 now']);
    expect(await buildAt(3)).toMatch(/^0 /);
    expect(await published()).toEqual(['1', '2', '3 now']);
    expect(await run('rollback')).toMatch(/^0 /);
    expect(await published()).toEqual(['1', '2 now']);
    expect(await buildAt(4)).toMatch(/^0 /);
    expect(await published()).toEqual(['1', '2', '4 now']);
    expect(await run('snapshot')).toMatch(/^0 [\s\S]*OK snapshotted main.prices/);
    expect(await published()).toEqual(['1', '2', '4 now']);
  });

  test('in the place of a view is refused', async () => {
    write(
      'models/today.sql',
      "{{ config(post_hook='create or replace view {{ this.schema }}.other as select 1 as a') }}select 1 as id, 1 as price",
    );
    write(
      'snapshots/prices.sql',
      "{% snapshot other %}{{ config(strategy='check', unique_key='id', check_cols='all') }}\nselect * from {{ ref('today') }}\n{% endsnapshot %}\n",
    );
    write('tests/sane.sql', 'select 1 where false');
    expect(await run('build')).toMatch(
      /^1 [\s\S]*The snapshot other cannot be taken: main.other is a view, not a table\./,
    );
  });
});
