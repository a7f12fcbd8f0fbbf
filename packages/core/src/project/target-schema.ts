import { error } from '../diagnostics.ts';
import { isFloat, isInt } from '../jinja/values/index.ts';
import { isUri } from '../uri.ts';
import { isMapping } from './read-yaml.ts';
import {
  any,
  bool,
  type Check,
  expected,
  integer,
  listOf,
  nullable,
  oneOf,
  open,
  record,
  type Shape,
  text,
  textOrTexts,
  texts,
} from './shape.ts';
import { parseSize } from './size.ts';

/** Checks one rendered output of a profile: dbt-duckdb's credential keys and eider's own `state` and `publish`. */
export function checkTarget(value: unknown, check: Check): void {
  target(value, [], check);
}

const attachment = record({
  what: 'an attached database',
  keys: {
    path: text,
    type: nullable(text),
    alias: nullable(text),
    secret: nullable(text),
    read_only: bool,
    options: nullable(open),
    is_ducklake: nullable(bool),
  },
  required: ['path'],
  unknown: 'error',
});

const plugin = record({
  what: 'a plugin',
  keys: { module: text, alias: nullable(text), config: nullable(open) },
  required: ['module'],
  unknown: 'error',
});

const retries = record({
  what: 'a retries block',
  keys: { connect_attempts: integer, query_attempts: nullable(integer), retryable_exceptions: texts },
  unknown: 'error',
});

const extension: Shape = (value, path, check) => {
  if (typeof value === 'string') return;
  if (
    isMapping(value) &&
    typeof value.name === 'string' &&
    (value.repo === undefined || typeof value.repo === 'string')
  )
    return;
  expected('the name of an extension, or {name: …, repo: …}', () => false)(value, path, check);
};

const secret: Shape = (value, path, check) => {
  open(value, path, check);
  if (isMapping(value) && typeof value.type !== 'string') {
    const hint = 'Say what it is for: `type: s3`, `gcs`, `r2`, `azure`, `http`, …';
    check.report(error('project/invalid-value', 'A secret needs a "type".', { place: check.at(...path), hint }), path);
  }
};

const days = expected('a number of days, 0 or more', (value) => (isInt(value) || isFloat(value)) && Number(value) >= 0);
const hours = expected(
  'a number of hours, 0 or more',
  (value) => (isInt(value) || isFloat(value)) && Number(value) >= 0,
);
const builds = expected(
  'a whole number, 1 or more',
  (value) => typeof value === 'number' && Number.isInteger(value) && value >= 1,
);
const command: Shape = (value, path, check) =>
  (typeof value === 'string'
    ? text
    : expected('a text for the shell, or a list of a program and its parameters', isProgram))(value, path, check);

function isProgram(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string');
}

const seconds = expected(
  'a number of seconds, more than 0',
  (value) => (isInt(value) || isFloat(value)) && Number(value) > 0,
);

const oneOfBoth: Shape = (value, path, check) => {
  if (!isMapping(value) || value.command === undefined || value.sql === undefined) return;
  const hint = 'Write two hooks, in the order in which they are to run.';
  const place = check.at(...path, 'sql');
  check.report(error('project/invalid-value', 'A hook has a command or SQL, not both.', { place, hint }), path);
};

/** `curl …`, or a mapping with `command` or `sql`. */
const publishHook: Shape = (value, path, check) => {
  if (typeof value === 'string') return;
  record({
    what: 'a hook of on_publish',
    keys: { command, sql: text, timeout: seconds },
    required: isMapping(value) && value.sql !== undefined ? [] : ['command'],
    unknown: 'error',
    rule: oneOfBoth,
  })(value, path, check);
};

const publishHooks: Shape = (value, path, check) =>
  (Array.isArray(value) ? listOf(publishHook) : publishHook)(value, path, check);

/** The live file finds its data by links, which a bucket has not. */
const localPath: Shape = (value, path, check) => {
  text(value, path, check);
  if (typeof value !== 'string' || !isUri(value) || /^file:/i.test(value)) return;
  const hint = 'Write a local path. In a bucket `publish.path` may lie.';
  const message = '"live" must be a path on this machine: a live file finds its data by links, which a bucket has not.';
  check.report(error('project/invalid-value', message, { place: check.at(...path), hint }), path);
};

const publish = record({
  what: 'a publish block',
  keys: {
    path: textOrTexts,
    live: localPath,
    policy: oneOf('good', 'all'),
    require_tests: bool,
    samples: bool,
    require: textOrTexts,
    schema_change: oneOf('warn', 'stop', 'ignore'),
    internal: oneOf('files', 'copy'),
    keep: record({ what: 'a keep block', keys: { days, builds }, unknown: 'error' }),
    adopt_within: hours,
    on_publish: nullable(publishHooks),
  },
  unknown: 'error',
});

const publishKeys = ['live', 'policy', 'require_tests', 'samples', 'schema_change', 'internal', 'keep', 'on_publish'];

const positive = expected(
  'a whole number, 1 or more',
  (value) => typeof value === 'number' && Number.isInteger(value) && value >= 1,
);

const size = expected('a size like 10GB', (value) => parseSize(value) !== undefined);

const cacheKeys = record({ what: 'an object_cache', keys: { path: text, max_size: size }, unknown: 'error' });

/** `false`, or where and how much. */
const objectCache: Shape = (value, path, check) => {
  if (value !== false) cacheKeys(value, path, check);
};

const target: Shape = record({
  what: 'a duckdb target',
  keys: {
    type: text,
    threads: positive,
    path: text,
    database: text,
    schema: text,
    config_options: nullable(open),
    extensions: nullable(listOf(extension)),
    settings: nullable(open),
    secrets: nullable(listOf(secret)),
    external_root: text,
    use_credential_provider: nullable(oneOf('aws')),
    attach: nullable(listOf(attachment)),
    filesystems: any,
    remote: any,
    plugins: nullable(listOf(plugin)),
    disable_transactions: bool,
    keep_open: bool,
    module_paths: nullable(texts),
    retries: nullable(retries),
    flights: any,
    is_ducklake: nullable(bool),
    motherduck_token: nullable(text),
    ca_cert_file: nullable(text),
    object_cache: nullable(objectCache),
    python: text,
    state: text,
    publish: nullable(publish),
  },
  unknown: 'warning',
  misplaced: Object.fromEntries(publishKeys.map((key) => [key, 'under "publish"'])),
});
