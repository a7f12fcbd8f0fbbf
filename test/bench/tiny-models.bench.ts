import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findPeers } from '../interop/peers.ts';
import { eiderCommand } from '../support/eider.ts';
import { type Bench, type Result, seconds, timesFaster } from './bench.ts';
import { generateProject } from './generate-project.ts';
import { inTurns, type Measurement, measure } from './measure.ts';

const models = 500;

/** Five hundred external models of a few rows: what a node costs beside its data. */
export const tinyModels: Bench = {
  name: `${models} tiny external models`,
  async run(folder) {
    const [forDbt, forEider, bare] = ['dbt', 'eider', 'bare'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    generateProject(forEider, { models, materialized: 'external', rows: 10, threads: 1, tests: false });
    cpSync(forEider, forDbt, { recursive: true });
    const eider = [...eiderCommand(), 'run', '--profiles-dir', forEider];
    await measure(eider, { cwd: forEider });
    const plan = writePlan(forEider, bare);
    const dbt = join(dirname(findPeers().dbtPython), 'dbt');
    const measured = await inTurns(3, {
      bare: () => measure([process.execPath, join(import.meta.dirname, 'bare-copy.mjs'), plan]),
      eider: () => fresh(forEider, eider),
      dbt: () => fresh(forDbt, [dbt, 'run', '--profiles-dir', forDbt]),
    });
    return results(measured);
  },
};

/** Every round starts without target, database and lake: the first build of a clone. */
function fresh(project: string, command: readonly string[]): Promise<Measurement> {
  for (const name of ['target', 'lake', 'catalog', '.eider', 'generated.duckdb', 'generated.duckdb.wal'])
    rmSync(join(project, name), { recursive: true, force: true });
  mkdirSync(join(project, 'lake'));
  return measure(command, { cwd: project, env: { DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' } });
}

/** The compiled SQL of the models, in an order in which each finds its parents: the layers' names sort so. */
function writePlan(project: string, bare: string): string {
  mkdirSync(bare, { recursive: true });
  const compiled = join(project, 'target/compiled/generated/models');
  const files = ['bronze', 'silver', 'gold'].flatMap((layer) =>
    readdirSync(join(compiled, layer))
      .filter((f) => f.endsWith('.sql'))
      .sort()
      .map((f) => join(compiled, layer, f)),
  );
  const steps = files.map((file) => {
    const name = basename(file, '.sql');
    return { sql: readFileSync(file, 'utf8'), file: join(bare, `${name}.parquet`), view: `"main"."${name}"` };
  });
  const plan = join(bare, 'plan.json');
  writeFileSync(plan, JSON.stringify({ database: 'generated', fsync: true, steps }));
  return plan;
}

function results(measured: Readonly<Record<string, Measurement>>): readonly Result[] {
  const [bare, eider, dbt] = [
    measured.bare?.ms ?? Number.NaN,
    measured.eider?.ms ?? Number.NaN,
    measured.dbt?.ms ?? Number.NaN,
  ];
  return [
    timesFaster('times faster than dbt-duckdb', eider, dbt, 5),
    {
      what: 'more for each node than bare COPY and fsync',
      measured: `${seconds(eider)} against ${seconds(bare)}`,
      value: (eider - bare) / models,
      unit: 'ms',
      aim: { atMost: 3 },
    },
  ];
}
