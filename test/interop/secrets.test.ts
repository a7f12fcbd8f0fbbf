import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runEider } from '../support/eider.ts';
import { type S3Server, startS3Server, testKeys } from '../support/s3/s3-server.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { findPeers } from './peers.ts';

// Invariant: whatever a command does, at debug level and where it fails, no secret of the profile or of the environment stands in anything that it writes:
// terminal, logs, artifacts, compiled SQL, the published catalog, the working database, the state in the bucket; nor as it is spelled in URLs and in base64.

const project = temporaryFolder('secrets');
let server: S3Server;

/** Signs that are written otherwise in URLs, in JSON and in SQL. */
const secretOf = (name: string): string => `${name}+hush/hush="'${name}' =%`;
const plainOf = (name: string): string => `${name}-hush-hush-${name}`;

const secrets: Readonly<Record<string, string>> = {
  s3: testKeys.secretAccessKey,
  session: secretOf('session'),
  other: secretOf('othersecret'),
  gcs: secretOf('gcs'),
  r2: secretOf('r2'),
  bearer: plainOf('bearer'),
  header: plainOf('header'),
  apiKey: plainOf('apikey'),
  huggingface: plainOf('face'),
  setting: secretOf('setting'),
  vault: secretOf('vault'),
  postgres: plainOf('postgres'),
  libpq: plainOf('libpq'),
  web: plainOf('web'),
  motherduck: plainOf('motherduck'),
  azure: `${plainOf('azure')}==`,
  container: Buffer.from(plainOf('container')).toString('base64'),
  principal: secretOf('principal'),
  google: plainOf('google'),
  wrong: plainOf('wrong'),
  environment: secretOf('environment'),
  git: plainOf('git'),
};
const of = (name: string): string => secrets[name] ?? '';

/** Run in this order: those that make something first. */
const commands: readonly (readonly string[])[] = [
  ...[['compile'], ['build'], ['retry'], ['test'], ['docs', 'generate'], ['source', 'freshness']],
  ['show', '--inline', "select error(current_setting('s3_secret_access_key'))"],
  ['run-operation', 'tell', '--args', '{}'],
  ['run-operation', 'leak'],
  ...[
    ['build', '-s', 'orders', '--log-format', 'json'],
    ['publish'],
    ['rollback'],
    ['vacuum'],
    ['debug', '--output', 'json'],
  ],
  ...['pg', 'libpq', 'web', 'md', 'azure', 'wrong', 'nobody'].map((target) => ['debug', '-t', target]),
  ...['web', 'libpq', 'wrong', 'nobody'].map((target) => ['build', '-t', target]),
  // Lakes of the other providers, which nobody answers for.
  ...['container', 'principal', 'google'].flatMap((target) => [
    ['debug', '-t', target],
    ['build', '-t', target],
  ]),
  ['deps'],
];

const said: string[] = [];
/** What the files below `target` and `logs` held after each command. */
const leaks: string[] = [];
const messages: string[] = [];

