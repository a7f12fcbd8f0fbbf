import { type Diagnostic, error, hasErrors } from '../diagnostics.ts';
import { databaseOf, databaseProblem } from './database-name.ts';
import type { Located } from './located.ts';
import type { PublishConfig, PublishHook, Target } from './project.ts';
import { isMapping } from './read-yaml.ts';
import { type ValueContext, valueRenderer } from './render-values.ts';
import { parseSize } from './size.ts';
import { checkTarget } from './target-schema.ts';
import { isMotherduck, templateTarget } from './template-target.ts';
import { unsupportedInTarget } from './unsupported.ts';

/** Whose output it is, and what its templates see. */
export interface TargetOptions {
  readonly profileName: string;
  readonly targetName: string;
  readonly threads?: number;
  readonly context: ValueContext;
}

type Values = Readonly<Record<string, unknown>>;

/** Renders, checks and normalises one output of a profile, with dbt-duckdb's defaults. Null where an error makes it unusable. */
export function readTarget(
  output: Located,
  options: TargetOptions,
  report: (finding: Diagnostic) => void,
): Target | null {
  const found: Diagnostic[] = [];
  const collect = (finding: Diagnostic): void => {
    found.push(finding.code === 'project/invalid-value' ? { ...finding, code: 'profile/invalid' } : finding);
  };
  const rendered = valueRenderer(options.context).render(output, collect);
  const values: Values = isMapping(rendered) ? rendered : {};
  if (!hasErrors(found)) checkType(values, output, collect);
  if (!hasErrors(found)) {
    checkTarget(values, { at: (...path) => output.at(...path), report: collect, jinja: false });
    for (const finding of unsupportedInTarget(values, output)) collect(finding);
    const problem = databaseProblem(values, output);
    if (problem !== undefined) collect(problem);
  }
  for (const finding of found) report(finding);
  return hasErrors(found) ? null : { ...normalise(values, options), written: output };
}

function checkType(values: Values, output: Located, report: (finding: Diagnostic) => void): void {
  if (values.type === 'duckdb') return;
  if (values.type === undefined) {
    report(
      error('profile/invalid', 'The target has no "type".', { place: output.place, hint: 'Write `type: duckdb`.' }),
    );
    return;
  }
  const message = `The target's type is ${typeof values.type === 'string' ? `"${values.type}"` : 'no text'}; eider runs on DuckDB only.`;
  const hint =
    'Write `type: duckdb`, or choose a DuckDB target with --target. Other databases can be read through `attach:`.';
  report(error('profile/invalid', message, { place: output.get('type')?.place ?? output.place, hint }));
}

function normalise(values: Values, options: TargetOptions): Target {
  const textOr = (key: string, usual: string): string => (typeof values[key] === 'string' ? values[key] : usual);
  const threads = options.threads ?? (typeof values.threads === 'number' ? values.threads : 1);
  const settings = { ...mapping(values.settings), ...text('motherduck_token', values.motherduck_token) };
  const plain: Omit<Target, 'raw'> = {
    profileName: options.profileName,
    targetName: options.targetName,
    type: 'duckdb',
    path: textOr('path', ':memory:'),
    database: databaseOf(values),
    schema: textOr('schema', 'main'),
    threads,
    externalRoot: textOr('external_root', '.'),
    extensions: items(values.extensions).map(extension),
    settings,
    configOptions: mapping(values.config_options),
    secrets: secrets(values),
    attach: items(values.attach).map(attachment),
    plugins: plugins(values),
    ...retries(values.retries),
    ...ducklake(values.is_ducklake),
    ...(Array.isArray(values.module_paths) && { modulePaths: values.module_paths.map(String) }),
    ...text('caCertFile', values.ca_cert_file ?? mapping(values.settings).ca_cert_file),
    ...objectCache(values.object_cache),
    ...text('python', values.python),
    ...text('state', values.state),
    publish: publishConfig(mapping(values.publish)),
  };
  return { ...plain, raw: templateTarget(values, plain) };
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return isMapping(value) ? value : {};
}

