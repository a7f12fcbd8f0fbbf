import { type Configured, isLeaf, leafNodes } from '../manifest/leaf-nodes.ts';
import type { LeafNode } from '../manifest/nodes.ts';
import { nameMatches } from './name-match.ts';
import type { Criterion, MethodName } from './selection.ts';
import { resultMethod, type StateContext, sourceStatusMethod, stateMethod } from './state-methods.ts';
import { pathMatches, wildcardMatches } from './wildcard.ts';

/** What can be selected. */
export type Selectable = Configured;

/** A test of one node, made once a criterion; or why the criterion cannot be used. */
export type Matcher = ((node: Selectable) => boolean) | { readonly invalid: string; readonly hint: string };

/** The matcher of a criterion's method and value over a manifest, as dbt's selector methods define it. */
export function matcherOf(criterion: Criterion, context: StateContext): Matcher {
  return methods[criterion.method](criterion, context);
}

type Method = (criterion: Criterion, context: StateContext) => Matcher;

const methods: Readonly<Record<MethodName, Method>> = {
  fqn:
    ({ value }) =>
    (node) =>
      node.resource_type !== 'source' && nameMatches(node.fqn, String(value), versionOf(node) !== null),
  tag:
    ({ value }) =>
    (node) =>
      tagsOf(node).some((tag) => wildcardMatches(tag, String(value))),
  group:
    ({ value }) =>
    (node) => {
      const group = node.config.group;
      if (!isGroupable(node)) return false;
      return typeof group === 'string' && wildcardMatches(group, String(value));
    },
  access:
    ({ value }) =>
    (node) =>
      node.resource_type === 'model' && node.access === value,
  source: sourceMethod,
  exposure: namedMethod('an exposure', 'exposure'),
  path: pathMethod,
  file:
    ({ value }) =>
    (node) => {
      const name = node.original_file_path.split('/').at(-1) ?? '';
      return wildcardMatches(name, String(value)) || wildcardMatches(name.replace(/(?<=.)\.[^.]*$/, ''), String(value));
    },
  package: ({ value }, { manifest }) => {
    const wanted = value === 'this' ? String(manifest.metadata.project_name ?? value) : String(value);
    return (node) => wildcardMatches(node.package_name, wanted);
  },
  config: configMethod,
  test_name:
    ({ value }) =>
    (node) =>
      wildcardMatches(testName(node) ?? '', String(value)),
  test_type: testTypeMethod,
  resource_type: resourceTypeMethod,
  version: versionMethod,
  metric: namedMethod('a metric', 'metric'),
  semantic_model: namedMethod('a semantic model', 'semantic_model'),
  saved_query: namedMethod('a saved query', 'saved_query'),
  unit_test: namedMethod('a unit test', 'unit_test'),
  state: stateMethod,
  result: resultMethod,
  source_status: sourceStatusMethod,
  selector: () => ({ invalid: 'A selector is named in selectors.yml only.', hint: 'Write `--selector NAME`.' }),
};

/** dbt looks at the groups of nodes and metrics. */
function isGroupable(node: Selectable): boolean {
  return node.resource_type === 'metric' || !(isLeaf(node) || /^(source|unit_test)$/.test(node.resource_type));
}

/** The tags of a resource; semantic models have none. */
export function tagsOf(node: Selectable): readonly string[] {
  return 'tags' in node ? node.tags : [];
}

function sourceMethod({ value }: Criterion): Matcher {
  const parts = String(value).split('.');
  if (parts.length > 3) {
    return {
      invalid: `"${value}" has too many parts for a source.`,
      hint: 'Write source:NAME, source:NAME.TABLE or source:PACKAGE.NAME.TABLE.',
    };
  }
  const [packageName = '*', source = '*', table = '*'] = parts.length === 3 ? parts : ['*', ...parts];
  return (node) =>
    node.resource_type === 'source' &&
    wildcardMatches(node.package_name, packageName) &&
    wildcardMatches(node.source_name, source) &&
    wildcardMatches(node.name, table);
}

/** Resources of one type, by name or by package and name. */
function namedMethod(what: string, type: LeafNode['resource_type'] | 'unit_test'): Method {
  return ({ value }) => {
    const parts = String(value).split('.');
    if (parts.length > 2) {
      const hint = `Write ${type}:NAME or ${type}:PACKAGE.NAME.`;
      return { invalid: `"${value}" has too many parts for ${what}.`, hint };
    }
    const [packageName = '*', name = '*'] = parts.length === 2 ? parts : ['*', ...parts];
    return (node) =>
      node.resource_type === type &&
      wildcardMatches(node.package_name, packageName) &&
      wildcardMatches(node.name, name);
  };
}