beforeAll(async () => {
  server = await startS3Server(['lake']);
  mkdirSync(join(project, 'models'));
  mkdirSync(join(project, 'macros'));
  mkdirSync(join(project, 'seeds'));
  const put = (name: string, text: string): void => writeFileSync(join(project, name), text);
  put(
    'dbt_project.yml',
    'name: shop\nversion: \'1.0\'\nprofile: shop\nmodels: {shop: {+materialized: external}}\non-run-end: "select 1 as {{ target.name }}"\n',
  );
  put('seeds/names.csv', 'id,name\n1,a\n');
  put('models/orders.sql', "select i as id, '{{ target.name }}' as target from range(10) t(i)");
  put('models/total.sql', "{{ config(materialized='table') }} select count(*) as n from {{ ref('orders') }}");
  put('models/seen.sql', "{{ config(materialized='view') }} select * from {{ ref('orders') }}, {{ ref('names') }}");
  const told = "current_setting('s3_secret_access_key')";
  put('models/leak.sql', `select error(concat_ws(' ', ${told}, url_encode(${told}), base64(encode(${told}))))`);
  put('models/refused.sql', "select * from read_parquet('s3://elsewhere/x.parquet')");
  put('models/unreached.sql', "select * from read_csv('https://127.0.0.1:1/x.csv')");
  put(
    'models/schema.yml',
    JSON.stringify({
      models: [
        {
          name: 'orders',
          columns: [{ name: 'id', data_tests: ['unique', { accepted_values: { arguments: { values: [1] } } }] }],
        },
      ],
      sources: [
        {
          name: 'raw',
          schema: 'main',
          freshness: { warn_after: { count: 1, period: 'day' } },
          loaded_at_field: `(${told})::timestamp`,
          tables: [{ name: 'names' }],
        },
      ],
    }),
  );
  put(
    'macros/tell.sql',
    `
{% macro tell() %}{{ log(target, info=true) }}{% do print(target.attach) %}{{ log(run_query("select ${told} as x").rows, info=true) }}{% endmacro %}
{% macro leak() %}{% do run_query("select error(${told})") %}{% endmacro %}`,
  );
  put('profiles.yml', JSON.stringify({ shop: { target: 'dev', outputs: outputs() } }));
  for (const words of commands) {
    // What is not installed keeps everything else from running.
    if (words[0] === 'deps')
      put(
        'packages.yml',
        'packages: [{git: "https://ada:{{ env_var(\'DBT_ENV_SECRET_GIT\') }}@127.0.0.1:1/x.git", revision: main}]\n',
      );
    const done = await runEider([...words, '--debug', '--profiles-dir', project], {
      cwd: project,
      env: { HOME: findPeers().home, DBT_ENV_SECRET_GIT: of('git'), DBT_ENV_SECRET_OTHER: of('environment') },
    });
    said.push(`${words.join(' ')}
${done.stdout}
${done.stderr}`);
    messages.push(textOf('target/run_results.json'));
    leaks.push(...leaksBelow('target').map((leak) => `${words.join(' ')}: ${leak}`));
  }
}, 600_000);
afterAll(async () => {
  await server.close();
  removeFolder(project);
});

function outputs(): Readonly<Record<string, unknown>> {
  const endpoint = server.endpoint.slice('http://'.length);
  const s3 = { type: 's3', endpoint, url_style: 'path', use_ssl: false, region: testKeys.region };
  const lake = { ...s3, name: 'lake', scope: 's3://lake', key_id: testKeys.accessKeyId, secret: of('s3') };
  const base = {
    ...{
      type: 'duckdb',
      path: 'shop.duckdb',
      schema: 'main',
      external_root: 's3://lake/shop',
      extensions: ['httpfs'],
      secrets: [lake],
    },
    settings: { s3_secret_access_key: of('setting') },
  };
  return {
    dev: {
      ...base,
      secrets: [
        lake,
        {
          ...s3,
          name: 'other',
          scope: 's3://elsewhere',
          key_id: 'nobody',
          secret: of('other'),
          session_token: of('session'),
        },
        { type: 'gcs', name: 'gcs', key_id: 'somebody', secret: of('gcs') },
        { type: 'r2', name: 'r2', key_id: 'somebody', secret: of('r2'), account_id: 'us' },
        {
          ...{ type: 'http', name: 'web', scope: 'https://127.0.0.1:1', bearer_token: of('bearer') },
          extra_http_headers: { Authorization: `Bearer ${of('header')}`, 'X-Api-Key': of('apiKey') },
        },
        { type: 'huggingface', name: 'face', token: of('huggingface') },
        {
          ...s3,
          name: 'environment',
          scope: 's3://third',
          key_id: 'x',
          secret: "{{ env_var('DBT_ENV_SECRET_OTHER') }}",
        },
      ],
      attach: [{ path: 'vault.duckdb', alias: 'vault', options: { encryption_key: of('vault') } }],
    },
    pg: {
      ...base,
      attach: [{ path: `postgres://ada:${of('postgres')}@127.0.0.1:1/shop`, type: 'postgres', alias: 'pg' }],
    },
    libpq: { ...base, attach: [{ path: `host=127.0.0.1 port=1 user=ada password=${of('libpq')}`, type: 'postgres' }] },
    web: { ...base, attach: [{ path: `https://ada:${of('web')}@127.0.0.1:1/shop.duckdb`, alias: 'web' }] },
    md: { ...base, path: `md:shop?motherduck_token=${of('motherduck')}` },
    azure: {
      ...base,
      secrets: [{ type: 'azure', connection_string: `AccountName=lake;AccountKey=${of('azure')};EndpointSuffix=x` }],
    },
    container: {
      ...base,
      external_root: 'az://lake/shop',
      secrets: [
        {
          type: 'azure',
          connection_string: `AccountName=lake;AccountKey=${of('container')};BlobEndpoint=http://127.0.0.1:1/lake`,
        },
      ],
    },
    principal: {
      ...base,
      external_root: 'az://lake/shop',
      secrets: [
        {
          ...{ type: 'azure', provider: 'service_principal', account_name: 'lake', endpoint: '127.0.0.1:1' },
          ...{ tenant_id: 'us', client_id: 'shop', client_secret: of('principal') },
        },
      ],
    },
    google: {
      ...base,
      external_root: 'gs://lake/shop',
      secrets: [{ type: 'gcs', bearer_token: of('google'), endpoint: '127.0.0.1:1' }],
    },
    wrong: { ...base, secrets: [{ ...lake, no_such_parameter: 'x', secret: of('wrong') }] },
    nobody: { ...base, secrets: [{ ...lake, secret: of('wrong') }] },
  };
}

