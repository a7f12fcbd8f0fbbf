import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ask } from '../support/duckdb.ts';
import { startWatch, type WatchProcess } from '../support/watch-process.ts';
import { type Bench, seconds } from './bench.ts';
import { generateProject } from './generate-project.ts';
import { median } from './measure.ts';

const models = 500;
const rounds = 15;

/** From the write of a model's file until the published catalog answers with what it says; and how long `watch` takes to begin. */
export const watch: Bench = {
  name: `Watch: from save to published result in a project of ${models} models`,
  async run(folder) {
    generateProject(folder, { models, materialized: 'external', rows: 10, threads: 2, tests: true });
    await first(folder);
    const started = performance.now();
    const said = startWatch(folder, ['--profiles-dir', folder]);
    try {
      await said.event('WatchWaiting', 0);
      const begin = performance.now() - started;
      const leaf = await measured(
        folder,
        said,
        'gold_0003',
        (n) => `select ${n} as n, * from {{ ref('silver_0003') }}\n`,
      );
      const top = await measured(
        folder,
        said,
        'bronze_0003',
        (n) => `select ${n} as n, id, grp, amount, amount as cents, 3 as origin from {{ source('raw', 'raw_3') }}\n`,
      );
      return [
        { what: 'a model without children', measured: seconds(leaf), value: leaf, unit: 'ms', aim: { atMost: 1000 } },
        { what: 'a model with all of its children', measured: seconds(top), value: top, unit: 'ms' },
        {
          what: 'from the start to the first wait, nothing to build',
          measured: seconds(begin),
          value: begin,
          unit: 'ms',
        },
      ];
    } finally {
      await said.end('SIGINT');
    }
  },
};

/** Builds everything, as the first `watch` of a clone does. */
async function first(folder: string): Promise<void> {
  const said = startWatch(folder, ['--profiles-dir', folder]);
  await said.event('WatchWaiting', 0);
  await said.end('SIGINT');
}

/** The median of several saves of one model; the first one warms up. */
async function measured(
  folder: string,
  said: WatchProcess,
  model: string,
  sql: (n: number) => string,
): Promise<number> {
  const file = join(folder, 'models', model.split('_')[0] ?? '', `${model}.sql`);
  const catalog = join(folder, 'catalog/dev.duckdb');
  const times: number[] = [];
  for (let n = 0; n <= rounds; n += 1) {
    const from = said.events.length;
    const { ino } = statSync(catalog);
    const since = performance.now();
    writeFileSync(file, sql(n));
    while (statSync(catalog).ino === ino) await wait(2);
    const [row] = await ask(catalog, `select max(n)::int as n from main."${model}"`);
    if (row?.n !== n) throw new Error(`The published ${model} says ${String(row?.n)} instead of ${n}`);
    times.push(performance.now() - since);
    await said.event('WatchWaiting', from);
  }
  return median(times.slice(1));
}
