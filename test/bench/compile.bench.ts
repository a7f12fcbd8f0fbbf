import { cpSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findPeers } from '../interop/peers.ts';
import { eiderCommand } from '../support/eider.ts';
import { type Bench, timesFaster } from './bench.ts';
import { generateProject } from './generate-project.ts';
import { inTurns, type Measurement, measure } from './measure.ts';

const models = 500;

/** Parse and compile of five hundred models with nothing cached, against dbt-core. */
export const compile: Bench = {
  name: `Parse and compile of ${models} models, cold`,
  async run(folder) {
    const [forDbt, forEider] = [join(folder, 'dbt'), join(folder, 'eider')];
    generateProject(forEider, { models, materialized: 'table', rows: 10, threads: 2, tests: true });
    cpSync(forEider, forDbt, { recursive: true });
    const dbt = join(dirname(findPeers().dbtPython), 'dbt');
    const measured = await inTurns(3, {
      eider: () => cold(forEider, [...eiderCommand(), 'compile', '--quiet', '--profiles-dir', forEider]),
      dbt: () => cold(forDbt, [dbt, 'compile', '--quiet', '--profiles-dir', forDbt]),
    });
    const [ours, theirs] = [measured.eider?.ms ?? Number.NaN, measured.dbt?.ms ?? Number.NaN];
    return [timesFaster('times faster than dbt-core', ours, theirs, 10)];
  },
};

function cold(project: string, command: readonly string[]): Promise<Measurement> {
  for (const name of ['target', 'generated.duckdb']) rmSync(join(project, name), { recursive: true, force: true });
  return measure(command, { cwd: project, env: { DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' } });
}
