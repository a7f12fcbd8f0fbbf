import type { Lookup } from '../context/lookup.ts';
import { type Diagnostic, error, type Place } from '../diagnostics.ts';
import type { ManifestNode, ModelNode, NodeConfig, UnitTestNode } from '../manifest/nodes.ts';
import type { Located } from '../project/located.ts';
import type { PropertyFile } from '../project/project.ts';
import { missingRefHint } from './missing-names.ts';
import { newNode } from './new-node.ts';
import { addNode, type ParseState } from './parse-state.ts';
import { listOf, recordOf, textOf } from './read-values.ts';
import { readFixture, unitTestChecksum } from './unit-fixtures.ts';

/** Where an input or the expectation of a unit test is written, among the origins of nodes: for errors in its rows. */
export function fixtureOrigin(test: string, part: string): string {
  return `${test}#${part}`;
}

/**
 * Parses the unit tests of all property files, when the models are known: one a version of its model, disabled with it. What cannot be is a finding,
 * as dbt has it.
 */
export function parseUnitTests(state: ParseState, lookup: Lookup): void {
  const known = new Map<string, Place>();
  for (const file of state.scope.project.properties)
    for (const entry of file.unitTests) parseUnitTest(state, lookup, { file, entry, known });
}

interface Written {
  readonly file: PropertyFile;
  readonly entry: Located;
  /** Where those before it are, by id. */
  readonly known: Map<string, Place>;
}

function parseUnitTest(state: ParseState, lookup: Lookup, { entry, file, known }: Written): void {
  const renderer = state.rendererFor(file.file.packageName);
  const data = renderer.entry('unit_tests', entry);
  const node = unitTestNode(state, lookup, { file, entry, data });
  if (node.config.enabled === false) {
    addNode(state, node);
    return;
  }
  const twin = known.get(node.unique_id);
  known.set(node.unique_id, entry.place);
  if (twin !== undefined) {
    state.diagnostics.push(duplicate(node, entry, twin));
    return;
  }
  const [name = '', version = null] = node.model.split(/\s+/);
  const found = lookup.ref({ name, version, package: node.package_name }, node.package_name);
  if (found.kind === 'disabled') {
    node.config.enabled = false;
    addNode(state, node);
    return;
  }
  const report = (message: string, key: string, hint: string): void => {
    const place = (entry.get(key) ?? entry).place;
    state.diagnostics.push(
      error(key === 'model' ? 'ref/not-found' : 'project/invalid-value', message, {
        place,
        hint,
        node: node.unique_id,
      }),
    );
  };
  if (found.kind !== 'found' || found.node.resource_type !== 'model') {
    const hint = missingRefHint({ name, version, package: null }, lookup, node.package_name);
    report(`The unit test ${node.name} is on a model "${node.model}", which was not found.`, 'model', hint);
    return;
  }
  const slip = incrementalSlip(node, found.node);
  if (slip !== null) report(slip.message, 'overrides', slip.hint);
  else for (const model of testedVersions(state, node, found.node, report)) addNode(state, ofModel(state, node, model));
}

function duplicate({ model, name, unique_id }: UnitTestNode, entry: Located, { file, line }: Place): Diagnostic {
  return error(
    'project/duplicate',
    `Two unit tests on ${model} have the name "${name}": the other is in ${file}, line ${line}.`,
    {
      place: (entry.get('name') ?? entry).place,
      hint: 'Rename one of them: names are unique among the unit tests of a model.',
      node: unique_id,
    },
  );
}

interface Entry {
  readonly file: PropertyFile;
  readonly entry: Located;
  readonly data: Readonly<Record<string, unknown>>;
}

function unitTestNode(state: ParseState, lookup: Lookup, { data, entry, file: { file } }: Entry): UnitTestNode {
  const { packageName, path, relativePath } = file;
  const [name, model] = [textOf(data.name), textOf(data.model)];
  const fqn = [packageName, ...relativePath.split('/').slice(0, -1), model, name];
  const { project, startedAt } = state.scope;
  const patch = recordOf(data.config);
  const { config } = state.configs.assemble({ type: 'unit_test', fqn, packageName, calls: {}, patch });
  const uniqueId = `unit_test.${packageName}.${model}.${name}`;
  const facts = { type: 'unit_test', name, packageName, uniqueId, path: relativePath, originalFilePath: path } as const;
  const base = newNode(
    { ...facts, fqn, code: '', checksum: { name: 'sha256', checksum: '' } },
    project.target,
    startedAt,
  );
  const node: UnitTestNode = {
    ...base,
    ...{ resource_type: 'unit_test', model, schema: '', description: textOf(data.description) },
    config: config as NodeConfig,
    tags: config.tags,
    given: listOf(data.given).map((_, at) => ({
      input: textOf(recordOf(recordOf(listOf(data.given)[at])).input),
      ...fixture(state, lookup, { data, entry, name, packageName }, ['given', at]),
    })),
    expect: fixture(state, lookup, { data, entry, name, packageName }, ['expect']),
    overrides: overridesOf(data.overrides),
    versions: versionsOf(data.versions),
    version: null,
  };
  node.checksum = { name: 'sha256', checksum: unitTestChecksum(node) };
  remember(state, node, entry);
  return node;
}

