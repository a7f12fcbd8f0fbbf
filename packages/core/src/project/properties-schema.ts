import { error } from '../diagnostics.ts';
import { freshness, quoting, testList } from './property-parts.ts';
import { isMapping } from './read-yaml.ts';
import { metric, savedQuery, semanticModel } from './semantics-schema.ts';
import {
  all,
  any,
  bool,
  type Check,
  expected,
  list,
  listOf,
  notBoth,
  nullable,
  onceIn,
  oneOf,
  open,
  record,
  type Shape,
  text,
  texts,
} from './shape.ts';

/** Checks a whole property file (schema.yml) for its structure. `config` and `meta` are open, as in dbt; values with Jinja pass. */
export function checkProperties(value: unknown, check: Omit<Check, 'jinja'>): void {
  propertyFile(value, [], {
    at: (...path) => check.at(...path),
    report: (finding, path) => check.report(finding, path),
    jinja: true,
  });
}

const docs: Shape = record({
  what: 'a docs block',
  keys: { show: bool, node_color: nullable(text) },
  unknown: 'error',
});
const bothTests = notBoth('tests', 'data_tests');
const constraint: Shape = (value, path, check) => {
  open(value, path, check);
  if (isMapping(value)) constraintType(value.type, [...path, 'type'], check);
};
const constraintType = oneOf('check', 'not_null', 'unique', 'primary_key', 'foreign_key', 'custom');
const constraints = listOf(constraint);
const described = { name: text, description: text, config: open, meta: open };
const tested = { tests: testList, data_tests: testList };

/** Keys that many put on a node itself; dbt reads them under `config` only. */
const underConfig: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'materialized enabled tags schema database alias location format options pre_hook post_hook pre-hook post-hook grants persist_docs',
    'unique_key incremental_strategy on_schema_change full_refresh event_time sql_header severity plugin external_location',
  ]
    .join(' ')
    .split(' ')
    .map((key) => [key, 'under "config"']),
);

const columnKeys: Readonly<Record<string, Shape>> = {
  ...described,
  ...tested,
  data_type: nullable(text),
  constraints,
  docs,
  quote: nullable(bool),
  tags: texts,
  granularity: nullable(text),
  policy_tags: any,
  dimension: any,
  entity: any,
};
const column = record({ what: 'a column', keys: columnKeys, required: ['name'], unknown: 'warning', rule: bothTests });
const includeExclude = record({ what: 'a column selection', keys: { include: any, exclude: list }, unknown: 'error' });
const versionColumn: Shape = (value, path, check) =>
  (isMapping(value) && ('include' in value || 'exclude' in value) ? includeExclude : column)(value, path, check);

const nodeKeys: Readonly<Record<string, Shape>> = {
  ...described,
  ...tested,
  columns: listOf(column),
  docs,
  group: nullable(text),
  contract: any,
  access: nullable(oneOf('private', 'protected', 'public')),
  constraints,
  data_type: nullable(text),
  quote_columns: nullable(bool),
  static_analysis_off_reason: any,
};

