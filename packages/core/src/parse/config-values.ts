import type { Config } from '../context/config.ts';
import { type ConfigPlace, placeOfConfig } from '../context/config-place.ts';
import { entriesOf, isMapping } from '../context/plain.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { placeOfNode } from '../context/run-context.ts';
import { type Diagnostic, error } from '../diagnostics.ts';
import { type Configured, leafNodes } from '../manifest/leaf-nodes.ts';
import type { Manifest } from '../manifest/nodes.ts';
import { didYouMeanHint } from '../near-names.ts';
import { isHuge } from '../project/huge-number.ts';
import { asList } from './config/merge-config.ts';
import { badNodeColors } from './node-colors.ts';

interface Kind {
  readonly words: string;
  readonly fits: (value: unknown) => boolean;
  /** Whether none is no value at all, as for most configs. */
  readonly optional?: boolean;
  /** What it may be, where these are few. */
  readonly options?: readonly string[];
}

const truth: Kind = { words: 'true or false', fits: (value) => typeof value === 'boolean' };
const text: Kind = { words: 'a text', fits: (value) => typeof value === 'string' };
const mapping: Kind = { words: 'a mapping', fits: isMapping };
const whole: Kind = { words: 'a whole number', fits: Number.isInteger };
/** dbt takes the whole part of it. */
const limit: Kind = { words: 'a number', fits: (value) => typeof value === 'boolean' || Number.isFinite(value) };
const optional = (kind: Kind): Kind => ({ ...kind, optional: true });
/** A mapping in which some keys have a type of their own; what these may be, besides nothing at all. */
const mappingOf = (words: string, keys: Readonly<Record<string, Kind>>): Kind => ({
  words,
  fits: (value) => isMapping(value) && Object.entries(keys).every(([key, kind]) => fitsIn(value as Config, key, kind)),
});
const choice = (...options: readonly string[]): Kind => ({
  words: options.length === 1 ? `"${options[0]}"` : `one of ${options.join(', ')}`,
  fits: (value) => typeof value === 'string' && options.includes(value),
  options,
});
const hook = mappingOf('SQL', { sql: text, transaction: truth, index: optional(whole) });
const hooks: Kind = {
  words: 'SQL, or a mapping with `sql`',
  fits: (value) => asList(value).every((one) => text.fits(one) || (isMapping(one) && 'sql' in one && hook.fits(one))),
};
/** dbt takes the whole part of it, of a text too. */
const count: Kind = { words: '', fits: (value) => value !== '' && Number.isFinite(Number(value)) };
const buildTime = mappingOf('', {
  count: optional(count),
  period: optional(choice('minute', 'hour', 'day')),
  updates_on: choice('any', 'all'),
});
/** Its count and its period come together or not at all. */
const buildAfter: Kind = {
  words: '',
  fits: (value) => buildTime.fits(value) && isSaid(value as Config, 'count') === isSaid(value as Config, 'period'),
};
const isSaid = (mapping: Config, key: string): boolean => (mapping[key] ?? null) !== null;
const modelFreshness: Kind = {
  words: 'a mapping with `build_after`: a `count` and a `period`',
  fits: (value) => !isMapping(value) || fitsIn(value as Config, 'build_after', buildAfter),
};
const severity: Kind = { ...choice('warn', 'error'), fits: (value) => /^(warn|error)$/i.test(String(value)) };
const texts: Kind = {
  words: 'a text or a list of texts',
  fits: (value) => typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string')),
};

/** What dbt refuses to take anything else for, and what eider alone reads. */
const kinds: Readonly<Record<string, Kind>> = {
  enabled: truth,
  full_refresh: optional(truth),
  materialized: text,
  schema: optional(text),
  database: optional(text),
  alias: optional(text),
  group: optional(text),
  static_analysis: optional(text),
  tags: texts,
  meta: mapping,
  docs: mappingOf('a mapping with a `show` that is true or false', { show: truth, node_color: optional(text) }),
  contract: mappingOf('a mapping with an `enforced` that is true or false', { enforced: truth, alias_types: truth }),
  grants: mapping,
  persist_docs: mapping,
  quoting: mapping,
  column_types: mapping,
  location: optional(text),
  external_root: optional(text),
  publish: optional(choice('view', 'data', 'none')),
  'pre-hook': hooks,
  'post-hook': hooks,
};

/** Findings about configs of the wrong type, wherever they were set. */
export function badConfigValues(scope: RenderScope): Diagnostic[] {
  const seen = new Set<string>();
  const found: Diagnostic[] = [];
  for (const node of configured(scope.manifest))
    for (const [key, kind] of kindsOf[node.resource_type] ?? all) {
      // A hook without SQL is an empty one by now.
      const said = node.unrendered_config as Config;
      const written = hooksWritten[key]?.map((name) => said[name]);
      const value = written === undefined ? (node.config as Config)[key] : written.find((one) => one !== undefined);
      if (value === undefined || (value === null && kind.optional) || kind.fits(value)) continue;
      // That of an entry is told where entries are read.
      if (kind === severity && isOfEntry(node)) continue;
      const where = placeOfConfig(scope, node, key) ?? { place: placeOfNode(scope, node) };
      // A line of dbt_project.yml speaks for many nodes.
      const once = JSON.stringify([key, where.place]);
      if (seen.has(once)) continue;
      seen.add(once);
      found.push(unfit(node, key, { kind, value, where }));
    }
  return [...found, ...badNodeColors(scope), ...hugeNumbers(scope)];
}

/** What is wrong with one value of a config of a node, wherever it was set; undefined where nothing is. */
export function unfitConfig(node: Configured, key: string, value: unknown, where: ConfigPlace): Diagnostic | undefined {
  const [, kind] = (kindsOf[node.resource_type] ?? all).find(([name]) => name === key) ?? [];
  const fits = kind === undefined || (value === null && kind.optional) || kind.fits(value);
  return fits ? undefined : unfit(node, key, { kind, value, where });
}