/** How a secret may be spelled in what is written: as programs escape it in URLs, some more, some less, and in base64, JSON and SQL. */
function spellings(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  const strict = [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const url = strict.replace(/%[0-9a-f]{2}/g, (code) => {
    const sign = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return /[\w.~-]/.test(sign) ? sign : code.toUpperCase();
  });
  return [
    ...[secret, url, url.toLowerCase(), encodeURIComponent(secret), url.replaceAll('%20', '+')],
    ...[base64, base64.replaceAll('+', '-').replaceAll('/', '_')],
    ...[JSON.stringify(secret).slice(1, -1), secret.replaceAll("'", "''")],
  ];
}

function found(text: string | Uint8Array): readonly string[] {
  const bytes = Buffer.from(text);
  return Object.entries(secrets).flatMap(([name, secret]) =>
    spellings(secret).some((spelling) => bytes.includes(spelling)) ? [name] : [],
  );
}

test('nothing that is printed holds a secret', () => {
  for (const text of said) expect(found(text), text).toEqual([]);
});

function textOf(name: string): string {
  const path = join(project, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function leaksBelow(folder: string): readonly string[] {
  const path = join(project, folder);
  if (!existsSync(path)) return [];
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .filter(({ name }) => name !== 'profiles.yml')
    .flatMap(({ name, parentPath }) =>
      found(readFileSync(join(parentPath, name))).map((secret) => `${name}: ${secret}`),
    );
}

test('no artifact of any command holds a secret', () => {
  expect(leaks).toEqual([]);
});

test('no file of the project holds a secret but those that were given', () => {
  const names = readdirSync(project, { recursive: true, encoding: 'utf8' }).map((path) => basename(path));
  const wanted = ['manifest.json', 'run_results.json', 'catalog.json', 'sources.json', 'eider.log', 'shop.duckdb'];
  expect(names).toEqual(expect.arrayContaining(wanted));
  expect(leaksBelow('.')).toEqual([]);
});

test('no object of the lake holds a secret', () => {
  const objects = [...(server.buckets.get('lake')?.objects ?? [])];
  expect(objects.length).toBeGreaterThan(10);
  expect(objects.flatMap(([key, { bytes }]) => found(bytes).map((secret) => `${key}: ${secret}`))).toEqual([]);
});

test('the commands came as far as they should', () => {
  const outcomes = said.map((text) => text.split('\n')[0]);
  expect(outcomes).toHaveLength(commands.length);
  // What is secret was there to be shown and written: its place says so.
  expect(messages.join('\n')).toContain('*****');
  expect(said.filter((text) => text.includes('*****')).length).toBeGreaterThan(5);
  expect(said.find((text) => text.startsWith('build\n'))).toMatch(/PASS=\d+ WARN=0 ERROR=[34]/);
  for (const target of ['container', 'google'])
    expect(said.find((text) => text.startsWith(`build -t ${target}\n`))).toMatch(/127\.0\.0\.1:1.*\(7 tries\)/);
});
