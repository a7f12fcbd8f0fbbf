import { afterAll, beforeAll, test } from 'vitest';
import { passingFaults } from '../support/s3/passing-faults.ts';
import { type S3Server, startS3Server } from '../support/s3/s3-server.ts';
import { runSequences } from '../support/sequences/random-sequences.ts';
import { stopHeartbeats } from '../support/stop-heartbeats.ts';
import { bucketFixture, bucketRemote } from './bucket-lake.ts';

// Invariant: as of a lake on a disk (packages/engine/src/lake/sequences.test.ts), of one in a bucket of the emulated server, of whose requests
// every twentieth fails or is not answered. EIDER_SEQUENCES: how many (3
// where absent).

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server(['lake'], { fault: passingFaults(Number(process.env.EIDER_SEED ?? 9), 0.05) });
});
afterAll(() => server.close());
stopHeartbeats();

test('readers see what the ledger says, whatever several hosts do', { timeout: 24 * 3_600_000 }, async () => {
  await runSequences(Number(process.env.EIDER_SEQUENCES ?? 3), (more) =>
    bucketFixture(server, { remote: bucketRemote(server, { waits: [5, 5, 5] }), ...more }),
  );
});
