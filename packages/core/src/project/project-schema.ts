import { type DeprecationName, deprecated } from '../deprecated.ts';
import { error, warning } from '../diagnostics.ts';
import { didYouMeanHint } from '../near-names.ts';
import { adapterBehaviorFlags, behaviorFlags } from './behavior-flags.ts';
import { projectNameProblem } from './project-name.ts';
import { mappingConfigs, projectQuoting } from './property-parts.ts';
import { isMapping } from './read-yaml.ts';
import {
  all,
  any,
  bool,
  type Check,
  expected,
  list,
  listOf,
  mapping,
  notBoth,
  nullable,
  open,
  record,
  type Shape,
  text,
  textKeys,
  textOrTexts,
  texts,
  unrenderedText,
  unrenderedTexts,
} from './shape.ts';

/** Checks a rendered dbt_project.yml. What dbt 1.11 refuses is an error; what it takes and ignores, or calls deprecated, a warning. */
export function checkProjectFile(value: unknown, check: Check): void {
  projectFile(value, [], check);
}

const name: Shape = (value, path, check) => {
  text(value, path, check);
  const problem = typeof value === 'string' ? projectNameProblem(value) : null;
  if (problem === null) return;
  const { message, hint } = problem;
  check.report(error('project/invalid-value', message, { place: check.at(...path), hint }), path);
};

const version: Shape = expected(
  'a version such as "1.0.0"',
  (value) =>
    typeof value === 'object' ||
    (typeof value === 'number' && !Number.isInteger(value)) ||
    (typeof value === 'string' && /^\d+\.\d+/.test(value)),
);

const configVersion: Shape = (value, path, check) => {
  if (value === null || value === 2) return;
  const hint = 'Write `config-version: 2`, or leave it out.';
  check.report(error('project/invalid-value', '"config-version" must be 2.', { place: check.at(...path), hint }), path);
};

const dispatch = listOf(
  record({
    what: 'an entry of "dispatch"',
    keys: { macro_namespace: any, search_order: list },
    required: ['macro_namespace', 'search_order'],
    unknown: 'warning',
  }),
);

/** DuckDB would take what follows for SQL. */
const comment: Shape = (value, path, check) => {
  text(value, path, check);
  if (typeof value !== 'string' || !value.includes('*/')) return;
  const message = 'A query comment cannot hold "*/", which ends it.';
  check.report(error('project/invalid-value', message, { place: check.at(...path), hint: 'Take it out.' }), path);
};

const queryComment: Shape = (value, path, check) => {
  if (value === null) return;
  if (typeof value === 'string') return comment(value, path, check);
  const keys = { comment: nullable(comment), append: nullable(bool), 'job-label': bool };
  record({ what: 'a query comment', keys, unknown: 'error' })(value, path, check);
};

const knownFlags: readonly string[] = [
  ...Object.keys(behaviorFlags),
  ...adapterBehaviorFlags,
  ...['cache_selected_only', 'debug', 'fail_fast', 'indirect_selection', 'log_format', 'log_format_file', 'log_level'],
  ...['log_level_file', 'partial_parse', 'populate_cache', 'printer_width', 'send_anonymous_usage_stats'],
  ...['static_parser', 'use_colors', 'use_colors_file', 'version_check', 'use_experimental_parser', 'warn_error'],
  ...['warn_error_options', 'write_json'],
];

/** Flags are open: dbt adds and drops them. Only what looks like a slip is mentioned. */
const flags: Shape = (value, path, check) => {
  open(value, path, check);
  if (!isMapping(value)) return;
  for (const key of Object.keys(value)) {
    const hint = knownFlags.includes(key) ? undefined : didYouMeanHint(key, knownFlags);
    if (hint !== undefined) {
      check.report(
        warning('project/unknown-key', `There is no flag "${key}"; it is ignored, as in dbt.`, {
          place: check.at(...path, key),
          hint,
        }),
        path,
      );
    }
  }
};

/** A key that dbt has renamed or retired, still read. */
function renamed(shape: Shape, name: DeprecationName, advice: string, usual?: string): Shape {
  return (value, path, check) => {
    shape(value, path, check);
    if (usual !== undefined && value === usual) return;
    const message = `"${String(path.at(-1))}" is deprecated in dbt; it still works.`;
    check.report(deprecated(name, message, { place: check.at(...path), hint: advice }), path);
  };
}

const paths = nullable(texts);
/** Hooks, which dbt takes from this file as YAML reads them: a date among them is no SQL. */
const hookTexts: Shape = (value, path, check) => {
  if (typeof value === 'string') unrenderedText(value, path, check);
  else if (Array.isArray(value)) for (const [at, one] of value.entries()) hookTexts(one, [...path, at], check);
  else if (isMapping(value)) hookTexts(value.sql, [...path, 'sql'], check);
};
/** Configs by folder. */
const folder: Shape = (value, path, check) => {
  textKeys(value, path, check);
  if (!isMapping(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (/^\+?(pre|post)[-_]hook$/.test(key)) hookTexts(inner, [...path, key], check);
    if (key.startsWith('+') || mappingConfigs.includes(key)) {
      if (mappingConfigs.includes(key.replace(/^\+/, ''))) textKeys(inner, [...path, key], check);
    } else folder(inner, [...path, key], check);
  }
};
const tree = nullable(all(mapping, folder));

const projectFile: Shape = record({
  what: 'dbt_project.yml',
  keys: {
    name,
    'config-version': configVersion,
    version,
    'project-root': any,
    profile: nullable(text),
    'model-paths': paths,
    'source-paths': renamed(paths, 'ConfigSourcePathDeprecation', 'Rename it to "model-paths".'),
    'seed-paths': paths,
    'data-paths': renamed(paths, 'ConfigDataPathDeprecation', 'Rename it to "seed-paths".'),
    'test-paths': paths,
    'macro-paths': paths,
    'analysis-paths': paths,
    'snapshot-paths': paths,
    'docs-paths': paths,
    'asset-paths': paths,
    'function-paths': paths,
    'target-path': renamed(
      nullable(text),
      'ConfigTargetPathDeprecation',
      'Use --target-path or DBT_TARGET_PATH.',
      'target',
    ),
    'log-path': renamed(nullable(text), 'ConfigLogPathDeprecation', 'Use --log-path or DBT_LOG_PATH.', 'logs'),
    'packages-install-path': nullable(text),
    'clean-targets': paths,
    quoting: nullable(projectQuoting),
    'on-run-start': nullable(unrenderedTexts),
    'on-run-end': nullable(unrenderedTexts),
    'require-dbt-version': nullable(textOrTexts),
    dispatch,
    models: tree,
    seeds: tree,
    snapshots: tree,
    analyses: tree,
    sources: tree,
    tests: tree,
    data_tests: tree,
    unit_tests: tree,
    metrics: tree,
    'semantic-models': tree,
    'saved-queries': tree,
    exposures: tree,
    functions: tree,
    vars: nullable(open),
    packages: expected('a list', Array.isArray),
    'query-comment': queryComment,
    'restrict-access': bool,
    'dbt-cloud': nullable(open),
    flags,
  },
  required: ['name'],
  unknown: 'error',
  rule: all(
    notBoth('source-paths', 'model-paths'),
    notBoth('data-paths', 'seed-paths'),
    notBoth('tests', 'data_tests'),
  ),
});
