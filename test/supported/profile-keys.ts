import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInProcess } from '../support/in-process.ts';
import { type Outcome, supported } from './outcomes.ts';

/** A value that dbt-duckdb takes for each key; of a nested one what stands around it. */
const values: Readonly<Record<string, unknown>> = {
  attach: [{ path: 'other.duckdb' }],
  'attach.alias': [{ path: 'other.duckdb', alias: 'more' }],
  'attach.is_ducklake': [{ path: 'other.duckdb', is_ducklake: false }],
  'attach.options': [{ path: 'other.duckdb', options: { block_size: 16_384 } }],
  'attach.path': [{ path: 'other.duckdb' }],
  'attach.read_only': [{ path: 'other.duckdb', read_only: true }],
  'attach.secret': [{ path: 'other.duckdb', secret: 'mine' }],
  'attach.type': [{ path: 'other.db', type: 'sqlite' }],
  config_options: { allow_unsigned_extensions: true },
  database: 'work',
  disable_transactions: true,
  extensions: ['json'],
  external_root: 'lake',
  filesystems: [{ fs: 'memory' }],
  flights: { enabled_by_default: true },
  is_ducklake: false,
  keep_open: false,
  module_paths: ['helpers'],
  motherduck_token: 'token',
  path: 'work.duckdb',
  plugins: [{ module: 'excel' }],
  'plugins.alias': [{ module: 'excel', alias: 'sheets' }],
  'plugins.config': [{ module: 'excel', config: { s3_region: 'eu-west-1' } }],
  'plugins.module': [{ module: 'excel' }],
  remote: { host: 'localhost', port: 5433, user: 'me' },
  retries: { connect_attempts: 2 },
  'retries.connect_attempts': { connect_attempts: 2 },
  'retries.query_attempts': { query_attempts: 2 },
  'retries.retryable_exceptions': { retryable_exceptions: ['IOException'] },
  schema: 'main',
  secrets: [{ type: 's3' }],
  settings: { memory_limit: '1GB' },
  use_credential_provider: 'aws',
};

/** Why a key that is taken changes nothing. */
const idle: Readonly<Record<string, string>> = {
  disable_transactions: 'what a build writes is seen by its commit alone; hooks run in their transactions all the same',
  flights: "MotherDuck's Python: Python models run on this machine",
  keep_open: 'the working database is open while nodes run',
};

/** What of a key is not there. */
const partly: Readonly<Record<string, string>> = {
  'plugins.module':
    'those of dbt-duckdb, and modules of your own as far as they need no Python within the connection (`create_function`)',
};

/** Reads a project whose target has a key. Throws for a key that is neither taken nor refused by its name. */
export async function tryProfileKey(folder: string, key: string): Promise<Outcome> {
  const [top = key] = key.split('.');
  const value = values[key];
  if (value === undefined) throw new Error(`no value for ${key} of a profile`);
  const project = join(folder, `profile-${key}`);
  mkdirSync(join(project, 'models'), { recursive: true });
  writeFileSync(join(project, 'dbt_project.yml'), 'name: shop\nprofile: shop\n');
  const target = { type: 'duckdb', path: 'work.duckdb', ...{ [top]: value } };
  writeFileSync(join(project, 'profiles.yml'), JSON.stringify({ shop: { target: 'dev', outputs: { dev: target } } }));
  const argv = ['parse', '--profiles-dir', project, '--log-format', 'json'];
  const { code, err, out } = await runInProcess(argv, { cwd: project, env: { HOME: project } });
  const said = `${out}${err}`;
  const refusal = /"code":"project\/unsupported"[^{}]*?"message":"((?:[^"\\]|\\.)*)"/.exec(said)?.[1];
  if (refusal !== undefined) return { status: 'refused', note: JSON.parse(`"${refusal}"`) as string };
  if (code !== 0 || /project\/unknown-key/.test(said)) throw new Error(`${key}: ${code} ${said}`);
  const why = idle[key];
  const note = partly[key];
  if (note !== undefined) return { status: 'supported', note };
  return why === undefined ? supported : { status: 'no effect', note: why };
}
