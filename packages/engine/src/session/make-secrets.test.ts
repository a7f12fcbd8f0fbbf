import { setImmediate as turn } from 'node:timers/promises';
import type { Target } from '@eider/core';
import type { S3Credentials } from '@eider/store';
import { afterEach, expect, test, vi } from 'vitest';
import { keepSecrets, makeSecret } from './make-secrets.ts';
import type { Connection } from './session.ts';

let keys: S3Credentials;
const tokens: { give: { token: string; expires: Date } | undefined; asked: unknown[] } = vi.hoisted(() => ({
  give: undefined,
  asked: [],
}));
vi.mock('@eider/store', async (original) => ({
  ...(await original<typeof import('@eider/store')>()),
  environmentAccess: () => ({ region: 'home', pathStyle: false, credentials: async () => keys }),
  gcsAccess: ({ keyFile }: { keyFile?: string }) => ({
    credentials: async () => {
      tokens.asked.push(keyFile);
      return tokens.give;
    },
  }),
}));
afterEach(() => vi.useRealTimers());

function give(id: string, minutes: number): void {
  const expires = new Date(Date.now() + minutes * 60_000);
  keys = { accessKeyId: id, secretAccessKey: 's', sessionToken: `of ${id}`, expires };
}

test("DuckDB's secrets are made anew before their keys expire, as long as the session lasts", async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const made: string[] = [];
  const connection = { query: async (sql: string) => void made.push(sql) } as unknown as Connection;
  const secret = { type: 's3', provider: 'credential_chain', name: 'lake', scope: 's3://lake' };
  const target = { secrets: [secret], extensions: [], settings: {} } as unknown as Target;
  give('first', 15);
  const stop = await keepSecrets(connection, target, '/project');
  expect(made).toEqual([
    "CREATE OR REPLACE SECRET lake (region 'home', type s3, scope 's3://lake', key_id 'first', secret 's', session_token 'of first')",
  ]);
  // Five minutes before the end of the first, and not before.
  await vi.advanceTimersByTimeAsync(9 * 60_000);
  expect(made).toHaveLength(1);
  give('second', 30);
  await vi.advanceTimersByTimeAsync(61_000);
  while (made.length < 2) await turn();
  expect(made[1]).toContain("key_id 'second'");
  stop();
  give('third', 30);
  await vi.advanceTimersByTimeAsync(24 * 3600_000);
  expect(made).toHaveLength(2);
});

test('a secret of S3 has a region, and an endpoint as DuckDB takes it', async () => {
  const made: string[] = [];
  const connection = { query: async (sql: string) => void made.push(sql) } as unknown as Connection;
  const keys = { key_id: 'k', secret: 's' };
  const secrets = [
    { type: 's3', name: 'amazon', ...keys },
    { type: 's3', name: 'own', ...keys, region: 'home', endpoint: 'minio:9000', use_ssl: false },
    { type: 'S3', name: 'pasted', ...keys, region: '', endpoint: 'http://minio:9000/', use_ssl: true },
    { type: 'r2', name: 'other', ...keys, account_id: 'a' },
  ];
  const target = { secrets, extensions: [], settings: {} } as unknown as Target;
  for (const index of secrets.keys()) await makeSecret(connection, target, index, '/project');
  expect(made.map((sql) => sql.replace('CREATE OR REPLACE SECRET ', ''))).toEqual([
    "amazon (type s3, key_id 'k', secret 's', region 'us-east-1')",
    "own (type s3, key_id 'k', secret 's', region 'home', endpoint 'minio:9000', use_ssl 'false')",
    "pasted (type S3, key_id 'k', secret 's', region 'us-east-1', endpoint 'minio:9000', use_ssl 'false')",
    "other (type r2, key_id 'k', secret 's', account_id 'a')",
  ]);
});

test('a secret of Google with a key file gets a token, one with HMAC keys is as it was', async () => {
  const made: string[] = [];
  const connection = { query: async (sql: string) => void made.push(sql) } as unknown as Connection;
  const secrets = [
    { type: 'gcs', name: 'hmac', key_id: 'k', secret: 's' },
    { type: 'gcs', name: 'fixed', bearer_token: 't' },
    { type: 'gcs', name: 'signed', keyfile: 'none.json', scope: 'gs://lake' },
  ];
  const target = { secrets, extensions: [], settings: {} } as unknown as Target;
  expect(await makeSecret(connection, target, 0, '/project')).toBeUndefined();
  expect(await makeSecret(connection, target, 1, '/project')).toBeUndefined();
  expect(made).toEqual([
    "CREATE OR REPLACE SECRET hmac (type gcs, key_id 'k', secret 's')",
    "CREATE OR REPLACE SECRET fixed (type gcs, bearer_token 't')",
  ]);
  tokens.give = { token: 'fresh', expires: new Date(Date.now() + 3600_000) };
  expect(await makeSecret(connection, target, 2, '/project')).toBe(tokens.give.expires);
  expect(made[2]).toBe("CREATE OR REPLACE SECRET signed (type gcs, scope 'gs://lake', bearer_token 'fresh')");
  expect(tokens.asked).toEqual(['/project/none.json']);
});
