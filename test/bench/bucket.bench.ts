import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findPeers } from '../interop/peers.ts';
import { startVersitygw, type Versitygw } from '../interop/versitygw.ts';
import { eiderCommand } from '../support/eider.ts';
import { type Bench, type Result, timesFaster } from './bench.ts';
import { generateProject } from './generate-project.ts';
import { inTurns, type Measurement, measure } from './measure.ts';
import { openSlowLine, type Passed, type SlowLine } from './slow-line.ts';

const models = 200;
const latency = 20;
const rounds = 2;

/** Two hundred external models in a bucket behind a line that makes each request 20 ms later: the first build of a clone. */
export const bucket: Bench = {
  name: `A lake of ${models} models in a bucket, ${latency} ms away`,
  async run(folder) {
    const server = await startVersitygw(undefined, undefined, true);
    const line = await openSlowLine(server.endpoint, latency);
    try {
      return await compared(folder, server, line);
    } finally {
      line.close();
      await server.close();
    }
  },
};

async function compared(folder: string, server: Versitygw, line: SlowLine): Promise<readonly Result[]> {
  const [forEider, forDbt] = [join(folder, 'eider'), join(folder, 'dbt')] as const;
  generateProject(forEider, { models, materialized: 'external', rows: 1000, threads: 4, tests: false });
  cpSync(forEider, forDbt, { recursive: true });
  const { dbtPython, home } = findPeers();
  const env = { HOME: home, EIDER_CACHE_DIR: join(folder, 'copies'), DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' };
  let round = 0;
  let byEider: readonly Passed[] = [];
  let byDbt: readonly Passed[] = [];
  // A root of its own for each round: nobody finds what the round before left.
  const fresh = async (project: string, command: readonly string[]): Promise<Measurement> => {
    for (const name of ['target', 'catalog', 'generated.duckdb', 'generated.duckdb.wal'])
      rmSync(join(project, name), { recursive: true, force: true });
    writeFileSync(join(project, 'profiles.yml'), profile(line.address, server, `s3://lake/${++round}`));
    line.passed();
    return await measure([...command, 'run', '--profiles-dir', project], { cwd: project, env });
  };
  const measured = await inTurns(rounds, {
    eider: async () => {
      const done = await fresh(forEider, eiderCommand());
      byEider = line.passed();
      return done;
    },
    dbt: async () => {
      const done = await fresh(forDbt, [join(dirname(dbtPython), 'dbt')]);
      byDbt = line.passed();
      return done;
    },
  });
  return results(measured, byEider, byDbt);
}

function profile(address: string, { keys }: Versitygw, root: string): string {
  const secret = {
    ...{ type: 's3', key_id: keys.accessKeyId, secret: keys.secretAccessKey, endpoint: address },
    ...{ url_style: 'path', use_ssl: false, region: 'us-east-1' },
  };
  const target = {
    ...{ type: 'duckdb', path: 'generated.duckdb', threads: 4, external_root: root },
    ...{ extensions: ['httpfs'], secrets: [secret] },
  };
  return JSON.stringify({ generated: { target: 'dev', outputs: { dev: target } } });
}

/** Bytes of models' rows that came back over the line. */
function fetched(passed: readonly Passed[]): number {
  const rows = passed.filter(
    ({ method, path, status }) => method === 'GET' && status < 300 && path.endsWith('.parquet'),
  );
  return rows.reduce((sum, { received }) => sum + received, 0);
}

function results(
  measured: Readonly<Record<string, Measurement>>,
  byEider: readonly Passed[],
  byDbt: readonly Passed[],
): readonly Result[] {
  const [eider, dbt] = [measured.eider?.ms ?? Number.NaN, measured.dbt?.ms ?? Number.NaN];
  const [own, theirs] = [measured.eider?.processorMs ?? Number.NaN, measured.dbt?.processorMs ?? Number.NaN];
  return [
    timesFaster('times faster than dbt-duckdb', eider, dbt, 5),
    timesFaster('less time of processors than dbt-duckdb', own, theirs),
    {
      what: 'requests',
      measured: `${byEider.length}, aliases, journal and catalog included, against ${byDbt.length}`,
      value: byEider.length / byDbt.length,
      unit: '×',
    },
    {
      what: 'bytes of rows fetched that were written in the same build',
      measured: `${fetched(byEider)} against ${fetched(byDbt)}`,
      value: fetched(byEider),
      unit: 'bytes',
      aim: { atMost: 0 },
    },
  ];
}