const versionId = expected(
  'a text or a number',
  (value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'object',
);
const version = record({
  what: 'a version',
  keys: {
    ...described,
    ...tested,
    v: versionId,
    defined_in: nullable(text),
    access: nullable(text),
    constraints,
    docs,
    columns: listOf(versionColumn),
    deprecation_date: nullable(text),
  },
  required: ['v'],
  unknown: 'error',
  rule: bothTests,
});

/** dbt moves these from an entry into its config. */
const nodeRule = all(bothTests, onceIn('config', ['meta', 'docs', 'group', 'contract', 'access']));

/** Of the versions of a model a unit test names those that it is for, or those that it is not for. */
const includeOrExclude: Shape = (value, path, check) => {
  if (!isMapping(value)) return;
  const filled = ['include', 'exclude'].filter((key) => Array.isArray(value[key]) && value[key].length > 0);
  if (filled.length < 2) return;
  const message = 'The versions of a unit test are named under "include" or under "exclude", not under both.';
  const place = check.at(...path, 'exclude');
  check.report(error('project/invalid-value', message, { place, hint: 'Take one of them away.' }), path);
};

function node(what: string, more: Readonly<Record<string, Shape>> = {}): Shape {
  const keys = { ...nodeKeys, ...more };
  return record({ what, keys, required: ['name'], unknown: 'warning', misplaced: underConfig, rule: nodeRule });
}

const model = node('a model', {
  latest_version: nullable(versionId),
  versions: listOf(version),
  deprecation_date: nullable(text),
  time_spine: nullable(open),
  freshness: any,
  semantic_model: any,
  metrics: any,
  derived_semantics: any,
  primary_entity: any,
  agg_time_dimension: any,
});

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

const sourceTable = record({
  what: 'a source table',
  keys: {
    ...described,
    ...tested,
    columns: listOf(column),
    docs,
    data_type: nullable(text),
    constraints,
    loaded_at_field: nullable(text),
    loaded_at_query: nullable(text),
    identifier: nullable(text),
    quoting,
    freshness: nullable(freshness),
    external: nullable(external),
    tags: texts,
    loader: nullable(text),
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

const source = record({
  what: 'a source',
  keys: {
    ...described,
    database: nullable(text),
    schema: nullable(text),
    loader: text,
    quoting,
    freshness: nullable(freshness),
    loaded_at_field: nullable(text),
    loaded_at_query: nullable(text),
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

const macroArgument = record({
  what: 'a macro argument',
  keys: { name: text, type: nullable(text), description: text },
  required: ['name'],
  unknown: 'error',
});
const macro = record({
  what: 'a macro',
  keys: { ...described, docs, arguments: listOf(macroArgument), data_type: nullable(text), constraints: any },
  required: ['name'],
  unknown: 'warning',
});

const ownerRule: Shape = (value, path, check) => {
  open(value, path, check);
  if (isMapping(value) && value.name === undefined && value.email === undefined) {
    check.report(
      error('project/invalid-value', 'An owner needs a "name" or an "email".', { place: check.at(...path) }),
      path,
    );
  }
};
const exposure = record({
  what: 'an exposure',
  keys: {
    ...described,
    type: oneOf('dashboard', 'notebook', 'analysis', 'ml', 'application'),
    owner: ownerRule,
    label: nullable(text),
    maturity: nullable(oneOf('low', 'medium', 'high')),
    tags: texts,
    url: nullable(text),
    depends_on: texts,
  },
  required: ['name', 'type', 'owner'],
  unknown: 'error',
});
const group = record({
  what: 'a group',
  keys: { name: text, owner: ownerRule, description: nullable(text), config: open },
  required: ['name', 'owner'],
  unknown: 'error',
});

const rows = expected(
  'a list of rows, or a text (csv, sql)',
  (value) => value === null || typeof value === 'string' || Array.isArray(value),
);
const fixtureKeys = { rows, format: oneOf('dict', 'csv', 'sql'), fixture: nullable(text) };
const unitTest = record({
  what: 'a unit test',
  keys: {
    name: text,
    model: text,
    description: text,
    given: listOf(
      record({ what: 'a given input', keys: { input: text, ...fixtureKeys }, required: ['input'], unknown: 'error' }),
    ),
    expect: record({ what: 'an expectation', keys: fixtureKeys, unknown: 'error' }),
    overrides: nullable(
      record({ what: 'an override block', keys: { macros: open, vars: open, env_vars: open }, unknown: 'error' }),
    ),
    config: open,
    versions: nullable(
      record({
        what: 'a version selection',
        keys: { include: nullable(list), exclude: nullable(list) },
        unknown: 'error',
        rule: includeOrExclude,
      }),
    ),
  },
  required: ['name', 'model', 'given', 'expect'],
  unknown: 'error',
  misplaced: { tags: 'under "config"', enabled: 'under "config"', meta: 'under "config"' },
});

const propertyFile = record({
  what: 'a property file',
  keys: {
    version: any,
    models: listOf(model),
    seeds: listOf(node('a seed')),
    snapshots: listOf(node('a snapshot', { relation: nullable(text) })),
    analyses: listOf(node('an analysis')),
    sources: listOf(source),
    macros: listOf(macro),
    exposures: listOf(exposure),
    groups: listOf(group),
    unit_tests: listOf(unitTest),
    data_tests: listOf(node('a data test')),
    // dbt reads none of it, and says nothing.
    tests: any,
    metrics: listOf(metric),
    semantic_models: listOf(semanticModel),
    saved_queries: listOf(savedQuery),
    functions: listOf(node('a function', { arguments: any, returns: nullable(open) })),
    anchors: any,
    docs: any,
  },
  unknown: 'warning',
  private: /^(?:x[-_]|[._])/,
});
