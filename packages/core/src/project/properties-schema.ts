import { error } from '../diagnostics.ts';
import { isFloat, isInt, type PyFloat, type PyInt, toNumber } from '../jinja/values/number.ts';
import { bothTests, column, constraints, described, docs, metaConfig, tested, testList } from './property-parts.ts';
import { isMapping } from './read-yaml.ts';
import { metric, savedQuery, semanticModel } from './semantics-schema.ts';
import {
  all,
  any,
  bool,
  type Check,
  expected,
  hasJinja,
  list,
  listOf,
  nullable,
  onceIn,
  oneOf,
  open,
  orEmpty,
  record,
  type Shape,
  text,
  textKeys,
  textOrTexts,
  texts,
  unrenderedText,
} from './shape.ts';
import { source } from './sources-schema.ts';

/** Checks a whole property file (schema.yml) for its structure. `config` and `meta` are open, as in dbt; values with Jinja pass. */
export function checkProperties(value: unknown, check: Omit<Check, 'jinja'>): void {
  propertyFile(value, [], { ...check, jinja: true });
}

/** Checks an entry whose texts are rendered: dbt looks at values as they come out, so a text in Jinja may be no mapping, or give no list. */
export function checkRenderedEntry(kind: EntryKind, value: unknown, check: Omit<Check, 'jinja'>): void {
  entries[kind](value, [], { ...check, jinja: false });
}

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

/** Texts of which Python's dateutil makes a moment: those without a figure name a day or a month. */
const date: Shape = expected('a date, such as 2030-01-31', (value) => {
  if (typeof value !== 'string') return false;
  const [iso] = /^\d{4}-\d\d-\d\d\b/.exec(value) ?? [];
  if (iso !== undefined) return !Number.isNaN(Date.parse(iso));
  return (
    /\d/.test(value) || /^\s*(mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i.test(value)
  );
});

const included = expected(
  '"all", "*" or a list of texts',
  (value) =>
    value === 'all' || value === '*' || (Array.isArray(value) && value.every((one) => typeof one === 'string')),
);
const includeExclude = record({
  what: 'a column selection',
  keys: { include: included, exclude: texts },
  unknown: 'error',
});
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

const isVersion = (value: unknown): value is string | PyInt | number | PyFloat =>
  typeof value === 'string' || isInt(value) || isFloat(value);
const versionId = expected('a text or a number', isVersion);
const version = record({
  what: 'a version',
  keys: {
    ...described,
    description: text,
    tests: nullable(testList),
    data_tests: nullable(testList),
    v: versionId,
    defined_in: nullable(text),
    access: nullable(oneOf('private', 'protected', 'public')),
    constraints,
    docs,
    columns: listOf(versionColumn),
    deprecation_date: nullable(date),
  },
  required: ['v'],
  unknown: 'error',
  rule: bothTests,
});

/** A model's latest version is one of its versions: dbt takes `1` and `'1'` for two, `1` and `1.0` for one. */
const latestIsThere: Shape = (value, path, check) => {
  if (!isMapping(value) || !isVersion(value.latest_version)) return;
  const { latest_version: latest, versions } = value;
  const given = (Array.isArray(versions) ? versions : []).flatMap((one) => (isMapping(one) ? [one.v] : []));
  if (check.jinja && [latest, ...given].some(hasJinja)) return;
  const same = (one: unknown): boolean =>
    isVersion(one) &&
    (typeof one === 'string' || typeof latest === 'string' ? one === latest : toNumber(one) === toNumber(latest));
  if (latest === '' || (typeof latest !== 'string' && toNumber(latest) === 0) || given.some(same)) return;
  const place = check.at(...path, 'latest_version');
  const shown = (one: unknown): string => (typeof one === 'string' ? `"${one}"` : String(one));
  const message = `"latest_version" is ${shown(latest)}, which is none of the versions: ${given.map(shown).join(', ')}.`;
  check.report(error('project/invalid-value', message, { place, hint: 'Write it as under `versions`.' }), path);
};

/** dbt moves these from an entry into its config. */
const nodeRule = all(textKeys, bothTests, onceIn('config', ['meta', 'docs', 'group', 'contract', 'access']));

/** Of the versions of a model a unit test names those that it is for, or those that it is not for. */
const includeOrExclude: Shape = (value, path, check) => {
  if (!isMapping(value)) return;
  const filled = ['include', 'exclude'].filter((key) => Array.isArray(value[key]) && value[key].length > 0);
  if (filled.length < 2) return;
  const message = 'The versions of a unit test are named under "include" or under "exclude", not under both.';
  const place = check.at(...path, 'exclude');
  check.report(error('project/invalid-value', message, { place, hint: 'Take one of them away.' }), path);
};

function node(
  what: string,
  more: Readonly<Record<string, Shape>> = {},
  required: readonly string[] = [],
  rule: Shape = any,
): Shape {
  const keys = { ...nodeKeys, ...more };
  return record({
    what,
    keys,
    required: ['name', ...required],
    unknown: 'warning',
    misplaced: underConfig,
    rule: all(nodeRule, rule),
  });
}

const granularity = record({
  what: 'a custom granularity',
  keys: { name: text, column_name: nullable(text) },
  required: ['name'],
  unknown: 'error',
});
const timeSpine = record({
  what: 'a time spine',
  keys: { standard_granularity_column: text, custom_granularities: listOf(granularity) },
  required: ['standard_granularity_column'],
  unknown: 'error',
});

const model = node(
  'a model',
  {
    latest_version: nullable(versionId),
    versions: listOf(version),
    deprecation_date: nullable(date),
    time_spine: nullable(timeSpine),
    freshness: any,
    semantic_model: any,
    metrics: any,
    derived_semantics: any,
    primary_entity: any,
    agg_time_dimension: any,
  },
  [],
  latestIsThere,
);

const macroArgument = record({
  what: 'a macro argument',
  keys: { name: text, type: nullable(text), description: unrenderedText },
  required: ['name'],
  unknown: 'error',
});
/** Of a macro's config dbt reads these, and takes nothing, in whatever shape, for none. */
const macroConfig = record({
  what: 'a config',
  keys: {
    meta: orEmpty(open),
    docs: orEmpty(record({ what: 'a docs block', keys: { show: any, node_color: any }, unknown: 'error' })),
  },
  unknown: 'warning',
  private: /^/,
});
const macro = record({
  what: 'a macro',
  keys: {
    ...described,
    config: macroConfig,
    docs,
    arguments: listOf(macroArgument),
    data_type: nullable(text),
    constraints: any,
  },
  required: ['name'],
  unknown: 'warning',
});

const owner = record({
  what: 'an owner',
  keys: { name: nullable(text), email: nullable(textOrTexts) },
  unknown: 'warning',
  private: /^/,
});
const ownerRule: Shape = (value, path, check) => {
  owner(value, path, check);
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
  keys: {
    name: text,
    owner: ownerRule,
    description: nullable(unrenderedText),
    config: metaConfig,
  },
  required: ['name', 'owner'],
  unknown: 'error',
});

