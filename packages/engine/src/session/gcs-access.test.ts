import type { Target } from '@eider/core';
import type { BucketUri } from '@eider/store';
import { expect, test } from 'vitest';
import { gcsAccessOf } from './gcs-access.ts';

const uri = (key: string): BucketUri => ({ scheme: 'gcs', bucket: 'lake', key, root: 'gs://lake' });
const accessTo = (secrets: Target['secrets'], key: string) =>
  gcsAccessOf({ secrets, settings: {} } as unknown as Target, {}, '/project')(uri(key));

test('the secret with the longest scope says it; its endpoint is as DuckDB has it', async () => {
  const secrets = [
    { type: 'gcs', bearer_token: 'one' },
    { type: 'gcs', bearer_token: 'two', scope: 'gs://lake/in', endpoint: '127.0.0.1:1', use_ssl: false },
  ];
  const [one, two] = [accessTo(secrets, 'a'), accessTo(secrets, 'in/a')];
  expect([one.endpoint, await one.credentials()]).toEqual([undefined, { token: 'one' }]);
  expect([two.endpoint, await two.credentials()]).toEqual(['http://127.0.0.1:1', { token: 'two' }]);
});

test('keys of the interface of S3 alone are refused for a lake, in words', async () => {
  const { credentials } = accessTo([{ type: 'gcs', key_id: 'k', secret: 's' }], 'a');
  await expect(async () => credentials()).rejects.toMatchObject({ hint: expect.stringContaining('keyfile') });
});
