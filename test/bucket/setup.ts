import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findPeers } from '../interop/peers.ts';
import { startVersitygw } from '../interop/versitygw.ts';
import type { TestBucket } from '../support/into-bucket.ts';

/** Starts the server of `vitest.config.ts` and names it to the tests. */
export async function setup(): Promise<() => Promise<void>> {
  const { close, endpoint, folder, keys } = await startVersitygw();
  const extensions = join(findPeers().home, '.duckdb', 'extensions');
  const bucket: TestBucket = { endpoint: endpoint.slice('http://'.length), keys, folder, extensions };
  process.env.EIDER_TEST_BUCKET = JSON.stringify(bucket);
  // As the program sets it for itself.
  process.env.UV_THREADPOOL_SIZE = '64';
  return async () => {
    const isUsed = readdirSync(folder).length > 0;
    await close();
    if (!isUsed) throw new Error('No project was moved into the bucket.');
  };
}