const typed = { data_type: text, description: nullable(text) };
const argument = record({
  what: 'an argument',
  keys: { name: text, ...typed, default_value: any },
  required: ['name', 'data_type'],
  unknown: 'error',
});
const returns = record({ what: 'what a function returns', keys: typed, required: ['data_type'], unknown: 'error' });

const rows = expected(
  'a list of rows, each a mapping, or a text (csv, sql)',
  (value) => value === null || typeof value === 'string' || (Array.isArray(value) && value.every(isMapping)),
);
const fixtureKeys = { rows, format: oneOf('dict', 'csv', 'sql'), fixture: nullable(text) };
const unitTest = record({
  what: 'a unit test',
  keys: {
    name: text,
    model: text,
    description: unrenderedText,
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

const refOrSource = expected(
  "a call of ref or source: `ref('orders')`",
  (value) => typeof value === 'string' && /^\s*(ref|source)\s*\(/.test(value),
);
/** dbt reads it as it is written. */
const relation: Shape = (value, path, check) => refOrSource(value, path, { ...check, jinja: false });

/** A key of a property file that lists entries. */
export type EntryKind =
  | ('models' | 'seeds' | 'snapshots' | 'analyses' | 'sources' | 'macros' | 'exposures')
  | ('groups' | 'unit_tests' | 'data_tests' | 'metrics' | 'semantic_models' | 'saved_queries' | 'functions');

const entries: Readonly<Record<EntryKind, Shape>> = {
  models: model,
  seeds: node('a seed'),
  snapshots: node('a snapshot', { relation }),
  analyses: node('an analysis'),
  sources: source,
  macros: macro,
  exposures: exposure,
  groups: group,
  unit_tests: unitTest,
  data_tests: node('a data test'),
  metrics: metric,
  semantic_models: semanticModel,
  saved_queries: savedQuery,
  functions: node('a function', { arguments: listOf(argument), returns }, ['returns']),
};

/** An entry is a mapping as it is written: Jinja gives none. */
function written(entry: Shape): Shape {
  return (value, path, check) => entry(value, path, isMapping(value) ? check : { ...check, jinja: false });
}

/** dbt looks for the list before it renders anything. */
function writtenList(entry: Shape): Shape {
  return (value, path, check) => {
    list(value, path, { ...check, jinja: false });
    if (Array.isArray(value)) listOf(entry)(value, path, check);
  };
}

const propertyFile = record({
  what: 'a property file',
  keys: {
    version: any,
    ...Object.fromEntries(Object.entries(entries).map(([kind, entry]) => [kind, writtenList(written(entry))])),
    // dbt reads none of it, and says nothing.
    tests: any,
    anchors: any,
    docs: any,
  },
  unknown: 'warning',
  private: /^(?:x[-_]|[._])/,
});
