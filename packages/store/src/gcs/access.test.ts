import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { SendRequest } from '../remote/exchange.ts';
import { gcsAccess } from './access.ts';
import { createGcsStore } from './bucket.ts';

const folder = mkdtempSync(join(tmpdir(), 'eider-gcs-'));
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

test('an emulator of the environment is asked without a token, other servers with the one that is given', async () => {
  const emulator = gcsAccess({}, { STORAGE_EMULATOR_HOST: 'http://127.0.0.1:1/' });
  expect([emulator.endpoint, await emulator.credentials()]).toEqual(['http://127.0.0.1:1', null]);
  const named = gcsAccess({ endpoint: 'storage.example', token: 't' }, {});
  expect([named.endpoint, await named.credentials()]).toEqual(['https://storage.example', { token: 't' }]);
});

test('keys for the interface of S3 are told not to be enough for a lake', async () => {
  await expect(async () => gcsAccess({ hmac: true }, {}).credentials()).rejects.toMatchObject({
    code: 'store/denied',
    message: expect.stringContaining('HMAC'),
    hint: expect.stringContaining('keyfile'),
  });
});

describe('signing in', () => {
  test('without the package says which to install', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(folder);
    await expect(async () => gcsAccess({ keyFile: '/none.json' }, {}).credentials()).rejects.toMatchObject({
      code: 'store/denied',
      hint: expect.stringContaining('npm install google-auth-library'),
    });
  });

  test('gives tokens of a key file, and another one when the server refuses it', async () => {
    const home = join(folder, 'node_modules/google-auth-library');
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{"name":"google-auth-library","main":"index.js"}');
    writeFileSync(
      join(home, 'index.js'),
      `let asked = 0;
       exports.JWT = class {
         constructor(account) { this.account = account; this.credentials = { expiry_date: Date.now() + 3600_000 }; }
         async getAccessToken() { return { token: this.account.email + ' ' + this.account.key + ' ' + ++asked }; }
       };`,
    );
    vi.spyOn(process, 'cwd').mockReturnValue(folder);
    const tokens: (string | null)[] = [];
    const send: SendRequest = async (_, init) => {
      tokens.push(new Headers(init.headers).get('authorization'));
      const refused = { error: { message: 'Invalid Credentials', errors: [{ reason: 'authError' }] } };
      return tokens.length === 1 ? Response.json(refused, { status: 401 }) : Response.json({ items: [] });
    };
    const keyFile = join(folder, 'key.json');
    writeFileSync(keyFile, '{"type": "service_account", "client_email": "me@project", "private_key": "pem"}');
    const access = { ...gcsAccess({ keyFile }, {}), fetch: send };
    const store = createGcsStore({ bucket: 'lake', root: 'gs://lake' }, '', access);
    expect((await store.list()).objects).toEqual([]);
    expect(tokens).toEqual(['Bearer me@project pem 1', 'Bearer me@project pem 2']);
  });
});

test.each([
  [403, { error: { message: 'no access', errors: [{ reason: 'forbidden' }] } }, 'store/denied', /Storage Object Admin/],
  [404, { error: { message: 'The specified bucket does not exist.' } }, 'store/not-found', /Make the bucket 'lake'/],
  [401, { error: { message: 'Anonymous caller', errors: [{ reason: 'required' }] } }, 'store/denied', /sign in again/],
])('HTTP %i is told in words', async (status, body, code, hint) => {
  const access = { credentials: () => null, fetch: async () => Response.json(body, { status }) };
  const store = createGcsStore({ bucket: 'lake', root: 'gs://lake' }, '', access);
  await expect(store.list()).rejects.toMatchObject({ code, hint: expect.stringMatching(hint) });
});
