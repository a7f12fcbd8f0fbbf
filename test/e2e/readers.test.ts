import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { repository, runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// Invariant: readers and builds never meet. A process that holds the published file open neither stops a build nor sees its
// data change; a process that opens it anew sees the newest build; no open ever fails while builds publish.

const readerProgram = `
import { createInterface } from 'node:readline';
import { DuckDBInstance } from '${import.meta.resolve('@duckdb/node-api')}';
const instance = await DuckDBInstance.create(process.argv[1], { access_mode: 'READ_ONLY' });
const connection = await instance.connect();
process.stdout.write('open\\n');
for await (const sql of createInterface({ input: process.stdin })) {
  const rows = await connection.runAndReadAll(sql).then((r) => r.getRowsJson(), (error) => String(error));
  process.stdout.write(JSON.stringify(rows) + '\\n');
}`;

describe('a reader that stays', () => {
  const project = temporaryFolder('readers');
  const catalog = join(project, 'catalog/dev.duckdb');
  let reader: ChildProcessWithoutNullStreams;
  let lines: Interface;

  const build = async (round: number): Promise<void> => {
    const built = await runEider(['build', '--vars', `{round: ${round}}`, '--profiles-dir', project], { cwd: project });
    expect(built.exitCode, built.stdout + built.stderr).toBe(0);
  };
  const nextLine = async (): Promise<string> => String((await once(lines, 'line'))[0]);
  const askReader = (sql: string): Promise<string> => {
    reader.stdin.write(`${sql}\n`);
    return nextLine();
  };

  beforeAll(async () => {
    mkdirSync(join(project, 'models'));
    writeFileSync(
      join(project, 'dbt_project.yml'),
      "name: shop\nversion: '1.0'\nprofile: shop\nmodels: {shop: {+materialized: external}}\n",
    );
    const publish = 'publish: {live: catalog/live.duckdb, keep: {days: 0, builds: 10}}';
    writeFileSync(
      join(project, 'profiles.yml'),
      `shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, external_root: lake, ${publish}}}}\n`,
    );
    writeFileSync(
      join(project, 'models/orders.sql'),
      "select i as id, {{ var('round') }} as round from range(1000) as t(i)",
    );
    writeFileSync(
      join(project, 'models/by_round.sql'),
      "select round, count(*)::int as n from {{ ref('orders') }} group by round",
    );
    await build(1);
    reader = spawn(process.execPath, ['--input-type=module', '-e', readerProgram, catalog], { cwd: repository });
    lines = createInterface({ input: reader.stdout });
    expect(await nextLine()).toBe('open');
  });

  afterAll(() => {
    reader.kill();
    removeFolder(project);
  });

  test('keeps its data while builds go on; a new one sees the newest', async () => {
    expect(await askReader('select * from main.by_round')).toBe('[[1,1000]]');
    for (const round of [2, 3, 4]) {
      await build(round);
      expect(await askReader('select round, count(*)::int from main.orders group by 1')).toBe('[[1,1000]]');
      expect(await ask(catalog, 'select * from main.by_round')).toEqual([{ round, n: 1000 }]);
    }
  });

  test('that never reconnects sees the newest through the live file', async () => {
    const pooled = spawn(
      process.execPath,
      ['--input-type=module', '-e', readerProgram, join(project, 'catalog/live.duckdb')],
      {
        cwd: repository,
      },
    );
    const answers = createInterface({ input: pooled.stdout });
    try {
      expect(String((await once(answers, 'line'))[0])).toBe('open');
      for (const round of [11, 12]) {
        await build(round);
        pooled.stdin.write('select * from main.by_round\n');
        expect(String((await once(answers, 'line'))[0])).toBe(`[[${round},1000]]`);
      }
    } finally {
      pooled.kill();
    }
  });

  test('is never refused while builds publish', async () => {
    let building = true;
    const builds = (async () => {
      for (const round of [15, 16, 17]) await build(round);
    })().finally(() => {
      building = false;
    });
    const seen: number[] = [];
    while (building) {
      const [row] = await ask(
        catalog,
        'select o.round, count(*)::int as n, any_value(b.n) as told from main.orders o join main.by_round b using (round) group by 1',
      );
      expect(row).toMatchObject({ n: 1000, told: 1000 });
      seen.push(Number(row?.round));
    }
    await builds;
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.length).toBeGreaterThan(3);
  });
});
