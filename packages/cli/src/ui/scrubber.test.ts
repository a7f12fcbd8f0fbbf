import { expect, test } from 'vitest';
import { createScrubber, maskProfile, secretValues } from './scrubber.ts';

test('values of secret variables are taken out, the longest first', () => {
  const scrubber = createScrubber({
    DBT_ENV_SECRET_A: 'hunter2',
    DBT_ENV_SECRET_B: 'hunter2-longer',
    DBT_TARGET: 'production',
    DBT_ENV_SECRET_C: '',
  });
  expect(scrubber.scrub('hunter2-longer and hunter2 in production')).toBe('***** and ***** in production');
});

test('secrets of a profile can be added; a word of three letters would tear texts apart', () => {
  const scrubber = createScrubber({});
  scrubber.add(['AKIA1234', 'abc']);
  expect(scrubber.scrub('key AKIA1234 abc')).toBe('key ***** abc');
});

test('secret values are found by the names of their keys, at any depth', () => {
  const target = {
    schema: 'main',
    secrets: [{ type: 's3', key_id: 'AKIA1234', secret: 'swordfish', region: 'eu-west-1', endpoint: 'nas:9000' }],
    settings: { s3_secret_access_key: 'other', threads: '4' },
    attach: [{ path: 'x.duckdb', options: { password: 'letmein', list: ['kept'] } }],
  };
  expect(secretValues(target)).toEqual(['AKIA1234', 'swordfish', 'other', 'letmein']);
});

test('a profile that is shown holds no secrets, and its columns stay', () => {
  const text = [
    'shop:',
    '  outputs:',
    '    dev: {type: duckdb, secrets: [{type: s3, key_id: AKIA1234, \'secret\': "sword fish", region: eu-west-1}]}',
    '      password: letmein # why',
    '      secret: "{{ env_var(\'DBT_ENV_SECRET_X\') }}"',
    '      secrets:',
    '        - token: abc',
  ].join('\n');
  const masked = maskProfile(text);
  expect(masked.split('\n')).toEqual([
    'shop:',
    '  outputs:',
    '    dev: {type: duckdb, secrets: [{type: s3, key_id: ********, \'secret\': "***** ****", region: eu-west-1}]}',
    '      password: ******* # why',
    '      secret: "{{ env_var(\'DBT_ENV_SECRET_X\') }}"',
    '      secrets:',
    '        - token: ***',
  ]);
});
