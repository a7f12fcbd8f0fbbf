import type { Target } from '@eider/core';
import type { BucketUri } from '@eider/store';
import { expect, test } from 'vitest';
import { azureAccessOf } from './azure-access.ts';

const env = { AZURE_STORAGE_CONNECTION_STRING: 'AccountName=mine;AccountKey=ZW52' };
const uri = (key: string, account?: string): BucketUri => {
  const root = account === undefined ? 'az://lake' : `az://${account}.blob.core.windows.net/lake`;
  return { scheme: 'azure', bucket: 'lake', key, root, ...(account !== undefined && { account }) };
};
const accessTo = (target: Partial<Target>, place: BucketUri) =>
  azureAccessOf({ secrets: [], settings: {}, ...target } as unknown as Target, env, '/project')(place);
const found = async (target: Partial<Target>, place: BucketUri) => {
  const { account, credentials, endpoint } = accessTo(target, place);
  return [account, endpoint, await credentials()];
};
const blob = (account: string): string => `https://${account}.blob.core.windows.net`;

test('the secret with the longest scope says it, then the setting, then the environment', async () => {
  const secrets = [
    { type: 'azure', connection_string: 'AccountName=one;AccountKey=MQ==' },
    { type: 'Azure', connection_string: 'AccountName=two;AccountKey=Mg==', scope: 'az://lake/in' },
    { type: 's3', key_id: 'no', secret: 'no' },
  ];
  expect(await found({ secrets }, uri('a'))).toEqual(['one', blob('one'), { accountKey: 'MQ==' }]);
  expect(await found({ secrets }, uri('in/a'))).toEqual(['two', blob('two'), { accountKey: 'Mg==' }]);
  const settings = { azure_storage_connection_string: 'AccountName=three;AccountKey=Mw==' };
  expect(await found({ settings }, uri('a'))).toEqual(['three', blob('three'), { accountKey: 'Mw==' }]);
  expect(await found({}, uri('a'))).toEqual(['mine', blob('mine'), { accountKey: 'ZW52' }]);
});

test('a token and an account that the URI names are taken', async () => {
  const secrets = [{ type: 'azure', provider: 'access_token', access_token: 't', account_name: 'one' }];
  expect(await found({ secrets }, uri('a'))).toEqual(['one', blob('one'), { token: 't' }]);
  expect(await found({ secrets }, uri('a', 'two'))).toEqual(['two', blob('two'), { token: 't' }]);
});

test('signing in is asked for where a provider says it, and no sooner', () => {
  for (const provider of ['credential_chain', 'service_principal', 'managed_identity']) {
    const { account } = accessTo({ secrets: [{ type: 'azure', provider, account_name: 'one' }] }, uri('a'));
    expect(account).toBe('one');
  }
  expect(() => accessTo({ secrets: [{ type: 'azure', provider: 'credential_chain' }] }, uri('a'))).toThrow(
    expect.objectContaining({ code: 'store/invalid-uri' }),
  );
});

test('one way to an account is one object', () => {
  const target = { secrets: [{ type: 'azure', account_name: 'one' }], settings: {} } as unknown as Target;
  const access = azureAccessOf(target, env, '/project');
  expect(access(uri('a'))).toBe(access(uri('b')));
  expect(access(uri('a'))).not.toBe(access(uri('a', 'two')));
});
