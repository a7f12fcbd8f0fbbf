import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../diagnostics.ts';
import { databaseFromPath } from './database-name.ts';
import { readProfile } from './read-profile.ts';
import { readYaml } from './read-yaml.ts';

const namePlace = { file: 'dbt_project.yml', line: 2, column: 10 };

function read(
  target: string,
  env: Record<string, string> = {},
  head = 'shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n',
) {
  const text =
    head +
    target
      .split('\n')
      .map((line) => `      ${line}\n`)
      .join('');
  const { root } = readYaml(text, 'profiles.yml');
  if (root === null) throw new Error('bad YAML in the test');
  const found: Diagnostic[] = [];
  const chosen = readProfile(root, { profileName: 'shop', namePlace, context: { env, cliVars: {} } }, (d) =>
    found.push(d),
  );
  return { target: chosen, found };
}

function good(target: string, env: Record<string, string> = {}) {
  const { target: chosen, found } = read(target, env);
  expect(found).toEqual([]);
  if (chosen === null) throw new Error('no target');
  return chosen;
}

/** Expected names are dbt-duckdb's `path_derived_database_name`. */
describe('databaseFromPath', () => {
  it.each([
    [undefined, 'memory'],
    [':memory:', 'memory'],
    ['shop.duckdb', 'shop'],
    ['/data/my.db.duckdb', 'my'],
    ['.hidden.duckdb', 'hidden'],
    ['md:', 'my_db'],
    ['md:sales', 'sales'],
    ['md:sales?motherduck_token=x', 'sales'],
    ['motherduck:sales', 'sales'],
    ['ducklake:lake.ducklake', 'lake'],
    ['ducklake:sqlite:meta.sqlite', 'meta'],
    ['s3://bucket/a/lake.db', 'lake'],
    ['noextension', 'noextension'],
  ])('%s is %s', (path, name) => expect(databaseFromPath(path)).toBe(name));
});

