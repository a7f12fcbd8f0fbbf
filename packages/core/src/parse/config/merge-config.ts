import { type Config, hookKey } from '../../context/config.ts';
import { isMapping } from '../../context/plain.ts';

type Behaviour = 'append' | 'update' | 'grants';

/** How dbt combines the values that several levels give to one key. Any other key: the last one counts. */
const behaviours: Readonly<Record<string, Behaviour>> = {
  tags: 'append',
  'pre-hook': 'append',
  'post-hook': 'append',
  packages: 'append',
  quoting: 'update',
  column_types: 'update',
  meta: 'update',
  docs: 'update',
  contract: 'update',
  snapshot_meta_column_names: 'update',
  grants: 'grants',
};

/** Lays a further level over a config, which is changed; the values in it are not. */
export function mergeConfig(config: Config, level: Config): Config {
  for (const [given, value] of Object.entries(level)) {
    if (isOverruled(given, level)) continue;
    const key = hookKey(given);
    config[key] = key in config ? mergeValue(key, config[key], value) : value;
  }
  return config;
}

/** The config with one spelling of the hook keys. */
export function hookKeys(config: Config): Config {
  const entries = Object.entries(config).filter(([key]) => !isOverruled(key, config));
  return Object.fromEntries(entries.map(([key, value]) => [hookKey(key), value]));
}

/** Of both spellings in one config that with the underscore counts, as in dbt. */
function isOverruled(key: string, config: Config): boolean {
  return (key === 'pre-hook' && 'pre_hook' in config) || (key === 'post-hook' && 'post_hook' in config);
}

/**
 * As `mergeConfig` for the `config()` calls of one template, which come before there are defaults: appended keys become lists, and a `+` before
 * a grant is kept for the merge with the levels below.
 */
export function mergeConfigCalls(calls: Config, call: Config): Config {
  if (Object.keys(calls).length === 0) return { ...call };
  const merged: Config = { ...calls };
  for (const [key, value] of Object.entries(call)) {
    const behaviour = behaviours[key];
    if (behaviour === 'grants' && isMapping(value)) merged[key] = mergeGrantCalls(merged[key], value);
    else if (behaviour === 'append') merged[key] = [...(key in merged ? asList(merged[key]) : []), ...asList(value)];
    else if (behaviour !== undefined && isMapping(merged[key]) && isMapping(value))
      merged[key] = { ...merged[key], ...value };
    else merged[key] = value;
  }
  return merged;
}

/** Grants of a further call: they replace those of a key before, or are added to them where the key begins with `+`, which stays. */
function mergeGrantCalls(before: unknown, call: object): Config {
  const merged: Config = {};
  for (const [key, value] of isMapping(before) ? Object.entries(before) : []) merged[key] = asList(value);
  for (const [key, value] of Object.entries(call))
    merged[key] = [...(key.startsWith('+') ? asList(merged[key] ?? []) : []), ...asList(value)];
  return merged;
}

function mergeValue(key: string, base: unknown, value: unknown): unknown {
  switch (behaviours[key]) {
    case 'append':
      return [...asList(base), ...asList(value)];
    case 'update':
      // What is no mapping stays, to be found wrong: dbt refuses it at whatever level it stands.
      if (!isMapping(base)) return base;
      return isMapping(value) ? { ...base, ...value } : value;
    case 'grants':
      return isMapping(base) && isMapping(value) ? mergeGrants(base, value) : value;
    case undefined:
      return value;
  }
}

/** Each privilege's grantees are replaced, or added to where the key begins with `+`. */
function mergeGrants(base: object, level: object): Config {
  const merged: Config = {};
  for (const [key, value] of Object.entries(base)) merged[key] = asList(value);
  for (const [key, value] of Object.entries(level)) {
    const privilege = key.replace(/^\++/, '');
    const before = key.startsWith('+') ? merged[privilege] : undefined;
    merged[privilege] = [...asList(before ?? []), ...asList(value)];
  }
  return merged;
}

/** A list as it is, anything else as a list of one. */
export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? [...value] : [value];
}
