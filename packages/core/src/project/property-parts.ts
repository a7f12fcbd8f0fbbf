import { error } from '../diagnostics.ts';
import { isMapping } from './read-yaml.ts';
import {
  any,
  anyCase,
  bool,
  expected,
  hasJinja,
  integer,
  listOf,
  notBoth,
  nullable,
  oneOf,
  open,
  orEmpty,
  record,
  type Shape,
  text,
  textKeys,
  texts,
  unrenderedText,
} from './shape.ts';

/** dbt's standard grains, finest first. */
export const granularities = [
  'nanosecond',
  'microsecond',
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
] as const;

const quotingKeys = {
  database: nullable(bool),
  schema: nullable(bool),
  identifier: nullable(bool),
  project: nullable(bool),
  snowflake_ignore_case: nullable(bool),
};

/** `quoting:` of a project. */
export const projectQuoting: Shape = record({ what: 'a quoting block', keys: quotingKeys, unknown: 'error' });

/** `quoting:` of a source or a table. */
export const quoting: Shape = record({
  what: 'a quoting block',
  keys: { ...quotingKeys, column: nullable(bool) },
  unknown: 'error',
});

const period = record({
  what: 'a freshness threshold',
  keys: { count: nullable(integer), period: nullable(oneOf('minute', 'hour', 'day')) },
  unknown: 'error',
});

/** `freshness:` of a source or a table. */
export const freshness: Shape = record({
  what: 'a freshness block',
  keys: { warn_after: nullable(period), error_after: nullable(period), filter: nullable(text) },
  unknown: 'error',
});

/** One generic test: its name, or its name with arguments, or `{test_name: …}` with arguments beside it. */
const genericTest: Shape = (value, path, check) => {
  if (typeof value === 'string') return;
  if (!isMapping(value)) {
    expected('a test name or a mapping of a test name to its arguments', () => false)(value, path, check);
    return;
  }
  if ('test_name' in value) return;
  const names = Object.keys(value);
  const [name] = names;
  if (name === undefined || names.length > 1) {
    const message = `A test is one key with its arguments below it; here are ${names.length}: ${names.join(', ')}.`;
    const hint =
      name === undefined
        ? 'Write the name of the test.'
        : `Indent "${names.slice(1).join('", "')}" below "${name}:", or begin a new item with "- ".`;
    check.report(error('project/invalid-value', message, { place: check.at(...path, names[1] ?? ''), hint }), path);
    return;
  }
  const args = value[name];
  if (isMapping(args) || hasJinja(args)) {
    textKeys(args, [...path, name], check);
    return;
  }
  const place = check.at(...path, name);
  const shown =
    args === null ? `write "- ${name}" where it has no arguments` : 'each needs its name, as in `values: [a, b]`';
  check.report(
    error('project/invalid-value', `The arguments of the test "${name}" must be a mapping; ${shown}.`, { place }),
    path,
  );
};

const tests = listOf(genericTest);
/** `data_tests:` (or the older `tests:`) of a node or a column, which dbt does not render before it reads them. */
export const testList: Shape = (value, path, check) => tests(value, path, { ...check, jinja: false });

/** `docs:` of a node, a column or a macro. */
export const docs: Shape = record({
  what: 'a docs block',
  keys: { show: bool, node_color: nullable(text) },
  unknown: 'error',
});
/** One of the two names. */
export const bothTests: Shape = notBoth('tests', 'data_tests');
const constraint: Shape = (value, path, check) => {
  open(value, path, check);
  if (!isMapping(value)) return;
  constraintType(value.type, [...path, 'type'], check);
  for (const key of ['columns', 'to_columns'])
    if (value[key] !== undefined) constraintColumns(value[key], [...path, key], check);
};
const constraintColumns = expected('a list of columns', (value) => typeof value === 'string' || Array.isArray(value));
const constraintType = oneOf('check', 'not_null', 'unique', 'primary_key', 'foreign_key', 'custom');
/** `constraints:` of a node or a column. */
export const constraints: Shape = listOf(constraint);
/** Configs that are mappings, whose keys dbt wants to be texts. */
export const mappingConfigs: readonly string[] = ['meta', 'persist_docs', 'quoting', 'column_types', 'grants'];

const config: Shape = (value, path, check) => {
  open(value, path, check);
  if (isMapping(value)) for (const key of mappingConfigs) textKeys(value[key], [...path, key], check);
};

/** The config of what has no other than `meta`. */
export const metaConfig: Shape = record({
  what: 'a config',
  keys: { meta: open },
  unknown: 'warning',
  private: /^/,
});

/** What most entries have. */
export const described: Readonly<Record<string, Shape>> = {
  name: text,
  description: unrenderedText,
  config,
  meta: open,
};
/** The tests of what has some. */
export const tested: Readonly<Record<string, Shape>> = { tests: testList, data_tests: testList };

/** dbt puts tags into a set, which holds no lists and mappings, and which it sorts. */
const columnTags: Shape = (value, path, check) => {
  if (typeof value === 'number' || typeof value === 'boolean') texts(value, path, check);
  if (!Array.isArray(value)) return;
  for (const [at, tag] of value.entries()) singleValue(tag, [...path, at], check);
};
const singleValue = expected('a text', (value) => value !== null && typeof value !== 'object');
const columnConfig: Shape = (value, path, check) => {
  config(value, path, check);
  if (isMapping(value)) columnTags(value.tags, [...path, 'tags'], check);
};

const columnKeys: Readonly<Record<string, Shape>> = {
  ...described,
  config: columnConfig,
  ...tested,
  data_type: nullable(text),
  constraints,
  docs,
  quote: nullable(bool),
  tags: texts,
  granularity: orEmpty(anyCase(...granularities)),
  policy_tags: any,
  dimension: any,
  entity: any,
};
/** A column of a node or of a source table. */
export const column: Shape = record({
  what: 'a column',
  keys: columnKeys,
  required: ['name'],
  unknown: 'warning',
  rule: bothTests,
});
