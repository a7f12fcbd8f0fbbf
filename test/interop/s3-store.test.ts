import { afterAll, beforeAll, describe, it } from 'vitest';
import { testStore } from '../../packages/store/src/contract.ts';
import type { S3Access } from '../../packages/store/src/s3/access.ts';
import { createS3Store } from '../../packages/store/src/s3/bucket.ts';
import { type TestCertificates, testCertificates } from '../support/certificates.ts';
import { bucketCases } from '../support/s3/bucket-cases.ts';
import { startS3Server } from '../support/s3/s3-server.ts';
import type { BucketServer } from './bucket-lake.ts';
import { minioTimeout, startMinio } from './minio.ts';
import { startVersitygw } from './versitygw.ts';

// Invariant: what holds of our own emulated server holds of real ones, over http and over TLS with a private authority: the S3 store keeps the contract of all
// stores, and tells what is wrong.

type Start = (tls?: TestCertificates) => Promise<BucketServer & { close(): unknown }>;

const servers: Readonly<Record<string, Start>> = {
  'the server of the tests': (tls) => startS3Server(['lake'], tls === undefined ? {} : { tls }),
  versitygw: startVersitygw,
  MinIO: startMinio,
};

describe.each(Object.entries(servers))('a store in a bucket of %s', (_, start) => {
  describe.each(['http', 'TLS'])('over %s', (line) => {
    let server: Awaited<ReturnType<Start>>;
    let access: S3Access;
    let stores = 0;
    beforeAll(async () => {
      const tls = line === 'TLS' ? await testCertificates() : undefined;
      server = await start(tls);
      const { endpoint, keys } = server;
      const trust = tls === undefined ? {} : { ca: tls.ca };
      access = { ...{ endpoint, region: 'us-east-1', pathStyle: true, credentials: () => keys }, ...trust };
    }, minioTimeout);
    afterAll(() => server.close());

    it.each(testStore(() => createS3Store('lake', `store ${++stores}/state`, access)))('$name', ({ run }) => run());
    it.each(Object.entries(bucketCases))('%s', (__, run) => run(access));
  });
});