interface Unfit {
  readonly kind: Kind;
  readonly value: unknown;
  readonly where: ConfigPlace;
}

function unfit(node: Configured, key: string, { kind, value, where }: Unfit): Diagnostic {
  const hint = didYouMeanHint(String(value), kind.options ?? []) ?? hints[kind.words] ?? 'Write it anew.';
  const message = `The config "${key}" must be ${kind.words}, not ${shown(value)}.`;
  return error('config/invalid', message, { ...where, node: node.unique_id, hint });
}

/** dbt keeps what it parsed in a form whose whole numbers have 64 bits. */
function hugeNumbers(scope: RenderScope): Diagnostic[] {
  return configured(scope.manifest).flatMap((node) =>
    Object.entries(node.config).flatMap(([key, value]) => {
      const huge = typeof value === 'object' ? hugeIn(value) : undefined;
      if (huge === undefined) return [];
      const where = placeOfConfig(scope, node, key) ?? { place: placeOfNode(scope, node) };
      const message = `The config "${key}" holds ${huge}, a number beyond 64 bits.`;
      const hint = 'Put quotes around it: then it is a text.';
      return [error('config/invalid', message, { ...where, node: node.unique_id, hint })];
    }),
  );
}

function hugeIn(value: unknown): bigint | undefined {
  if (isHuge(value)) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const inner = isMapping(value) ? Array.from(entriesOf(value), ([, one]) => one) : Array.isArray(value) ? value : [];
  for (const one of inner) {
    const found = hugeIn(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All that has a config. */
function configured(manifest: Manifest): readonly Configured[] {
  return [...Object.values(manifest.nodes), ...Object.values(manifest.sources), ...leafNodes(manifest)];
}

/** Whether the entry of a generic test says its severity: dbt writes it into the test's code. */
function isOfEntry(node: Configured): boolean {
  return 'test_metadata' in node && node.raw_code.includes('severity=');
}

const all = Object.entries(kinds);
/** What only nodes with rows have; to others it is a config of a project's own. */
const built = {
  ...kinds,
  ...{ incremental_strategy: optional(text), on_schema_change: optional(text), unique_key: optional(texts) },
  on_configuration_change: choice('apply', 'continue', 'fail'),
  packages: texts,
};
const semantic = Object.entries({ enabled: truth, group: optional(text), meta: mapping });
const kindsOf: Readonly<Record<string, readonly (readonly [string, Kind])[]>> = {
  model: Object.entries({
    ...built,
    access: choice('private', 'protected', 'public'),
    freshness: optional(modelFreshness),
  }),
  // A seed is materialized as a seed.
  seed: Object.entries({
    ...built,
    ...{ materialized: choice('seed'), delimiter: text, quote_columns: optional(truth) },
  }),
  snapshot: Object.entries({
    ...built,
    ...{ strategy: optional(text), updated_at: optional(text), check_cols: optional(texts) },
    ...{ target_database: optional(text), target_schema: optional(text), dbt_valid_to_current: optional(text) },
    snapshot_meta_column_names: mappingOf(
      'a mapping of names',
      Object.fromEntries(
        ['valid_to', 'valid_from', 'scd_id', 'updated_at', 'is_deleted'].map((key) => [`dbt_${key}`, optional(text)]),
      ),
    ),
  }),
  source: Object.entries({
    enabled: truth,
    ...{ freshness: optional(mapping), static_analysis: optional(text) },
    ...{ loaded_at_field: optional(text), loaded_at_query: optional(text) },
  }),
  exposure: Object.entries({ enabled: truth, tags: texts, meta: mapping }),
  metric: semantic,
  semantic_model: semantic,
  saved_query: [
    ...semantic,
    ['schema', optional(text)],
    ['export_as', optional(choice('table', 'view'))],
    ['cache', mappingOf('a mapping with an `enabled` that is true or false', { enabled: truth })],
  ],
  function: Object.entries({
    ...built,
    type: choice('scalar', 'aggregate', 'table'),
    volatility: optional(choice('deterministic', 'stable', 'non-deterministic')),
  }),
  test: Object.entries({
    ...kinds,
    materialized: choice('test'),
    severity,
    ...{ store_failures: optional(truth), store_failures_as: optional(text), where: optional(text) },
    ...{ limit: optional(limit), fail_calc: text, warn_if: text, error_if: text },
  }),
};

function fitsIn(mapping: Config, key: string, kind: Kind): boolean {
  const value = mapping[key];
  return value === undefined || (value === null && kind.optional === true) || kind.fits(value);
}

/** As templates and project files write hooks, and as property files may. */
const hooksWritten: Readonly<Record<string, readonly string[]>> = {
  'pre-hook': ['pre-hook', 'pre_hook'],
  'post-hook': ['post-hook', 'post_hook'],
};

const hints: Readonly<Record<string, string>> = {
  '"seed"': 'Take `materialized` out: a seed is a seed.',
  'true or false': 'Write true or false, without quotes.',
  'a text': 'Write one word, or a text in quotes.',
  'a mapping': 'Write {key: value}.',
  'a text or a list of texts': 'Write [one, two].',
  'SQL, or a mapping with `sql`': "Write pre_hook='…', or pre_hook={'sql': '…'}.",
};

/** A value as messages show it: texts in quotes, of what is larger its kind. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) {
    const other = value.find((one) => typeof one !== 'string');
    return other === undefined || isMapping(other) || Array.isArray(other) ? 'a list' : `a list with ${shown(other)}`;
  }
  if (isMapping(value)) return 'a mapping';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
