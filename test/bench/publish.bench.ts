import { mkdirSync } from 'node:fs';
import { link, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { DuckDBInstance } from '@duckdb/node-api';
import type { FilesGeneration } from '../../packages/engine/src/lake/generation.ts';
import { ask } from '../support/duckdb.ts';
import { commit, type LakeFixture, lakeFixture, write } from '../support/lake-fixture.ts';
import { type Bench, type Result, seconds } from './bench.ts';
import { median } from './measure.ts';

const relations = 2000;

/** Commits before the last rounds: what is retained must not make a commit slower. */
const retained = 40;

/** What a commit costs beside the data: ledger, aliases, catalog, published file, retention; against the same links, syncs and views made by node and DuckDB alone. */
export const publish: Bench = {
  name: `publishing ${relations} relations`,
  async run(folder) {
    const fixture = await lakeFixture();
    try {
      const all = await timedBuild(fixture, relations);
      const bare = await bareCommit(fixture, folder);
      const rounds: Time[] = [];
      for (let round = 0; round < retained; round++) rounds.push(await timedBuild(fixture, 1));
      const [early, late] = [middle(rounds.slice(0, 7)), middle(rounds.slice(-7))];
      const opened = await timed(() => ask(fixture.options.publishPath, 'SELECT a FROM main.t1'));
      return [
        inTime(`all ${relations} changed`, all, 3000),
        {
          what: `all ${relations} changed, against the same links, syncs and views alone`,
          measured: `${seconds(all.ms)} against ${seconds(bare.ms)}`,
          value: all.ms / bare.ms,
          unit: '×',
        },
        inTime(`1 of ${relations} changed`, early, 300),
        inTime(`1 of ${relations} changed, with ${retained} commits retained`, late, 300),
        inTime('opening the published file and reading one relation, DuckDB loaded', opened),
      ];
    } finally {
      await fixture.close();
    }
  },
};

/** Wall time, and processor time of all threads, which other programs on the machine do not change. */
interface Time {
  readonly ms: number;
  readonly processor: number;
}

function inTime(what: string, { ms, processor }: Time, atMost?: number): Result {
  const measured = `wall time; ${seconds(processor)} of processors`;
  return { what, measured, value: ms, unit: 'ms', ...(atMost && { aim: { atMost } }) };
}

/** The time of the commit alone: the files are written and finished before. */
async function timedBuild(fixture: LakeFixture, count: number): Promise<Time> {
  const lake = await fixture.open();
  const build = await lake.begin('build');
  try {
    const generations: FilesGeneration[] = [];
    for (let i = 1; i <= count; i++) {
      const location = fixture.at('root', `t${i}.parquet`);
      generations.push(await write(fixture, build, { node: `model.shop.t${i}`, sql: `SELECT ${i} AS a`, location }));
    }
    // The project is the same whatever a build makes of it.
    const parents = Object.fromEntries(Array.from({ length: relations }, (_, i) => [`model.shop.t${i + 1}`, []]));
    return await timed(() => commit(fixture, build, generations, { parents }));
  } finally {
    await build.end();
  }
}

/** What a commit of all relations cannot do without: each file's folder and description synced, its alias replaced, a view of it in a file that is synced. */
async function bareCommit(fixture: LakeFixture, folder: string): Promise<Time> {
  const files = Array.from({ length: relations }, (_, i) => fixture.at('root', `t${i + 1}.parquet`));
  for (const [i] of files.entries()) mkdirSync(join(folder, `${i}`), { recursive: true });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const views = files.map((file, i) => `CREATE VIEW t${i} AS SELECT a FROM read_parquet(['${file}']);`);
  try {
    return await timed(async () => {
      for (const [i, file] of files.entries()) {
        const place = join(folder, `${i}`);
        await link(file, join(place, 'new'));
        await rename(join(place, 'new'), join(place, 'alias'));
        for (const path of [place, file]) await sync(path);
      }
      await connection.run(`ATTACH '${join(folder, 'bare.duckdb')}' AS bare; USE bare`);
      await connection.run(`BEGIN; ${views.join(' ')} COMMIT; CHECKPOINT`);
    });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  await file.sync();
  await file.close();
}

async function timed(action: () => Promise<unknown>): Promise<Time> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  await action();
  const { system, user } = process.cpuUsage(before);
  return { ms: performance.now() - started, processor: (user + system) / 1000 };
}

function middle(times: readonly Time[]): Time {
  return { ms: median(times.map(({ ms }) => ms)), processor: median(times.map(({ processor }) => processor)) };
}
