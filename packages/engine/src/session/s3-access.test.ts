import type { Target } from '@eider/core';
import { describe, expect, test } from 'vitest';
import { s3AccessOf } from './s3-access.ts';

const env = { AWS_ACCESS_KEY_ID: 'env-id', AWS_SECRET_ACCESS_KEY: 'env-secret', AWS_REGION: 'eu-north-1' };
const access = async (target: Partial<Target>, uri: string, environment: Record<string, string> = env) => {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
  const { caSetting, credentials, ...rest } = s3AccessOf(
    { secrets: [], settings: {}, ...target } as unknown as Target,
    environment,
    '/project',
  )(bucket, key);
  expect(caSetting).toContain('ca_cert_file');
  return { ...rest, keys: await credentials() };
};

describe('how a bucket is reached', () => {
  const minio = {
    type: 's3',
    key_id: 'minio',
    secret: 'hush',
    endpoint: 'nas:9000',
    url_style: 'path',
    use_ssl: false,
    region: 'home',
  };
  test('by the secret of the profile', async () => {
    expect(await access({ secrets: [minio] }, 's3://lake/a')).toEqual({
      endpoint: 'http://nas:9000',
      region: 'home',
      pathStyle: true,
      keys: { accessKeyId: 'minio', secretAccessKey: 'hush' },
    });
  });
  test('by the secret with the longest scope', async () => {
    const secrets = [
      { ...minio, scope: 's3://lake' },
      { type: 's3', key_id: 'inner', secret: 'x', session_token: 't', scope: ['s3://other', 's3://lake/inner'] },
      { type: 'gcs', key_id: 'no', secret: 'no' },
    ];
    expect((await access({ secrets }, 's3://lake/a')).keys).toMatchObject({ accessKeyId: 'minio' });
    expect(await access({ secrets }, 's3://lake/inner/a')).toEqual({
      region: 'us-east-1',
      pathStyle: false,
      keys: { accessKeyId: 'inner', secretAccessKey: 'x', sessionToken: 't' },
    });
    expect((await access({ secrets }, 's3://third/a')).keys).toMatchObject({ accessKeyId: 'env-id' });
  });
  test('a credential chain takes its keys from the environment', async () => {
    const secrets = [{ type: 's3', provider: 'credential_chain', region: 'us-west-2' }];
    expect(await access({ secrets }, 's3://lake/a')).toMatchObject({
      region: 'us-west-2',
      keys: { accessKeyId: 'env-id' },
    });
  });
  test('by settings, by the environment, or without keys', async () => {
    const settings = {
      s3_endpoint: 'nas:9000',
      s3_access_key_id: 'a',
      s3_secret_access_key: 'b',
      s3_use_ssl: 'false',
      threads: 2,
    };
    expect(await access({ settings }, 's3://lake/a')).toMatchObject({
      endpoint: 'http://nas:9000',
      keys: { accessKeyId: 'a' },
    });
    expect(await access({ settings: { s3_region: 'r' } }, 's3://lake/a')).toMatchObject({
      region: 'r',
      keys: { accessKeyId: 'env-id' },
    });
    expect(await access({}, 's3://lake/a')).toMatchObject({ region: 'eu-north-1', pathStyle: false });
    expect((await access({}, 's3://lake/a', { AWS_EC2_METADATA_DISABLED: 'true' })).keys).toBeNull();
  });
});
