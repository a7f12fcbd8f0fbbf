import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eiderCommand } from '../support/eider.ts';
import { type Bench, megabytes, type Result, seconds } from './bench.ts';
import { inTurns, type Measurement, measure, median } from './measure.ts';

const rows = 10_000_000;
const query = `select i as id, i % 1000 as customer, cast(i * 7 % 100000 as double) / 100 as amount, 'order ' || (i % 100000) as label from range(${rows}) as t(i)`;

/** One external model of ten million rows, against the same COPY in a process that holds nothing but DuckDB. */
export const externalWrite: Bench = {
  name: 'External write of 10 million rows',
  async run(folder) {
    const project = writeProject(folder);
    const plan = join(folder, 'plan.json');
    writeFileSync(
      plan,
      JSON.stringify({ database: 'bench', fsync: true, steps: [{ sql: query, file: join(folder, 'bare.parquet') }] }),
    );
    const writes: Record<'bare' | 'eider', number[]> = { bare: [], eider: [] };
    const measured = await inTurns(5, {
      bare: async () => {
        const run = await measure([process.execPath, join(import.meta.dirname, 'bare-copy.mjs'), plan]);
        writes.bare.push((JSON.parse(run.stdout) as { ms: number }).ms);
        return run;
      },
      eider: async () => {
        const run = await measure([...eiderCommand(), 'run', '--profiles-dir', project], { cwd: project });
        writes.eider.push(executionMs(project));
        return run;
      },
    });
    rmSync(join(folder, 'bare.parquet'));
    return results(measured, median(writes.bare), median(writes.eider));
  },
};

function results(
  measured: Readonly<Record<string, Measurement>>,
  bareWrite: number,
  eiderWrite: number,
): readonly Result[] {
  const [bare, eider] = [measured.bare, measured.eider];
  if (bare === undefined || eider === undefined) return [];
  const against = (a: string, b: string): string => `${a} against ${b}`;
  return [
    {
      what: 'time of the write',
      measured: against(seconds(eiderWrite), seconds(bareWrite)),
      value: eiderWrite / bareWrite,
      unit: '×',
      aim: { atMost: 1.05 },
    },
    {
      what: 'peak memory of the process',
      measured: against(megabytes(eider.peak), megabytes(bare.peak)),
      value: eider.peak / bare.peak,
      unit: '×',
      aim: { atMost: 1.2 },
    },
    {
      what: 'time of the whole command',
      measured: against(seconds(eider.ms), seconds(bare.ms)),
      value: eider.ms / bare.ms,
      unit: '×',
    },
  ];
}

function writeProject(folder: string): string {
  const project = join(folder, 'one-big-model');
  mkdirSync(join(project, 'models'), { recursive: true });
  writeFileSync(
    join(project, 'dbt_project.yml'),
    "name: bench\nversion: '1.0'\nprofile: bench\nmodels: {bench: {+materialized: external}}\n",
  );
  writeFileSync(
    join(project, 'profiles.yml'),
    'bench: {target: dev, outputs: {dev: {type: duckdb, path: bench.duckdb, external_root: lake}}}\n',
  );
  writeFileSync(join(project, 'models/orders.sql'), query);
  return project;
}

/** The node's own time, as the run's results tell it. */
function executionMs(project: string): number {
  interface RunResults {
    readonly results: readonly { readonly execution_time: number }[];
  }
  const { results: nodes } = JSON.parse(readFileSync(join(project, 'target/run_results.json'), 'utf8')) as RunResults;
  return (nodes[0]?.execution_time ?? Number.NaN) * 1000;
}