/** A property where the value is a text. */
function text<Key extends string>(key: Key, value: unknown): { readonly [K in Key]?: string } {
  return (typeof value === 'string' ? { [key]: value } : {}) as { readonly [K in Key]?: string };
}

function objectCache(value: unknown): Pick<Target, 'objectCache'> {
  if (value === false) return { objectCache: false };
  if (!isMapping(value)) return {};
  const maxSize = parseSize(value.max_size);
  return { objectCache: { ...text('path', value.path), ...(maxSize !== undefined && { maxSize }) } };
}

function ducklake(value: unknown): { readonly isDucklake?: boolean } {
  return typeof value === 'boolean' ? { isDucklake: value } : {};
}

function extension(value: unknown): Target['extensions'][number] {
  if (typeof value === 'string') return { name: value };
  const { name, repo } = mapping(value);
  return { name: String(name), ...text('repo', repo) };
}

function attachment(value: unknown): Target['attach'][number] {
  const { path, alias, type, secret, read_only, options, is_ducklake } = mapping(value);
  return {
    path: String(path),
    ...text('alias', alias),
    ...text('type', type),
    ...text('secret', secret),
    readOnly: read_only === true,
    options: mapping(options),
    ...ducklake(is_ducklake),
  };
}

/** Unnamed secrets get dbt-duckdb's names, counted by their place in the list. */
function secrets(values: Values): Target['secrets'] {
  const given = items(values.secrets);
  const chain = values.use_credential_provider === 'aws' ? [{ type: 's3', provider: 'credential_chain' }] : [];
  return [...given, ...chain].map((secret, index) => ({ name: `_dbt_secret_${index + 1}`, ...mapping(secret) }));
}

function plugins(values: Values): Target['plugins'] {
  const given = items(values.plugins).map((value) => {
    const { module, alias, config } = mapping(value);
    return { module: String(module), ...text('alias', alias), ...(isMapping(config) ? { config } : {}) };
  });
  const wanted = isMotherduck(values) && !given.some((plugin) => plugin.module === 'motherduck');
  return wanted ? [...given, { module: 'motherduck' }] : given;
}

function retries(value: unknown): Pick<Target, 'retries'> {
  if (!isMapping(value)) return {};
  const { connect_attempts = 1, query_attempts, retryable_exceptions } = value;
  return {
    retries: {
      connectAttempts: Number(connect_attempts),
      queryAttempts: Number(query_attempts ?? 1),
      retryableExceptions: Array.isArray(retryable_exceptions) ? retryable_exceptions.map(String) : ['IOException'],
    },
  };
}

function publishConfig(given: Values): PublishConfig {
  const keep = mapping(given.keep);
  return {
    ...publishPaths([given.path ?? []].flat().map(String)),
    ...text('live', given.live),
    policy: given.policy === 'all' ? 'all' : 'good',
    requireTests: given.require_tests === true,
    ...(given.samples === true ? { samples: true } : {}),
    require: given.require == null ? [] : [given.require].flat().map(String),
    schemaChange: given.schema_change === 'stop' || given.schema_change === 'ignore' ? given.schema_change : 'warn',
    ...(given.internal === 'files' || given.internal === 'copy' ? { internal: given.internal } : {}),
    keep: { days: Number(keep.days ?? 7), builds: Number(keep.builds ?? 3) },
    ...(given.adopt_within == null ? {} : { adoptWithin: Number(given.adopt_within) }),
    ...(given.on_publish == null ? {} : { onPublish: [given.on_publish].flat().map(publishHook) }),
  };
}

function publishPaths([path, ...others]: readonly string[]): Pick<PublishConfig, 'path' | 'otherPaths'> {
  return path === undefined ? {} : { path, ...(others.length > 0 && { otherPaths: others }) };
}

const usualTimeout = 300;

function publishHook(value: unknown): PublishHook {
  if (typeof value === 'string') return { command: value, timeout: usualTimeout };
  const { command, sql, timeout = usualTimeout } = mapping(value);
  if (typeof sql === 'string') return { sql, timeout: Number(timeout) };
  return { command: Array.isArray(command) ? command.map(String) : String(command), timeout: Number(timeout) };
}
