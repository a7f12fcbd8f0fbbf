import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { runEider } from '../support/eider.ts';
import type { ProgramResult } from '../support/run-program.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { uncommentSecrets } from '../support/uncomment-secrets.ts';
import { alike, askPeer, withVectors as readers } from './delta-peers.ts';
import { findPeers } from './peers.ts';
import { startVersitygw, type Versitygw } from './versitygw.ts';

// Invariant: Delta tables in a bucket are landed, merged, put together, restored and read by other engines as those on a disk.

const home = temporaryFolder('delta-bucket');
let server: Versitygw;

beforeAll(async () => {
  server = await startVersitygw();
});
afterAll(() => {
  server.close();
  removeFolder(home);
});

/** A project of the template, with its lake and its landing below a root. */
async function makeProject(
  name: string,
  root: string,
): Promise<(...words: readonly string[]) => Promise<ProgramResult>> {
  const env = {
    HOME: findPeers().home,
    LAKE_ROOT: `${root}/lake`,
    LANDING_ROOT: `${root}/landing`,
    MINIO_ENDPOINT: server.endpoint.slice('http://'.length),
    DBT_ENV_SECRET_MINIO_KEY: server.keys.accessKeyId,
    DBT_ENV_SECRET_MINIO_SECRET: server.keys.secretAccessKey,
  };
  const run = async (cwd: string, words: readonly string[]): Promise<ProgramResult> => {
    const ran = await runEider(words, { cwd, env });
    expect(ran.exitCode, `${words.join(' ')}\n${ran.stdout}${ran.stderr}`).toBe(0);
    expect(ran.stdout + ran.stderr).not.toContain(server.keys.secretAccessKey);
    return ran;
  };
  await run(home, ['init', name, '--template', 'delta']);
  uncommentSecrets(join(home, name, 'profiles.yml'));
  return (...words) => run(join(home, name), words);
}

test('a lake of Delta tables grows in a bucket as it does on a disk', { timeout: 300_000 }, async () => {
  const storage = {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_ACCESS_KEY_ID: server.keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.keys.secretAccessKey,
    AWS_REGION: 'us-east-1',
    AWS_ALLOW_HTTP: 'true',
  };
  const onDisk = await makeProject('disk', join(home, 'root'));
  const inBucket = await makeProject('bucket', 's3://lake/root');
  const table = (name: string): string => `s3://lake/root/lake/dev/${name}`;
  for (const eider of [onDisk, inBucket]) {
    for (const day of ['2026-10-03', '2026-10-04']) {
      await eider('land', 'landing.trips', `landing/incoming/${day}.csv`);
      expect((await eider('land', 'landing.trips', `landing/incoming/${day}.csv`)).stdout).toContain('nothing to do');
      await eider('build');
    }
    await eider('optimize', 'raw_trips');
    // Whoever else writes to the tables is gone on from.
    if (eider === inBucket) await askPeer({ action: 'do', table: table('trips'), kind: 'compact', storage });
    await eider('restore', 'trips', '--to-commit', '1');
    await eider('build');
    await eider('vacuum');
  }
  const tables: Record<string, readonly string[]> = {};
  for (const name of ['raw_trips', 'trips', 'trips_by_day']) {
    const expected = join(home, `${name}.parquet`);
    const rows = `COPY (SELECT COLUMNS(*)::VARCHAR FROM main.${name}) TO '${expected}' (FORMAT parquet)`;
    await ask(join(home, 'disk/catalog/dev.duckdb'), rows);
    tables[name] = [table(name), expected];
  }
  const same = alike(readers);
  expect(await askPeer({ action: 'read-all', tables, readers, storage })).toEqual({
    raw_trips: same,
    trips: same,
    trips_by_day: same,
  });
});
