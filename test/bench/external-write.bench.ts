import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eiderCommand } from '../support/eider.ts';
import { type Bench, megabytes, type Result, seconds } from './bench.ts';
import { inTurns, type Measurement, measure, median } from './measure.ts';

const query = (rows: number): string =>
  `select i as id, i % 1000 as customer, cast(i * 7 % 100000 as double) / 100 as amount, 'order ' || (i % 100000) as label from range(${rows}) as t(i)`;

/** Ten million rows, and so few that what is held is the program's own. */
const sizes = { large: 10_000_000, small: 10 } as const;
type Size = keyof typeof sizes;

/** One external model of ten million rows, against the same COPY in a process that holds nothing but DuckDB. */
export const externalWrite: Bench = {
  name: 'External write of 10 million rows',
  async run(folder) {
    const writes: Record<'bare' | 'eider', number[]> = { bare: [], eider: [] };
    const bare = async (size: Size): Promise<Measurement> => {
      const run = await measure([
        process.execPath,
        join(import.meta.dirname, 'bare-copy.mjs'),
        writePlan(folder, size),
      ]);
      if (size === 'large') writes.bare.push((JSON.parse(run.stdout) as { ms: number }).ms);
      return run;
    };
    const eider = async (size: Size): Promise<Measurement> => {
      const project = writeProject(folder, size);
      const run = await measure([...eiderCommand(), 'run', '--profiles-dir', project], { cwd: project });
      if (size === 'large') writes.eider.push(executionMs(project));
      return run;
    };
    const measured = await inTurns(5, {
      bare: () => bare('large'),
      eider: () => eider('large'),
      bareSmall: () => bare('small'),
      eiderSmall: () => eider('small'),
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
  const { bare, bareSmall, eider, eiderSmall } = measured;
  if (bare === undefined || eider === undefined || bareSmall === undefined || eiderSmall === undefined) return [];
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
      what: 'the same with ten rows: what the program takes itself',
      measured: against(megabytes(eiderSmall.peak), megabytes(bareSmall.peak)),
      value: eiderSmall.peak / bareSmall.peak,
      unit: '×',
    },
    {
      what: 'time of the whole command',
      measured: against(seconds(eider.ms), seconds(bare.ms)),
      value: eider.ms / bare.ms,
      unit: '×',
    },
  ];
}

function writePlan(folder: string, size: Size): string {
  const plan = join(folder, `${size}.json`);
  const steps = [{ sql: query(sizes[size]), file: join(folder, 'bare.parquet') }];
  writeFileSync(plan, JSON.stringify({ database: 'bench', fsync: true, steps }));
  return plan;
}

function writeProject(folder: string, size: Size): string {
  const project = join(folder, `one-${size}-model`);
  mkdirSync(join(project, 'models'), { recursive: true });
  writeFileSync(
    join(project, 'dbt_project.yml'),
    "name: bench\nversion: '1.0'\nprofile: bench\nmodels: {bench: {+materialized: external}}\n",
  );
  writeFileSync(
    join(project, 'profiles.yml'),
    'bench: {target: dev, outputs: {dev: {type: duckdb, path: bench.duckdb, external_root: lake}}}\n',
  );
  writeFileSync(join(project, 'models/orders.sql'), query(sizes[size]));
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
