import { join } from 'node:path';
import type { LakeOptions } from '../../packages/engine/src/lake/lake.ts';
import { bindBuckets } from '../../packages/engine/src/session/bind-buckets.ts';
import type { S3Access } from '../../packages/store/src/index.ts';
import { handTarget } from '../support/hand-compiler.ts';
import { type LakeFixture, lakeFixture } from '../support/lake-fixture.ts';
import { findPeers } from './peers.ts';

/** A server of buckets, with a bucket `lake`. */
export interface BucketServer {
  readonly endpoint: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What DuckDB needs for a server's buckets, as a profile says it. */
export function bucketTarget({ endpoint, keys }: BucketServer): typeof handTarget {
  const secret = {
    type: 's3',
    key_id: keys.accessKeyId,
    secret: keys.secretAccessKey,
    endpoint: endpoint.slice('http://'.length),
    url_style: 'path',
    use_ssl: false,
    region: 'us-east-1',
  };
  return {
    ...handTarget,
    extensions: [{ name: 'httpfs' }],
    configOptions: { extension_directory: join(findPeers().home, '.duckdb', 'extensions') },
    secrets: [secret],
  };
}

/** How a lake reaches a server's buckets. */
export function bucketRemote(server: BucketServer, more: Partial<S3Access> = {}): NonNullable<LakeOptions['remote']> {
  const { endpoint, keys } = server;
  const access: S3Access = { endpoint, region: 'us-east-1', pathStyle: true, credentials: () => keys, ...more };
  const target = bucketTarget(server);
  return {
    buckets: { s3: () => access },
    config: { extension_directory: String(target.configOptions.extension_directory) },
    prepare: (connection) => bindBuckets(connection, target, '/'),
  };
}

let count = 0;

/** A lake that lies wholly in a bucket: state, generations and locations below `s3://lake/<n>`. */
export async function bucketFixture(server: BucketServer, more: Partial<LakeOptions> = {}): Promise<LakeFixture> {
  const state = `s3://lake/${++count}/_eider/shop/dev-main`;
  return await lakeFixture({ state, remote: bucketRemote(server), ...more }, bucketTarget(server));
}
