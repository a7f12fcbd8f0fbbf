import { placeOfConfig } from '../context/config-place.ts';
import { isMapping } from '../context/plain.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { placeOfNode } from '../context/run-context.ts';
import { type Diagnostic, error } from '../diagnostics.ts';

interface Kind {
  readonly words: string;
  readonly fits: (value: unknown) => boolean;
}

const truth: Kind = { words: 'true or false', fits: (value) => typeof value === 'boolean' };
const text: Kind = { words: 'a text', fits: (value) => typeof value === 'string' };
const mapping: Kind = { words: 'a mapping', fits: isMapping };
const texts: Kind = {
  words: 'a text or a list of texts',
  fits: (value) => typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string')),
};

/** What dbt refuses to take anything else for. None is no value. */
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
};

/** Findings about configs of the wrong type, wherever they were set. */
export function badConfigValues(scope: RenderScope): Diagnostic[] {
  return Object.values(scope.manifest.nodes).flatMap((node) => {
    const config: Readonly<Record<string, unknown>> = node.config;
    return Object.entries(kinds).flatMap(([key, { fits, words }]) => {
      const value = config[key];
      if (value === undefined || value === null || fits(value)) return [];
      const place = placeOfConfig(scope, node, key) ?? placeOfNode(scope, node);
      const message = `The config "${key}" must be ${words}, not ${shown(value)}.`;
      return [
        error('config/invalid', message, { place, node: node.unique_id, hint: hints[words] ?? 'Write it anew.' }),
      ];
    });
  });
}

const hints: Readonly<Record<string, string>> = {
  'true or false': 'Write true or false, without quotes.',
  'a text': 'Write one word, or a text in quotes.',
  'a mapping': 'Write {key: value}.',
  'a text or a list of texts': 'Write [one, two].',
};

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isMapping(value)) return 'a mapping';
  return JSON.stringify(value) ?? String(value);
}
