import { expect, test } from 'vitest';
import { addressSecrets } from './address-secrets.ts';

const token = "{{ env_var('DBT_ENV_SECRET_TOKEN') }}";

test.each([
  ['https://github.com/a/b.git', 'https://github.com/a/b.git', []],
  ['https://hush@github.com/a/b.git', `https://${token}@github.com/a/b.git`, ['hush']],
  ['https://x-token-auth:hush@host/a.git', `https://x-token-auth:${token}@host/a.git`, ['hush']],
  ['https://hush:x-oauth-basic@host/a.git', `https://${token}:x-oauth-basic@host/a.git`, ['hush']],
  ['https://me:hush@host/a.git', `https://{{ env_var('ME') }}:${token}@host/a.git`, ['me', 'hush']],
  ['https://me:hush@host/a.git', 'https://me:hush@host/a.git', ['hush']],
  ['https://hush@host/a.git', 'https://hush@host/a.git', ['hush']],
  ['https://hush:@host/a.git', 'https://hush:@host/a.git', ['hush']],
  ['https://hush:x-oauth-basic@host/a.git', 'https://hush:x-oauth-basic@host/a.git', ['hush']],
  ['https://me:hush@host/a.git', `https://{{ "me" }}:${token}@host/a.git`, ['hush']],
  ['https://git@host/a.git', 'https://git@host/a.git', []],
  ['ssh://me@host/a.git', 'ssh://me@host/a.git', []],
  ['git@host:a/b.git', 'git@host:a/b.git', []],
])('of %s, written %s, %j is secret', (url, written, secrets) => {
  expect(addressSecrets({ url, written })).toEqual(secrets);
});
