import { afterAll, beforeAll, describe, it } from 'vitest';
import { testStore } from '../../packages/store/src/contract.ts';
import { createS3Store } from '../../packages/store/src/s3/bucket.ts';
import { startVersitygw, type Versitygw } from './versitygw.ts';

// Invariant: what holds of our own emulated server holds of a real one: the S3 store keeps the contract of all stores.

let server: Versitygw;
let stores = 0;

beforeAll(async () => {
  server = await startVersitygw();
});
afterAll(() => server.close());

describe('a store in a bucket of versitygw', () => {
  const fresh = () =>
    createS3Store('lake', `store ${++stores}/state`, {
      endpoint: server.endpoint,
      region: 'us-east-1',
      pathStyle: true,
      credentials: () => server.keys,
    });
  it.each(testStore(fresh))('$name', ({ run }) => run());
});
