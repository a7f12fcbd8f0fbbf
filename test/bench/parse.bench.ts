import { cpSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPeers } from '../interop/peers.ts';
import { eiderCommand } from '../support/eider.ts';
import { type Bench, megabytes, type Result, seconds } from './bench.ts';
import { generateProject } from './generate-project.ts';
import { inTurns, type Measurement, measure } from './measure.ts';

/** Projects that are parsed by both, with how many times faster it should be. */
const sizes = [
  { models: 500, cold: 10, warm: 8 },
  { models: 2000, cold: 15, warm: 13 },
];
const large = 10_000;
/** Files that changed just now are read again: a command after a pause finds them all known. */
const pauseMs = 4000;
const env = { DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' };

/**
 * Projects of 500 and 2,000 models against dbt-core: parsed with nothing known and again, one model compiled, all listed; and one of 10,000 alone.
 * Compared are processor times, the best of the rounds: what else the machine does changes these least.
 */
export const parse: Bench = {
  name: 'Large projects against dbt-core',
  async run(folder) {
    const results: Result[] = [];
    for (const { cold, models, warm } of sizes) {
      const [forDbt, forEider] = [join(folder, `dbt-${models}`), join(folder, `eider-${models}`)];
      generateProject(forEider, { models, materialized: 'table', rows: 10, threads: 2, tests: true });
      cpSync(forEider, forDbt, { recursive: true });
      const dbt = join(dirname(findPeers().dbtPython), 'dbt');
      const both = (words: readonly string[], before: (project: string) => void = () => undefined) =>
        best({
          eider: () => run(forEider, [...eiderCommand(), ...words], before),
          dbt: () => run(forDbt, [dbt, ...words], before),
        });
      const parsed = await both(['parse', '--quiet'], forget);
      results.push(compared(`${models} models: parse, cold`, parsed, cold));
      await sleep(pauseMs);
      await run(forEider, [...eiderCommand(), 'parse', '--quiet']);
      results.push(compared(`${models} models: parse, warm`, await both(['parse', '--quiet']), warm));
      const one = ['compile', '--quiet', '--select', 'gold_0001'];
      results.push(compared(`${models} models: compile one, warm`, await both(one), warm));
      results.push(compared(`${models} models: ls, warm`, await both(['ls', '--quiet']), warm));
    }
    return [...results, ...(await largeProject(join(folder, 'large')))];
  },
};

/** The best of several rounds. */
function best(rivals: Parameters<typeof inTurns>[1]): ReturnType<typeof inTurns> {
  return inTurns(3, rivals, (numbers) => Math.min(...numbers));
}

async function largeProject(folder: string): Promise<readonly Result[]> {
  generateProject(folder, { models: large, materialized: 'table', rows: 10, threads: 2, tests: true });
  const { eider } = await best({ eider: () => run(folder, [...eiderCommand(), 'parse', '--quiet'], forget) });
  const { ms = Number.NaN, peak = Number.NaN, processorMs = Number.NaN } = eider ?? {};
  const measured = `${seconds(processorMs)} of processors, ${seconds(ms)} on the clock`;
  return [
    { what: `${large} models: parse, cold`, measured, value: processorMs, unit: 'ms', aim: { atMost: 10_000 } },
    {
      what: `${large} models: peak memory against a gigabyte`,
      measured: megabytes(peak),
      value: peak / 1e9,
      unit: '×',
      aim: { atMost: 1 },
    },
  ];
}

/** Takes away what a command before left. */
function forget(project: string): void {
  rmSync(join(project, 'target'), { recursive: true, force: true });
}

function run(
  project: string,
  command: readonly string[],
  before: (project: string) => void = () => undefined,
): Promise<Measurement> {
  before(project);
  return measure([...command, '--profiles-dir', '.'], { cwd: project, env });
}

function compared(what: string, measured: Readonly<Record<string, Measurement>>, atLeast: number): Result {
  const timesOf = (name: string) => measured[name] ?? { ms: Number.NaN, processorMs: Number.NaN };
  const [ours, theirs] = [timesOf('eider'), timesOf('dbt')];
  const clock = `${seconds(ours.ms)} against ${seconds(theirs.ms)} on the clock`;
  const against = `${seconds(ours.processorMs)} against ${seconds(theirs.processorMs)} of processors, ${clock}`;
  return { what, measured: against, value: theirs.processorMs / ours.processorMs, unit: '×', aim: { atLeast } };
}
