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

test('secret parts of URLs, connection strings and headers are found', () => {
  const target = {
    path: 'md:shop?motherduck_token=eyJtoken&x=1',
    attach: [
      { path: 'postgres://ada:pa%20ss@nas/shop', alias: 'pg' },
      { path: "host=nas user=ada password='quoted one'", options: { encryption_key: 'vaultkey' } },
      { path: 'https://ghp_0123456789abcdef@nas/x.duckdb' },
    ],
    secrets: [
      { type: 'azure', connection_string: 'AccountName=lake;AccountKey=abc123==;EndpointSuffix=x' },
      {
        type: 'http',
        extra_http_headers: { Authorization: 'Bearer headertoken', 'X-Api-Key': 'apikey', Accept: 'text/csv' },
      },
    ],
  };
  expect([...new Set(secretValues(target))]).toEqual([
    ...['eyJtoken', 'pa%20ss', 'pa ss', 'quoted one', 'vaultkey', 'ghp_0123456789abcdef'],
    ...['AccountName=lake;AccountKey=abc123==;EndpointSuffix=x', 'abc123=='],
    ...['Bearer headertoken', 'headertoken', 'apikey'],
  ]);
});

test('a secret is found as URLs, base64, JSON and SQL spell it', () => {
  const secret = `a'b"c+d/e =(f)`;
  const scrubber = createScrubber({ DBT_ENV_SECRET_A: secret });
  const base64 = Buffer.from(secret).toString('base64');
  const spelled = [
    ...[secret, encodeURIComponent(secret), 'a%27b%22c%2Bd%2Fe+%3D%28f%29', 'a%27b%22c%2bd%2fe%20%3d%28f%29'],
    ...[
      base64,
      Buffer.from(secret).toString('base64url'),
      JSON.stringify(secret).slice(1, -1),
      secret.replace("'", "''"),
    ],
  ];
  for (const text of spelled) expect(scrubber.scrub(`<${text}>`).replaceAll('=', '')).toBe('<*****>');
  const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----';
  const lines = createScrubber({ DBT_ENV_SECRET_B: key });
  expect(lines.scrub('line 2: MIIEvQIBADANBg')).toBe('line 2: *****');
});

test('what one part of a command finds out is taken out everywhere', () => {
  const env = {};
  createScrubber(env).add(['found late']);
  expect(createScrubber(env).scrub('found late')).toBe('*****');
  expect(createScrubber({}).scrub('found late')).toBe('found late');
});

test('a profile that is shown holds no passwords of URLs', () => {
  expect(maskProfile('secrets: [{secret: hunter2, type: s3}]')).toBe('secrets: [{secret: *******, type: s3}]');
  expect(maskProfile('      attach: [{path: "postgres://ada:letmein@nas/shop"}]')).toBe(
    '      attach: [{path: "postgres://ada:*******@nas/shop"}]',
  );
});
