import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { testStore } from '../../packages/store/src/contract.ts';
import { createS3Store } from '../../packages/store/src/s3.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { findVersitygw } from './peers.ts';

// Invariant: what holds of our own emulated server holds of a real one: the S3 store keeps the contract of all stores.

const keys = { accessKeyId: 'tester', secretAccessKey: 'tester-secret' };
const folder = temporaryFolder('versitygw');
const port = 20_000 + (process.pid % 20_000);
let server: ChildProcess;
let stores = 0;

beforeAll(async () => {
  const program = findVersitygw();
  mkdirSync(join(folder, 'lake'));
  server = spawn(program, ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', folder], {
    stdio: 'ignore',
    env: { ...process.env, ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey },
  });
  for (let turn = 0; turn < 100; turn++) {
    if (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)) return;
    await wait(100);
  }
  throw new Error(`versitygw did not answer on port ${port}`);
});
afterAll(() => {
  server?.kill();
  removeFolder(folder);
});

describe('a store in a bucket of versitygw', () => {
  const fresh = () =>
    createS3Store('lake', `store ${++stores}/state`, {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      pathStyle: true,
      credentials: () => keys,
    });
  it.each(testStore(fresh))('$name', ({ run }) => run());
});
