import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { azureAccess, environmentAzure } from './access.ts';
import { signedRequest } from './sign.ts';

const folder = mkdtempSync(join(tmpdir(), 'eider-azure-'));
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

describe('an account', () => {
  test.each([
    ['AccountName=me;AccountKey=a2V5', 'https://me.blob.core.windows.net', { accountKey: 'a2V5' }],
    [
      'DefaultEndpointsProtocol=http;AccountName=me;AccountKey=a2V5==;EndpointSuffix=core.chinacloudapi.cn;',
      'http://me.blob.core.chinacloudapi.cn',
      { accountKey: 'a2V5==' },
    ],
    [
      'BlobEndpoint=https://me.blob.core.windows.net/;SharedAccessSignature=?sv=1&sig=a%3D',
      'https://me.blob.core.windows.net',
      { sas: 'sv=1&sig=a%3D' },
    ],
  ])('is read from %s', async (connectionString, endpoint, credentials) => {
    const access = azureAccess({ connectionString });
    expect([access.account, access.endpoint, await access.credentials()]).toEqual(['me', endpoint, credentials]);
  });

  test('comes from the environment, but not the key of another one', async () => {
    const env = { AZURE_STORAGE_CONNECTION_STRING: 'AccountName=me;AccountKey=a2V5' };
    expect(await environmentAzure(env).credentials()).toEqual({ accountKey: 'a2V5' });
    expect(environmentAzure(env, { account: 'me' }).account).toBe('me');
    const other = environmentAzure({ ...env, AZURE_STORAGE_KEY: 'b3RoZXI=' }, { account: 'other' });
    expect([other.endpoint, await other.credentials()]).toEqual([
      'https://other.blob.core.windows.net',
      { accountKey: 'b3RoZXI=' },
    ]);
    expect(() => environmentAzure({})).toThrow(expect.objectContaining({ code: 'store/invalid-uri' }));
  });
});

describe('a signature', () => {
  test('of an account covers headers and query, in order', () => {
    vi.useFakeTimers({ now: new Date('2026-01-02T03:04:05Z'), toFake: ['Date'] });
    try {
      const access = azureAccess({ account: 'me', accountKey: Buffer.from('key').toString('base64') });
      const query = { restype: 'container', comp: 'list', prefix: 'a b/' };
      const request = { method: 'GET', key: '', query, doing: 'list' } as const;
      const sent = signedRequest(access, 'lake', request, { accountKey: Buffer.from('key').toString('base64') });
      expect(sent.url).toBe('https://me.blob.core.windows.net/lake?restype=container&comp=list&prefix=a%20b%2F');
      // By hand: base64(hmac-sha256('key', 'GET' + 12 line ends + the two headers + '/me/lake' + the query)).
      expect(new Headers(sent.headers).get('authorization')).toBe(
        'SharedKey me:xlDwd6UW54T5ce2fCeID/LwqQLOv97CVLujjE0CfB+I=',
      );
    } finally {
      vi.useRealTimers();
    }
  });

  test('of a URL goes behind the query, a token into a header', () => {
    const access = azureAccess({ account: 'me' });
    const request = { method: 'PUT', key: 'a/ö', query: { comp: 'block' }, doing: 'put' } as const;
    expect(signedRequest(access, 'lake', request, { sas: 'sv=1&sig=x' }).url).toBe(
      'https://me.blob.core.windows.net/lake/a/%C3%B6?comp=block&sv=1&sig=x',
    );
    const headers = new Headers(signedRequest(access, 'lake', request, { token: 't' }).headers);
    expect(headers.get('authorization')).toBe('Bearer t');
  });
});

describe('signing in', () => {
  test('without the package says which to install', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(folder);
    const access = azureAccess({ account: 'me', chain: { ways: ['cli', 'env'] } });
    await expect(async () => access.credentials()).rejects.toMatchObject({
      code: 'store/denied',
      message: expect.stringContaining('signing in (cli, env) needs the package @azure/identity'),
      hint: expect.stringContaining('npm install @azure/identity'),
    });
  });

  test('asks the ways in their order, once until the token is about to end, and anew when it is refused', async () => {
    const home = join(folder, 'node_modules/@azure/identity');
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{"name":"@azure/identity","main":"index.js"}');
    writeFileSync(
      join(home, 'index.js'),
      `let asked = 0;
       const way = (name) => class { constructor(...given) { this.name = [name, ...given].join(' '); } };
       exports.ClientSecretCredential = way('secret');
       exports.AzureCliCredential = way('cli');
       exports.ChainedTokenCredential = class {
         constructor(...ways) { this.ways = ways.map((way) => way.name).join(','); }
         async getToken(scope) {
           if (this.ways === 'cli') throw new AggregateError([new Error('not signed in\\nat length'), new Error('no such program')]);
           return { token: this.ways + ' ' + scope + ' ' + ++asked, expiresOnTimestamp: Date.now() + 3600_000 };
         }
       };`,
    );
    vi.spyOn(process, 'cwd').mockReturnValue(folder);
    const chain = { ways: ['service_principal', 'cli'], tenantId: 't', clientId: 'c', clientSecret: 's' };
    const access = azureAccess({ account: 'me', chain });
    const first = await access.credentials();
    expect(first).toMatchObject({ token: 'secret t c s,cli https://storage.azure.com/.default 1' });
    expect(await access.credentials()).toBe(first);
    expect(await access.credentials(first ?? undefined)).toMatchObject({ token: expect.stringMatching(/ 2$/) });
    const unsigned = azureAccess({ account: 'me', chain: { ways: ['cli'] } });
    await expect(async () => unsigned.credentials()).rejects.toMatchObject({
      message: 'No token for Azure came from cli: not signed in; no such program',
      hint: expect.stringContaining('az login'),
    });
  });
});
