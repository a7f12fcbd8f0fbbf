import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repository, runEider } from '../support/eider.ts';
import type { ProgramResult } from '../support/run-program.ts';
import { stored } from '../support/s3/objects.ts';
import { type S3Server, startS3Server, testKeys } from '../support/s3/s3-server.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { uncommentSecrets } from '../support/uncomment-secrets.ts';
import { findPeers } from './peers.ts';

// Invariant: what the template lakehouse holds in comments is all that MinIO needs: landing files and lake in buckets, keys from the environment, shown
// nowhere. Needs DuckDB's httpfs, which `setup.ts` places.

const home = temporaryFolder('bucket-template');
const project = join(home, 'shop');
let server: S3Server;

async function eider(words: readonly string[], cwd = project): Promise<ProgramResult> {
  const env = {
    HOME: findPeers().home,
    LAKE_ROOT: 's3://lake/shop',
    LANDING_ROOT: 's3://landing/today',
    MINIO_ENDPOINT: server.endpoint.slice('http://'.length),
    DBT_ENV_SECRET_MINIO_KEY: testKeys.accessKeyId,
    DBT_ENV_SECRET_MINIO_SECRET: testKeys.secretAccessKey,
  };
  return await runEider(words, { cwd, env });
}

beforeAll(async () => {
  server = await startS3Server(['lake', 'landing']);
  const landing = join(repository, 'templates/lakehouse/landing');
  for (const entry of readdirSync(landing, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const key = `today/${path.slice(landing.length + 1)}`;
    server.buckets.get('landing')?.objects.set(key, stored(readFileSync(path), {}, new Date()));
  }
  const made = await eider(['init', 'shop', '--template', 'lakehouse'], home);
  expect(made.exitCode, made.stderr).toBe(0);
  uncommentSecrets(join(project, 'profiles.yml'));
});
afterAll(async () => {
  await server.close();
  removeFolder(home);
});

test.each([
  ['dev', 'gold_dev'],
  ['prod', 'gold'],
])('the lakehouse builds green for %s from bucket to bucket', async (target, layer) => {
  const built = await eider(['build', '--target', target, '--debug']);
  expect(built.exitCode, built.stdout + built.stderr).toBe(0);
  expect(built.stdout).toMatch(/Done\. PASS=42 WARN=0 ERROR=0 SKIP=0/);
  expect(built.stdout + built.stderr).not.toContain(testKeys.secretAccessKey);
  const keys = [...(server.buckets.get('lake')?.objects.keys() ?? [])];
  expect(keys).toContain(`shop/${layer}/sales_by_day.parquet`);
  expect(readdirSync(project)).not.toContain('lake');
});
