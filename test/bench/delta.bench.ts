import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { findEnvironment } from '../interop/peers.ts';
import { type Bench, megabytes, type Result, seconds } from './bench.ts';
import { inTurns, type Measurement, measure } from './measure.ts';

/** Ten million rows of eight columns, sixteen files by id. */
const rows = 10_000_000;
const commits = 10_000;
const rounds = 3;

interface Took {
  /** Milliseconds. */
  readonly wall: number;
  readonly cpu: number;
}

interface Rivals {
  readonly ours: (...job: readonly string[]) => Promise<Measurement>;
  readonly theirs: (...job: readonly string[]) => Promise<Measurement>;
}

/** Each rival runs in a process of its own, and tells what the work itself took. */
function rivals(folder: string): Rivals {
  const python = findEnvironment('delta');
  const here = (file: string): string => join(import.meta.dirname, file);
  return {
    ours: (...job) => timed([process.execPath, here('delta-work.mjs'), folder, ...job]),
    theirs: (...job) => timed([python, here('delta_rival.py'), folder, ...job]),
  };
}

/** The times are what a job says of its work, in place of the whole process's; the peak is the process's. */
async function timed(command: readonly string[]): Promise<Measurement> {
  const run = await measure(command);
  const { cpu, wall } = JSON.parse(run.stdout === '' ? '{"wall":0,"cpu":0}' : run.stdout) as Took;
  return { ...run, ms: wall, processorMs: cpu };
}

/** Delta tables against deltalake and a bare COPY, by the clock; the time of processors, which other work on the machine moves less, is told beside it. */
export const delta: Bench = {
  name: 'Delta tables',
  async run(folder) {
    const { ours, theirs } = rivals(folder);
    await ours('log', String(commits));
    const replay = await inTurns(rounds, { ours: () => ours('replay'), theirs: () => theirs('replay') });
    const write = await inTurns(rounds, {
      bare: () => ours('copy', String(rows)),
      ours: () => ours('write', String(rows)),
      theirs: () => theirs('write'),
    });
    const results = [
      compared('times faster: replay of 10,000 commits, against deltalake', replay.theirs, replay.ours, 10),
      atMost('write of 10 million rows, against a bare COPY', write.ours, write.bare, 1.05),
      compared('times faster: write of 10 million rows, against write_deltalake', write.theirs, write.ours, 1.6),
    ];
    for (const [kind, what, aim] of [
      ['spread', 'keys spread over all files, by copy-on-write', 1.7],
      ['marked', 'keys spread over all files, with deletion vectors', 5],
      ['near', 'keys in one file', 10],
    ] as const)
      results.push(...(await merged(rivals(folder), kind, `merge of 100,000 rows, ${what}`, aim)));
    clean(folder, ['log', 'copy', 'ours', 'theirs', 'merged']);
    return results;
  },
};

/** What is merged is more than a processor's caches and DuckDB's buffers hold. Two and a half gigabytes, and as much for each rival's outcome. */
export const largeDelta: Bench = {
  name: 'Delta merge into 60 million rows',
  async run(folder) {
    const what = 'merge of 600,000 rows into 60 million, keys spread over all files, by copy-on-write';
    const results = await merged(rivals(folder), 'large', what, 1.7);
    clean(folder, ['merged']);
    return results;
  },
};

async function merged({ ours, theirs }: Rivals, kind: string, what: string, aim: number): Promise<readonly Result[]> {
  const merge = await inTurns(kind === 'large' ? 1 : rounds, {
    ours: () => ours('merge', kind),
    theirs: () => theirs('merge', kind),
  });
  return [
    compared(`times faster: ${what}, against deltalake`, merge.theirs, merge.ours, aim),
    { ...atMost('its peak memory', merge.ours, merge.theirs, 0.2), ...memory(merge.ours, merge.theirs) },
  ];
}

function clean(folder: string, names: readonly string[]): void {
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
}

function told(first: Measurement, second: Measurement): string {
  const each = ({ ms, processorMs }: Measurement): string => `${seconds(ms)} (${seconds(processorMs)} of processors)`;
  return `${each(first)} against ${each(second)}`;
}

function compared(what: string, slow: Measurement | undefined, quick: Measurement | undefined, aim: number): Result {
  if (slow === undefined || quick === undefined) throw new Error(`Nobody measured: ${what}.`);
  return {
    what,
    measured: told(quick, slow),
    value: slow.ms / quick.ms,
    unit: '×',
    aim: { atLeast: aim },
  };
}

function atMost(what: string, own: Measurement | undefined, other: Measurement | undefined, limit: number): Result {
  if (own === undefined || other === undefined) throw new Error(`Nobody measured: ${what}.`);
  return {
    what,
    measured: told(own, other),
    value: own.ms / other.ms,
    unit: '×',
    aim: { atMost: limit },
  };
}

function memory(own: Measurement | undefined, other: Measurement | undefined): Pick<Result, 'measured' | 'value'> {
  const [a, b] = [own?.peak ?? 0, other?.peak ?? 1];
  return { measured: `${megabytes(a)} against ${megabytes(b)}`, value: a / b };
}
