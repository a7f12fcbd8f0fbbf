import { resolve } from 'node:path';
import type { Diagnostic, Place } from '../diagnostics.ts';
import { checkConfigTree } from './known-configs.ts';
import { isTimeAt, type Located } from './located.ts';
import type { PackageProject } from './project.ts';
import { checkProjectFile } from './project-schema.ts';
import { isMapping } from './read-yaml.ts';
import type { ValueRenderer } from './render-values.ts';
import type { Path } from './shape.ts';

/** Whose dbt_project.yml it is. */
export interface ProjectFileOptions {
  /** Absolute folder of the package. */
  readonly root: string;
  readonly isRoot: boolean;
  /** Over the file's own keys: `--target-path`, `--log-path`. */
  readonly targetPath?: string;
  readonly logPath?: string;
  /** Values that cannot be rendered are left out without a word: they may need the target, or `--vars` that only other commands get. */
  readonly withoutTarget?: boolean;
}

/** Renders, checks and normalises a dbt_project.yml. Null where an error makes it unusable; findings go to `report` in every case. */
export function readProjectFile(
  file: Located,
  renderer: ValueRenderer,
  options: ProjectFileOptions,
  report: (finding: Diagnostic) => void,
): PackageProject | null {
  const found: Diagnostic[] = [];
  const rendered = renderer.render(file, (d) => found.push(d), staysUnrendered);
  if (options.isRoot)
    found.push(
      ...[...trees].map((key) => file.get(key)).flatMap((tree) => (tree === undefined ? [] : checkConfigTree(tree))),
    );
  checkProjectFile(rendered, {
    at: (...path) => file.at(...path),
    isTime: (path) => isTimeAt(file, path),
    report: (d) => found.push(d),
    jinja: false,
  });
  const own = found.filter((d) => !isEcho(d, found) && !(options.withoutTarget === true && d.code === 'jinja/render'));
  for (const finding of own) report(finding);
  if (own.some((finding) => spoils(finding, options)) || !isMapping(rendered)) return null;
  return normalise(rendered, file, options);
}

/** An unknown key ends every command, but the rest of the project can be read and checked without it. */
function spoils({ code, severity }: Diagnostic, { isRoot }: ProjectFileOptions): boolean {
  return severity === 'error' && !(isRoot && code === 'project/unknown-key');
}

