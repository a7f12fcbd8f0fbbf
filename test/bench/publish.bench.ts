import { performance } from 'node:perf_hooks';
import type { FilesGeneration } from '../../packages/engine/src/lake/generation.ts';
import { ask } from '../support/duckdb.ts';
import { commit, type LakeFixture, lakeFixture, write } from '../support/lake-fixture.ts';
import type { Bench, Result } from './bench.ts';

const relations = 2000;

/** What a commit costs beside the data: ledger, aliases, catalog, published file, retention. */
export const publish: Bench = {
  name: `publishing ${relations} relations`,
  async run() {
    const fixture = await lakeFixture();
    try {
      const all = await timedBuild(fixture, relations);
      const rounds: number[] = [];
      for (let round = 0; round < 7; round++) rounds.push(await timedBuild(fixture, 1));
      const opened = await timed(() => ask(fixture.options.publishPath, 'SELECT a FROM main.t1'));
      return [
        result(`all ${relations} changed`, all, 3000),
        result(`1 of ${relations} changed`, median(rounds), 300),
        result('opening the published file and reading one relation, DuckDB loaded', opened),
      ];
    } finally {
      await fixture.close();
    }
  },
};

function result(what: string, ms: number, atMost?: number): Result {
  return { what, measured: 'wall time of the commit', value: ms, unit: 'ms', ...(atMost && { aim: { atMost } }) };
}

/** The time of the commit alone, in milliseconds: the files are written and finished before. */
async function timedBuild(fixture: LakeFixture, count: number): Promise<number> {
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

async function timed(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
