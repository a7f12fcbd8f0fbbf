import type { PluginEntry } from './plugins.ts';
import type { Target } from './project.ts';
import { isMapping } from './read-yaml.ts';

type Values = Readonly<Record<string, unknown>>;

/** What templates see as `target`: dbt-duckdb's connection keys and dbt's own, never a secret. */
export function templateTarget(values: Values, target: Omit<Target, 'raw'>): Record<string, unknown> {
  const { motherduck_token: _, ...settings } = target.settings;
  return {
    database: target.database,
    schema: target.schema,
    path: target.path,
    config_options: values.config_options ?? null,
    extensions: values.extensions ?? null,
    settings,
    external_root: target.externalRoot,
    use_credential_provider: values.use_credential_provider ?? null,
    attach: Array.isArray(values.attach) ? values.attach.map(fullAttachment) : null,
    filesystems: null,
    remote: null,
    plugins: target.plugins.length === 0 ? null : target.plugins.map(fullPlugin),
    disable_transactions: values.disable_transactions === true,
    type: 'duckdb',
    threads: target.threads,
    name: target.targetName,
    target_name: target.targetName,
    profile_name: target.profileName,
  };
}

function fullAttachment(value: unknown): Values {
  const empty = { type: null, alias: null, secret: null, read_only: false, options: null, is_ducklake: null };
  return { ...empty, ...(isMapping(value) ? value : {}) };
}

function fullPlugin(plugin: PluginEntry): Values {
  return { module: plugin.module, alias: plugin.alias ?? null, config: plugin.config ?? null };
}

/** Whether the working database or an attached one lives at MotherDuck. */
export function isMotherduck(values: Values): boolean {
  const attached = Array.isArray(values.attach)
    ? values.attach.map((one: unknown) => (isMapping(one) ? one.path : undefined))
    : [];
  return [values.path, ...attached].some((path) => typeof path === 'string' && /^(?:md|motherduck):/i.test(path));
}
