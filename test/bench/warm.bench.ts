import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { install } from '../canary/installation.ts';
import { findPeers } from '../interop/peers.ts';
import { type Bench, type Result, seconds, timesFaster } from './bench.ts';
import { generateProject } from './generate-project.ts';
import { inTurns, type Measurement, measure } from './measure.ts';

const models = 500;
/** Files that changed just now are read again: a command after a pause finds them all known. */
const pauseMs = 4000;

/**
 * Commands on a project that a command before has parsed, where nothing changed since: eider as it is installed (packed, its modules put together),
 * against dbt-core with its partial parse.
 */
export const warm: Bench = {
  name: `Commands on ${models} models, warm`,
  async run(folder) {
    const [forDbt, forEider] = [join(folder, 'dbt'), join(folder, 'eider')];
    generateProject(forEider, { models, materialized: 'table', rows: 10, threads: 2, tests: true });
    cpSync(forEider, forDbt, { recursive: true });
    mkdirSync(join(folder, 'installed'));
    const { packages } = await install(join(folder, 'installed'));
    const eider = [process.execPath, join(packages.cli ?? '', 'bin/eider.cjs')];
    const dbt = join(dirname(findPeers().dbtPython), 'dbt');
    const results: Result[] = [];
    for (const command of ['ls', 'parse', 'compile']) {
      const words = [command, '--quiet', '--profiles-dir', '.'];
      const run = {
        eider: () => inProject(forEider, [...eider, ...words]),
        dbt: () => inProject(forDbt, [dbt, ...words]),
      };
      await run.eider();
      await run.dbt();
      await sleep(pauseMs);
      await run.eider();
      const measured = await inTurns(5, run);
      results.push(...compared(command, measured.eider?.ms ?? Number.NaN, measured.dbt?.ms ?? Number.NaN));
    }
    return results;
  },
};

function compared(command: string, ours: number, theirs: number): readonly Result[] {
  return [
    { what: `\`${command}\``, measured: seconds(ours), value: ours, unit: 'ms', aim: { atMost: 300 } },
    timesFaster(`\`${command}\`, times faster than dbt-core`, ours, theirs),
  ];
}

function inProject(project: string, command: readonly string[]): Promise<Measurement> {
  return measure(command, { cwd: project, env: { DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' } });
}
