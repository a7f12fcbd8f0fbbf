import { error } from '../diagnostics.ts';
import { bothTests, column, constraints, described, docs, freshness, quoting, tested } from './property-parts.ts';
import { isMapping } from './read-yaml.ts';
import {
  all,
  any,
  listOf,
  nullable,
  oneOf,
  open,
  record,
  type Shape,
  text,
  textKeys,
  texts,
  unrenderedText,
} from './shape.ts';

const partition = record({
  what: 'a partition',
  keys: { name: text, description: text, data_type: text, meta: open },
  unknown: 'warning',
  private: /^/,
});

/** Names, or mappings that describe them. */
const partitions: Shape = (value, path, check) =>
  (Array.isArray(value) && value.some(isMapping) ? listOf(partition) : texts)(value, path, check);

/** Packages that make external tables read keys of their own there. */
const external = record({
  what: 'an external table',
  keys: {
    location: nullable(text),
    file_format: nullable(text),
    row_format: nullable(text),
    tbl_properties: nullable(text),
    partitions: nullable(partitions),
  },
  unknown: 'warning',
  private: /^/,
});

const loadedAt: Shape = (value, path, check) => {
  nullable(text)(value, path, check);
  if (value !== '') return;
  const hint = 'Name the column that says when a row was loaded, or remove it.';
  const finding = error('project/invalid-value', '"loaded_at_field" cannot be empty.', {
    place: check.at(...path),
    hint,
  });
  check.report(finding, path);
};

/** Of a config dbt looks at these keys of a mapping alone, whatever others are. */
const within = (what: string, keys: Readonly<Record<string, Shape>>): Shape =>
  record({ what, keys, unknown: 'warning', private: /^/ });

/** Such a mapping whose keys are texts. */
function loose(what: string, keys: Readonly<Record<string, Shape>>): Shape {
  return all(textKeys, within(what, keys));
}

const period = within('a freshness threshold', { period: nullable(oneOf('minute', 'hour', 'day')) });
const freshnessOfConfig = within('a freshness block', { warn_after: nullable(period), error_after: nullable(period) });
const tableConfig = loose('a config', { freshness: nullable(freshnessOfConfig) });
const sourceConfig = loose('a config', { meta: open, freshness: nullable(freshnessOfConfig) });

const sourceTable = record({
  what: 'a source table',
  keys: {
    ...described,
    config: tableConfig,
    ...tested,
    columns: listOf(column),
    docs,
    data_type: nullable(text),
    constraints,
    loaded_at_field: loadedAt,
    loaded_at_query: nullable(unrenderedText),
    identifier: nullable(text),
    quoting,
    freshness: nullable(freshness),
    external: nullable(external),
    tags: texts,
    // dbt keeps it for nobody.
    loader: any,
  },
  required: ['name'],
  unknown: 'warning',
  misplaced: {
    enabled: 'under "config"',
    external_location: 'under "config" or "meta"',
    plugin: 'under "config" or "meta"',
  },
  rule: bothTests,
});

/** An entry of `sources:`. */
export const source: Shape = record({
  what: 'a source',
  keys: {
    ...described,
    config: sourceConfig,
    database: nullable(text),
    schema: nullable(text),
    loader: text,
    quoting,
    freshness: nullable(freshness),
    loaded_at_field: loadedAt,
    loaded_at_query: nullable(unrenderedText),
    tables: listOf(sourceTable),
    tags: texts,
    overrides: text,
  },
  required: ['name'],
  unknown: 'error',
  misplaced: {
    enabled: 'under "config"',
    external_location: 'under "config" or "meta"',
    plugin: 'under "config" or "meta"',
    identifier: 'on its table',
    data_tests: 'on its tables',
    tests: 'on its tables',
    columns: 'on its tables',
  },
});