function testName(node: Selectable): string | undefined {
  if (node.resource_type === 'unit_test') return node.name;
  return node.resource_type === 'test' ? node.test_metadata?.name : undefined;
}

/** Files of the root project and their folders that fit; a node is meant by its file, a folder above it or its property file. */
function pathMethod({ value }: Criterion, { manifest }: StateContext): Matcher {
  const pattern = String(value)
    .replace(/^(\.\/)+/, '')
    .replace(/\/+$/, '');
  const root = manifest.metadata.project_name;
  const known = new Set<string>();
  // dbt looks for files: one whose node is disabled is there too.
  const all = [
    ...Object.values(manifest.nodes),
    ...Object.values(manifest.sources),
    ...leafNodes(manifest),
    ...Object.values(manifest.disabled).flat(),
  ];
  for (const node of all) {
    if (root !== undefined && node.package_name !== root) continue;
    for (const file of filesOf(node)) for (const path of withFolders(file)) known.add(path);
  }
  const fitting = new Set([...known].filter((path) => pathMatches(path, pattern)));
  return (node) =>
    withFolders(node.original_file_path).some((path) => fitting.has(path)) ||
    filesOf(node).some((path) => fitting.has(path));
}

function filesOf(node: Selectable): readonly string[] {
  const patch = 'patch_path' in node ? node.patch_path?.split('://')[1] : undefined;
  return patch === undefined ? [node.original_file_path] : [node.original_file_path, patch];
}

function withFolders(file: string): readonly string[] {
  const parts = file.split('/');
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

function configMethod({ value, methodArguments }: Criterion): Matcher {
  const ignoreCase = methodArguments.length === 1 && methodArguments[0] === 'severity';
  const same = (found: unknown): boolean => {
    if (typeof found === 'boolean') return String(value).toLowerCase() === String(found);
    if (ignoreCase && typeof found === 'string') return found.toLowerCase() === String(value).toLowerCase();
    return found === value || (typeof found === 'number' && typeof value === 'number' && found === value);
  };
  return (node) => {
    // dbt's configs of nodes and sources; its unit tests and functions are neither.
    if (isLeaf(node) || node.resource_type === 'unit_test' || node.resource_type === 'function') return false;
    let found: unknown = node.config;
    for (const key of methodArguments) {
      if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return false;
      found = (found as Readonly<Record<string, unknown>>)[key];
    }
    return Array.isArray(found) ? found.some(same) : same(found);
  };
}

function testTypeMethod({ value }: Criterion): Matcher {
  const generic = value === 'generic' || value === 'schema' || value === 'data';
  const singular = value === 'singular' || value === 'data';
  if (!generic && !singular && value !== 'unit') {
    return { invalid: `"${value}" is not a type of test.`, hint: 'Types are generic, singular, data (both) and unit.' };
  }
  return (node) => {
    if (node.resource_type === 'unit_test') return value === 'unit';
    return node.resource_type === 'test' && (node.test_metadata === undefined ? singular : generic);
  };
}

const resourceTypeNames = [
  'model',
  'analysis',
  'test',
  'snapshot',
  'operation',
  'seed',
  'rpc',
  'sql_operation',
  'doc',
  'source',
  'macro',
  'exposure',
  'metric',
  'group',
  'saved_query',
  'semantic_model',
  'unit_test',
  'fixture',
  'function',
] as const;

function resourceTypeMethod({ value }: Criterion): Matcher {
  if (!(resourceTypeNames as readonly unknown[]).includes(value)) {
    return {
      invalid: `"${value}" is not a type of resource.`,
      hint: 'Types are model, seed, snapshot, test, unit_test, source, exposure and analysis.',
    };
  }
  return (node) => node.resource_type === value;
}

function versionMethod({ value }: Criterion): Matcher {
  if (value === 'none') return (node) => node.resource_type === 'model' && node.version === null;
  if (value !== 'latest' && value !== 'prerelease' && value !== 'old') {
    return { invalid: `"${value}" is not a kind of version.`, hint: 'Kinds are latest, prerelease, old and none.' };
  }
  return (node) => {
    if (node.resource_type !== 'model' || node.version === null || node.latest_version === null) return false;
    const order = compareVersions(node.version, node.latest_version);
    return value === 'latest' ? order === 0 : value === 'prerelease' ? order > 0 : order < 0;
  };
}

function compareVersions(a: string | number, b: string | number): number {
  const [left, right] = [Number(a), Number(b)];
  if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

function versionOf(node: Selectable): string | number | null {
  return node.resource_type === 'model' ? (node.version ?? null) : null;
}
