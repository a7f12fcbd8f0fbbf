import type { Config } from '../context/config.ts';
import { placeOfConfig } from '../context/config-place.ts';
import { isMapping } from '../context/plain.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { placeOfNode } from '../context/run-context.ts';
import { type Diagnostic, error } from '../diagnostics.ts';
import { didYouMeanHint } from '../near-names.ts';
import { asList } from './config/merge-config.ts';

interface Kind {
  readonly words: string;
  readonly fits: (value: unknown) => boolean;
  /** What it may be, where these are few. */
  readonly options?: readonly string[];
}

const truth: Kind = { words: 'true or false', fits: (value) => typeof value === 'boolean' };
const text: Kind = { words: 'a text', fits: (value) => typeof value === 'string' };
const mapping: Kind = { words: 'a mapping', fits: isMapping };
const choice = (...options: readonly string[]): Kind => ({
  words: options.length === 1 ? `"${options[0]}"` : `one of ${options.join(', ')}`,
  fits: (value) => typeof value === 'string' && options.includes(value),
  options,
});
const hooks: Kind = {
  words: 'SQL, or a mapping with `sql`',
  fits: (value) => asList(value).every((one) => !isMapping(one) || 'sql' in one),
};
const texts: Kind = {
  words: 'a text or a list of texts',
  fits: (value) => typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string')),
};

/** What dbt refuses to take anything else for, and what eider alone reads. None is no value, but for `materialized`: a `var()` that nobody set gives it. */
const kinds: Readonly<Record<string, Kind>> = {
  enabled: truth,
  full_refresh: truth,
  materialized: text,
  schema: text,
  database: text,
  alias: text,
  group: text,
  tags: texts,
  meta: mapping,
  docs: mapping,
  grants: mapping,
  persist_docs: mapping,
  quoting: mapping,
  column_types: mapping,
  quote_columns: truth,
  delimiter: text,
  location: text,
  external_root: text,
  publish: choice('view', 'data', 'none'),
  'pre-hook': hooks,
  'post-hook': hooks,
};

/** Findings about configs of the wrong type, wherever they were set. */
export function badConfigValues(scope: RenderScope): Diagnostic[] {
  const seen = new Set<string>();
  const found: Diagnostic[] = [];
  for (const node of Object.values(scope.manifest.nodes))
    for (const [key, kind] of kindsOf[node.resource_type] ?? all) {
      // A hook without SQL is an empty one by now.
      const written = hooksWritten[key]?.map((name) => node.unrendered_config[name]);
      const value = written === undefined ? (node.config as Config)[key] : written.find((one) => one !== undefined);
      if (value === undefined || (value === null && key !== 'materialized') || kind.fits(value)) continue;
      const where = placeOfConfig(scope, node, key) ?? { place: placeOfNode(scope, node) };
      // A line of dbt_project.yml speaks for many nodes.
      const once = JSON.stringify([key, where.place]);
      if (seen.has(once)) continue;
      seen.add(once);
      const hint = didYouMeanHint(String(value), kind.options ?? []) ?? hints[kind.words] ?? 'Write it anew.';
      const message = `The config "${key}" must be ${kind.words}, not ${shown(value)}.`;
      found.push(error('config/invalid', message, { ...where, node: node.unique_id, hint }));
    }
  return found;
}

const all = Object.entries(kinds);
/** What only nodes with rows have; to others it is a config of a project's own. */
const built = { ...kinds, incremental_strategy: text, on_schema_change: text, unique_key: texts };
const kindsOf: Readonly<Record<string, readonly (readonly [string, Kind])[]>> = {
  model: Object.entries(built),
  // A seed is materialized as a seed.
  seed: Object.entries({ ...built, materialized: choice('seed') }),
  snapshot: Object.entries({
    ...built,
    ...{ strategy: text, updated_at: text, check_cols: texts, dbt_valid_to_current: text },
    ...{ target_database: text, target_schema: text },
  }),
};
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

function shown(value: unknown): string {
  if (Array.isArray(value)) {
    const other = value.find((one) => typeof one !== 'string');
    return other === undefined || isMapping(other) || Array.isArray(other) ? 'a list' : `a list with ${shown(other)}`;
  }
  if (isMapping(value)) return 'a mapping';
  return JSON.stringify(value) ?? String(value);
}
