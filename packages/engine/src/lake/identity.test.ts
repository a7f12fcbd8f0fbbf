import { openStore } from '@eider/store';
import { afterEach, expect, test } from 'vitest';
import { type S3Server, startS3Server, testKeys } from '../../../../test/support/s3/s3-server.ts';
import { takeIdentity } from './identity.ts';

// Invariant: a state is only put where one of two builds can win.

let server: S3Server;
afterEach(() => server.close());

const take = async () => {
  const s3 = () => ({
    ...{ region: testKeys.region, endpoint: server.endpoint, pathStyle: true },
    credentials: () => testKeys,
  });
  return takeIdentity(await openStore('s3://lake/state', { s3 }), 'shop', 'id');
};

test('a server that keeps conditions is asked once', async () => {
  server = await startS3Server(['lake']);
  expect(await take()).toMatchObject({ project: 'shop' });
  const calls = server.calls.length;
  await take();
  expect(server.calls.slice(calls).map(({ method }) => method)).toEqual(['GET']);
});

test.each(['ignored', 'refused'] as const)(
  'a server by which they are %s is refused, and nothing stays',
  async (conditions) => {
    server = await startS3Server(['lake'], { conditions });
    await expect(take()).rejects.toMatchObject({
      code: 'store/unsupported',
      message: expect.stringContaining('s3://lake/state'),
      hint: expect.stringContaining('newer version'),
    });
    expect([...(server.buckets.get('lake')?.objects.keys() ?? [])]).toEqual([]);
  },
);