describe('a target', () => {
  it('has dbt-duckdb’s defaults', () => {
    const { written, ...target } = good('');
    expect(written?.value).toEqual({ type: 'duckdb' });
    expect(target).toEqual({
      profileName: 'shop',
      targetName: 'dev',
      type: 'duckdb',
      path: ':memory:',
      database: 'memory',
      schema: 'main',
      threads: 1,
      externalRoot: '.',
      extensions: [],
      settings: {},
      configOptions: {},
      secrets: [],
      attach: [],
      plugins: [],
      publish: { policy: 'good', requireTests: false, require: [], schemaChange: 'warn', keep: { days: 7, builds: 3 } },
      raw: {
        database: 'memory',
        schema: 'main',
        path: ':memory:',
        config_options: null,
        extensions: null,
        settings: {},
        external_root: '.',
        use_credential_provider: null,
        attach: null,
        filesystems: null,
        remote: null,
        plugins: null,
        disable_transactions: false,
        type: 'duckdb',
        threads: 1,
        name: 'dev',
        target_name: 'dev',
        profile_name: 'shop',
      },
    });
  });

  it('takes every form of the keys', () => {
    const target = good(
      [
        'path: lake.duckdb',
        'threads: 4',
        'extensions: [httpfs, {name: spatial, repo: core_nightly}]',
        'settings: {memory_limit: 4GB}',
        'config_options: {allow_unsigned_extensions: true}',
        'attach: [{path: other.db}, {path: x.sqlite, alias: x, type: sqlite, read_only: true, options: {a: 1}}]',
        'plugins: [{module: delta}, {module: excel, alias: e, config: {output: {engine: x}}}]',
        'retries: {query_attempts: 3}',
        'external_root: /nas',
        'state: /state',
        'publish: {path: p.duckdb, live: l.duckdb, policy: all, require_tests: true, require: gold, schema_change: stop, internal: copy, keep: {days: 0.5, builds: 1}}',
      ].join('\n'),
    );
    expect(target).toMatchObject({
      database: 'lake',
      threads: 4,
      extensions: [{ name: 'httpfs' }, { name: 'spatial', repo: 'core_nightly' }],
      settings: { memory_limit: '4GB' },
      configOptions: { allow_unsigned_extensions: true },
      attach: [
        { path: 'other.db', readOnly: false, options: {} },
        { path: 'x.sqlite', alias: 'x', type: 'sqlite', readOnly: true, options: { a: 1 } },
      ],
      plugins: [{ module: 'delta' }, { module: 'excel', alias: 'e', config: { output: { engine: 'x' } } }],
      retries: { connectAttempts: 1, queryAttempts: 3, retryableExceptions: ['IOException'] },
      externalRoot: '/nas',
      state: '/state',
      publish: {
        path: 'p.duckdb',
        live: 'l.duckdb',
        policy: 'all',
        requireTests: true,
        require: ['gold'],
        schemaChange: 'stop',
        internal: 'copy',
        keep: { days: 0.5, builds: 1 },
      },
    });
  });

  it('names unnamed secrets by their place, and keeps secrets out of what templates see', () => {
    const target = good(
      'secrets:\n  - {type: s3, key_id: "{{ env_var(\'DBT_ENV_SECRET_KEY\') }}"}\n  - {type: gcs, name: mine}\nuse_credential_provider: aws\nmotherduck_token: "{{ env_var(\'DBT_ENV_SECRET_KEY\') }}"',
      { DBT_ENV_SECRET_KEY: 'sesame' },
    );
    expect(target.secrets).toEqual([
      { name: '_dbt_secret_1', type: 's3', key_id: 'sesame' },
      { name: 'mine', type: 'gcs' },
      { name: '_dbt_secret_3', type: 's3', provider: 'credential_chain' },
    ]);
    expect(target.settings).toEqual({ motherduck_token: 'sesame' });
    expect(JSON.stringify(target.raw)).not.toContain('sesame');
  });

  it('takes days with and without a fraction', () => {
    expect(good('publish: {keep: {days: 2.0}}').publish.keep).toEqual({ days: 2, builds: 3 });
  });

  it('adds the motherduck plugin where the path needs it', () => {
    expect(good('path: "md:sales"')).toMatchObject({ database: 'sales', plugins: [{ module: 'motherduck' }] });
  });

  it('lets `database` name an attached database', () => {
    expect(good('database: lake\nattach: [{path: "ducklake:x", alias: lake}]').database).toBe('lake');
  });

  it('renders text, and numbers with a filter; other targets are not rendered', () => {
    const head =
      'shop:\n  target: "{{ env_var(\'T\') }}"\n  outputs:\n    prod:\n      type: duckdb\n      path: "{{ env_var(\'NOT_SET\') }}"\n    dev:\n      type: duckdb\n';
    const { target, found } = read(
      "path: \"{{ env_var('DIR') }}/x.duckdb\"\nthreads: \"{{ env_var('N', '8') | as_number }}\"",
      { T: 'dev', DIR: '/d' },
      head,
    );
    expect(found).toEqual([]);
    expect(target).toMatchObject({ targetName: 'dev', path: '/d/x.duckdb', threads: 8 });
  });

  it('warns of a key that dbt-duckdb would ignore', () => {
    const { target, found } = read('externalroot: x');
    expect(target).not.toBeNull();
    expect(found).toMatchObject([
      {
        severity: 'warning',
        code: 'project/unknown-key',
        hint: 'Did you mean "external_root"?',
        place: { line: 6, column: 7 },
      },
    ]);
  });
});

describe('object_cache', () => {
  it.each([
    ['object_cache: false', false],
    ['object_cache: {path: copies}', { path: 'copies' }],
    ['object_cache: {max_size: 1.5 GB}', { maxSize: 1.5e9 }],
    ['object_cache: {path: /c, max_size: 512MiB}', { path: '/c', maxSize: 512 * 2 ** 20 }],
    ['object_cache: {max_size: 1000}', { maxSize: 1000 }],
    ['object_cache:', undefined],
    ['threads: 2', undefined],
  ])('%s', (text, expected) => {
    expect(good(text).objectCache).toEqual(expected);
  });

  it.each([
    'object_cache: true',
    'object_cache: {size: 3}',
    'object_cache: {max_size: much}',
    'object_cache: {path: 3}',
  ])('%s is refused', (text) => {
    const { found } = read(text);
    expect(found.map(({ severity }) => severity)).toEqual(['error']);
  });
});