/** A value that could not be rendered is undefined, which the structure check would complain of once more. */
function isEcho(finding: Diagnostic, all: readonly Diagnostic[]): boolean {
  if (finding.code !== 'project/invalid-value') return false;
  return all.some((d) => d !== finding && /^(jinja|env)\//.test(d.code) && d.place?.line === finding.place?.line);
}

const trees: ReadonlySet<string> = new Set([
  'models',
  'seeds',
  'snapshots',
  'analyses',
  'sources',
  'tests',
  'data_tests',
  'unit_tests',
  'metrics',
  'semantic-models',
  'saved-queries',
  'exposures',
  'functions',
]);
const hooks: ReadonlySet<string> = new Set(['pre-hook', 'post-hook', 'pre_hook', 'post_hook']);

/** What dbt leaves for later: hooks, query comment and vars. */
function staysUnrendered([first, ...rest]: Path): boolean {
  if (first === 'on-run-start' || first === 'on-run-end' || first === 'query-comment' || first === 'vars') return true;
  return typeof first === 'string' && trees.has(first) && isLateConfig(rest);
}

/** Whether a value of a config tree (path below `models:` and the like) is rendered only when its node runs: dbt's hooks. */
export function isLateConfig(path: Path): boolean {
  return path.some((step) => typeof step === 'string' && hooks.has(step.replace(/^[+ ]+/, '')));
}

function normalise(file: Record<string, unknown>, located: Located, options: ProjectFileOptions): PackageProject {
  const text = (key: string): string | undefined => (typeof file[key] === 'string' ? file[key] : undefined);
  const folders = (key: string, old: string | null, usual: string): readonly string[] =>
    texts(file[key]) ?? (old === null ? undefined : texts(file[old])) ?? [usual];
  const paths = {
    modelPaths: folders('model-paths', 'source-paths', 'models'),
    seedPaths: folders('seed-paths', 'data-paths', 'seeds'),
    testPaths: folders('test-paths', null, 'tests'),
    macroPaths: folders('macro-paths', null, 'macros'),
    analysisPaths: folders('analysis-paths', null, 'analyses'),
    snapshotPaths: folders('snapshot-paths', null, 'snapshots'),
    functionPaths: folders('function-paths', null, 'functions'),
  };
  const targetPath = options.targetPath ?? text('target-path') ?? 'target';
  return {
    name: text('name') ?? '',
    version: file.version === null || file.version === undefined ? null : String(file.version),
    root: resolve(options.root),
    isRoot: options.isRoot,
    ...paths,
    docsPaths: texts(file['docs-paths']) ?? [...new Set(Object.values(paths).flat())],
    assetPaths: texts(file['asset-paths']) ?? [],
    targetPath,
    logPath: options.logPath ?? text('log-path') ?? 'logs',
    packagesInstallPath: text('packages-install-path') ?? 'dbt_packages',
    cleanTargets: texts(file['clean-targets']) ?? [targetPath],
    profileName: text('profile') ?? null,
    vars: mapping(file.vars),
    quoting: quotingOf(file.quoting),
    dispatch: dispatchOf(file.dispatch),
    onRunStart: textOrTexts(file['on-run-start']),
    onRunEnd: textOrTexts(file['on-run-end']),
    hookPlaces: {
      'on-run-start': textPlaces(located.get('on-run-start')),
      'on-run-end': textPlaces(located.get('on-run-end')),
    },
    flags: mapping(file.flags),
    flagPlaces: Object.fromEntries(
      [...(located.get('flags')?.entries() ?? [])].map(([flag]) => [flag, located.at('flags', flag)]),
    ),
    queryComment: file['query-comment'] ?? null,
    restrictAccess: file['restrict-access'] === true,
    requireDbtVersion: textOrTexts(file['require-dbt-version'])
      .flatMap((one) => one.split(','))
      .map((one) => one.trim()),
    configs: {
      models: located.get('models'),
      seeds: located.get('seeds'),
      snapshots: located.get('snapshots'),
      tests: located.get('data_tests') ?? located.get('tests'),
      sources: located.get('sources'),
      exposures: located.get('exposures'),
      unit_tests: located.get('unit_tests'),
      metrics: located.get('metrics'),
      semantic_models: located.get('semantic-models'),
      saved_queries: located.get('saved-queries'),
      functions: located.get('functions'),
    },
  };
}

/** Folders without `./` before and `/` behind; null where the key is not given. */
function texts(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value
    .filter((one) => typeof one === 'string')
    .map((one) => one.replace(/^(?:\.\/)+(?=.)/, '').replace(/(?<=.)\/+$/, ''));
}

function textOrTexts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function textPlaces(texts: Located | undefined): readonly Place[] {
  if (typeof texts?.value === 'string') return [texts.textPlace];
  return [...(texts?.entries() ?? [])]
    .filter(([, one]) => typeof one.value === 'string')
    .map(([, one]) => one.textPlace);
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return isMapping(value) ? value : {};
}

function quotingOf(value: unknown): PackageProject['quoting'] {
  const given = mapping(value);
  const parts = ['database', 'schema', 'identifier'].filter((part) => typeof given[part] === 'boolean');
  return Object.fromEntries(parts.map((part) => [part, given[part]]));
}

function dispatchOf(value: unknown): PackageProject['dispatch'] {
  if (!Array.isArray(value)) return [];
  return value.map((entry: { macro_namespace: unknown; search_order: unknown[] }) => ({
    macro_namespace: String(entry.macro_namespace),
    search_order: entry.search_order.map(String),
  }));
}
