import { setImmediate as turn } from 'node:timers/promises';
import type { Target } from '@eider/core';
import type { S3Credentials } from '@eider/store';
import { afterEach, expect, test, vi } from 'vitest';
import { keepSecrets } from './make-secrets.ts';
import type { Connection } from './session.ts';

let keys: S3Credentials;
vi.mock('@eider/store', async (original) => ({
  ...(await original<typeof import('@eider/store')>()),
  environmentAccess: () => ({ region: 'home', pathStyle: false, credentials: async () => keys }),
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
  const stop = await keepSecrets(connection, target);
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