interface FixtureOf {
  readonly data: Entry['data'];
  readonly entry: Located;
  readonly name: string;
  readonly packageName: string;
}

function fixture(
  state: ParseState,
  lookup: Lookup,
  { data, entry, name, packageName }: FixtureOf,
  [key, at]: readonly ['given', number] | readonly ['expect'],
): ReturnType<typeof readFixture> {
  const { project } = state.scope;
  const own = recordOf(at === undefined ? data[key] : listOf(data[key])[at]);
  const seedFile = (): string | undefined => {
    const seed = /^\s*ref\(\s*(['"])(.+?)\1\s*\)\s*$/.exec(textOf(own.input))?.[2];
    const found =
      seed === undefined ? undefined : lookup.ref({ name: seed, package: null, version: null }, packageName);
    if (found?.kind !== 'found' || found.node.resource_type !== 'seed') return undefined;
    const { original_file_path: path, package_name: owner } = found.node;
    return project.files.find((file) => file.kind === 'seed' && file.packageName === owner && file.path === path)
      ?.fullPath;
  };
  const report = (finding: Diagnostic): unknown => state.diagnostics.push(finding);
  const place = (at === undefined ? entry.get(key) : entry.get(key, at)) ?? entry;
  return readFixture(own, { project, packageName, test: name, entry: place, seedFile, report });
}

function overridesOf(value: unknown): UnitTestNode['overrides'] {
  if (value === null || value === undefined) return null;
  const { env_vars, macros, vars } = recordOf(value);
  return { macros: recordOf(macros), vars: recordOf(vars), env_vars: recordOf(env_vars) };
}

function versionsOf(value: unknown): UnitTestNode['versions'] {
  if (value === null || value === undefined) return null;
  const { exclude, include } = recordOf(value);
  const list = (one: unknown): (string | number)[] | null => (Array.isArray(one) ? one : null);
  return { include: list(include), exclude: list(exclude) };
}

function remember(state: ParseState, node: UnitTestNode, entry: Located): void {
  const { origins } = state;
  const id = node.unique_id;
  origins.set(id, entry.place);
  node.given.forEach((_, at) => {
    const place = entry.get('given', at)?.place ?? entry.place;
    origins.set(fixtureOrigin(id, `given.${at}`), place);
  });
  origins.set(fixtureOrigin(id, 'expect'), (entry.get('expect') ?? entry).place);
}

/** dbt asks for a word on `is_incremental`, and for the rows of `this` where it is true. */
function incrementalSlip(
  node: UnitTestNode,
  model: ModelNode,
): { readonly message: string; readonly hint: string } | null {
  if (!model.depends_on.macros.includes('macro.dbt.is_incremental')) return null;
  const said = node.overrides?.macros.is_incremental;
  if (typeof said !== 'boolean') {
    const message = `The unit test ${node.name} does not say whether ${model.name} runs incrementally, which its SQL asks.`;
    return { message, hint: 'Write `overrides: {macros: {is_incremental: true}}`, or false.' };
  }
  if (!said || node.given.some(({ input }) => input === 'this')) return null;
  const message = `The unit test ${node.name} runs ${model.name} incrementally and does not give its rows of before.`;
  return { message, hint: 'Write `- input: this` with rows under `given`.' };
}

/** The models that a test is on: all versions of a versioned one, or those that it names. */
function testedVersions(
  state: ParseState,
  { name, versions }: UnitTestNode,
  model: ModelNode,
  report: (message: string, key: string, hint: string) => void,
): readonly ModelNode[] {
  const chooses = versions !== null && (versions.include !== null || versions.exclude !== null);
  if (model.version === null) {
    if (!chooses) return [model];
    report(`The unit test ${name} names versions, and ${model.name} has none.`, 'versions', 'Take `versions` out.');
    return [];
  }
  const isVersion = (node: ManifestNode): node is ModelNode =>
    node.resource_type === 'model' && node.name === model.name && node.package_name === model.package_name;
  const all = Object.values(state.scope.manifest.nodes).filter(isVersion);
  const { include = null, exclude = null } = versions ?? {};
  const chosen = all.filter(({ version }) =>
    exclude !== null ? !exclude.includes(version ?? '') : versions === null || include?.includes(version ?? ''),
  );
  const known = all.map(({ version }) => version).join(', ');
  if (chosen.length === 0)
    report(`The unit test ${name} names no version that ${model.name} has.`, 'versions', `It has ${known}.`);
  return chosen;
}

function ofModel(state: ParseState, node: UnitTestNode, model: ModelNode): UnitTestNode {
  const { version } = model;
  const id = version === null ? node.unique_id : `${node.unique_id}_v${version}`;
  const { origins } = state;
  for (const part of ['', '#expect', ...node.given.map((_, at) => `#given.${at}`)]) {
    const place = origins.get(node.unique_id + part);
    if (place !== undefined) origins.set(id + part, place);
  }
  const depends_on = { macros: [], nodes: [model.unique_id] };
  return { ...node, unique_id: id, version, depends_on, schema: model.schema };
}
