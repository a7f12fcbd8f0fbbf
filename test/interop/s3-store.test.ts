import dns from 'node:dns';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testStore } from '../../packages/store/src/contract.ts';
import type { S3Access } from '../../packages/store/src/s3/access.ts';
import { createS3Store } from '../../packages/store/src/s3/bucket.ts';
import { type TestCertificates, testCertificates } from '../support/certificates.ts';
import { bucketCases } from '../support/s3/bucket-cases.ts';
import { startS3Server } from '../support/s3/s3-server.ts';
import type { BucketServer } from './bucket-lake.ts';
import { minioTimeout, startMinio } from './minio.ts';
import { findPeers } from './peers.ts';
import { startVersitygw } from './versitygw.ts';

// Invariant: what holds of our own emulated server holds of real ones, over http and over TLS with a private authority: the S3 store keeps the contract of all
// stores, and tells what is wrong.

type Start = (tls?: TestCertificates, domain?: string) => Promise<BucketServer & { close(): unknown }>;

const servers: Readonly<Record<string, Start>> = {
  'the server of the tests': (tls, domain) => startS3Server(['lake'], { domain, ...(tls && { tls }) }),
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

  describe('by the name of a host', () => {
    let server: Awaited<ReturnType<Start>>;
    let access: S3Access;
    let stores = 0;
    const { lookup } = dns;
    beforeAll(async () => {
      server = await start(undefined, 'localhost');
      const { endpoint, keys } = server;
      const named = endpoint.replace('127.0.0.1', 'localhost');
      access = { endpoint: named, region: 'us-east-1', pathStyle: false, credentials: () => keys };
      // Most machines find these names, and DuckDB's curl does; some resolvers do not.
      dns.lookup = ((name: string, ...more: unknown[]) =>
        Reflect.apply(lookup, dns, [name.endsWith('.localhost') ? '127.0.0.1' : name, ...more])) as typeof lookup;
    }, minioTimeout);
    afterAll(() => {
      dns.lookup = lookup;
      return server.close();
    });

    it.each(testStore(() => createS3Store('lake', `store ${++stores}/state`, access)))('$name', ({ run }) => run());
    it.each(Object.entries(bucketCases))('%s', (__, run) => run(access));

    it('serves DuckDB too', async () => {
      const instance = await DuckDBInstance.create(':memory:', {
        extension_directory: join(findPeers().home, '.duckdb', 'extensions'),
      });
      const connection = await instance.connect();
      const { accessKeyId, secretAccessKey } = server.keys;
      const address = access.endpoint?.slice('http://'.length);
      await connection.run(
        `LOAD httpfs; CREATE SECRET (TYPE s3, KEY_ID '${accessKeyId}', SECRET '${secretAccessKey}', ENDPOINT '${address}', URL_STYLE 'vhost', USE_SSL false, REGION 'us-east-1')`,
      );
      await connection.run("COPY (SELECT 42 AS n) TO 's3://lake/by host/n.parquet'");
      const { bytes = 0 } = (await createS3Store('lake', 'by host', access).stat('n.parquet')) ?? {};
      expect(bytes).toBeGreaterThan(100);
      const found = await connection.runAndReadAll("SELECT n FROM 's3://lake/by host/*.parquet'");
      expect(found.getRows()).toEqual([[42]]);
      connection.closeSync();
      instance.closeSync();
    });
  });
});
