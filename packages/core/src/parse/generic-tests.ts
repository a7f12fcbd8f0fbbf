import { hashOf, printOf } from '../cache/print-of.ts';
import { callableNames, findAnywhere } from '../context/macro-library.ts';
import { templateDiagnostics } from '../context/template-diagnostics.ts';
import { type Diagnostic, error, type Place, warning } from '../diagnostics.ts';
import { repr, toStr } from '../jinja/values/index.ts';
import type { TestNode } from '../manifest/nodes.ts';
import { didYouMeanHint } from '../near-names.ts';
import { behaviorFlag } from '../project/behavior-flags.ts';
import type { Located } from '../project/located.ts';
import { applyConfig } from './apply-config.ts';
import { fqnOf, newNode } from './new-node.ts';
import { addNode, type ParseState } from './parse-state.ts';
import { rememberedNode } from './remembered-node.ts';
import { collectingContext, renderForNames } from './render-node.ts';
import { renderTestArguments, templatePlace } from './test-arguments.ts';
import { testDeprecations } from './test-deprecations.ts';
import { readTestEntry, type TestEntry } from './test-entry.ts';
import { testHash, testNames } from './test-names.ts';
import { atArguments, placeOfArgument } from './test-places.ts';
import { type ColumnTests, type TestTarget, targetNameOf, testedColumns } from './test-targets.ts';
import { writtenCalls } from './written-calls.ts';

/** Parses the generic tests that property files put on a model, seed, snapshot or source table: first those of its columns. */
export function parseGenericTests(state: ParseState, target: TestTarget): void {
  for (const column of testedColumns(target)) for (const entry of column.tests) parseTest(state, target, column, entry);
}

function parseTest(state: ParseState, target: TestTarget, column: ColumnTests, entry: Located): void {
  const { tests: _, columns: __, file: ___, ...facts } = target;
  const { place } = entry;
  const nested = behaviorFlag(state.scope.project, 'require_generic_test_arguments_property');
  state.diagnostics.push(...testDeprecations(entry, `${target.kind} "${target.name}"`, nested));
  const { path, relativePath, packageName } = target.file;
  const key = `test ${place.file} ${place.line}:${place.column} ${target.expression}`;
  const own = (): string =>
    hashOf(printOf([entry.value, place, column.name, column.tags, facts, path, relativePath, packageName]));
  const isNew = ({ unique_id: id }: TestNode): boolean => state.scope.manifest.nodes[id] === undefined;
  const node = rememberedNode(state, { key, own }, () => renderedTest(state, target, column, entry), isNew);
  if (node === null) return;
  attach(state, node, target);
  state.origins.set(node.unique_id, place);
  state.calls.set(node.unique_id, () => ({ place }));
  addNode(state, node);
}

/** Null, with a finding, for what is no test, or stands there already. */
function renderedTest(state: ParseState, target: TestTarget, column: ColumnTests, entry: Located): TestNode | null {
  const renderer = state.rendererFor(target.file.packageName);
  const nested = behaviorFlag(state.scope.project, 'require_generic_test_arguments_property');
  const test = readTestEntry(entry, column.name, renderer, state.diagnostics, nested);
  if (test === null) return null;
  const macro = findTestMacro(state, target, test);
  const node = testNode(state, target, test, column.name);
  node.tags = [...new Set([...column.tags, ...asTags(test.config.tags)])].sort();
  if (macro !== undefined) node.depends_on.macros.push(macro);
  if (state.scope.manifest.nodes[node.unique_id] !== undefined) {
    state.diagnostics.push(duplicateTest(node, test));
    return null;
  }
  // As in dbt, the test is an error of the run.
  if (macro === undefined) state.diagnostics.push(unknownTest(state, target, test));
  const isPlain = plainBuiltin(macro);
  const calls = isPlain ? onlyRef(node, target, test) : renderTest(state, node, { test, entry, macro });
  applyConfig(state, node, calls, {}, test.place, isPlain ? {} : writtenCalls(state, node, { calls }, node.raw_code));
  return node;
}

function testNode(state: ParseState, target: TestTarget, test: TestEntry, column: string | null): TestNode {
  const kind = target.kind === 'source' ? `source_${test.name}` : test.name;
  const args: Record<string, unknown> = { ...test.args, model: `{{ get_where_subquery(${target.expression}) }}` };
  const names = testNames(test.namespace === null ? kind : `${test.namespace}_${kind}`, targetNameOf(target), args);
  const name = test.givenName ?? names.full;
  const file = test.givenName ?? names.short;
  const metadata = { name: test.name, kwargs: args, namespace: test.namespace };
  const config = withAlias(test, names);
  const path = target.file.path.split('/').slice(1).join('/');
  const node = newNode(
    {
      type: 'test',
      name,
      packageName: target.file.packageName,
      uniqueId: `test.${target.file.packageName}.${name}.${testHash(name, metadata)}`,
      path: `${file}.sql`,
      originalFilePath: target.file.path,
      fqn: fqnOf(target.file.packageName, path, name),
      code: testCode(test, config),
      checksum: { name: 'none', checksum: '' },
    },
    state.scope.project.target,
    state.scope.startedAt,
  );
  return {
    ...node,
    resource_type: 'test',
    description: test.description,
    test_metadata: metadata,
    column_name: column,
    file_key_name: `${target.key}.${target.kind === 'source' ? target.sourceName : target.name}`,
    attached_node: null,
  };
}

/** A name that was cut short is the alias too. */
function withAlias(test: TestEntry, names: { readonly short: string; readonly full: string }): Record<string, unknown> {
  if (test.givenName !== null || names.short === names.full || 'alias' in test.config) return test.config;
  return { ...test.config, alias: names.short };
}

/** The template that dbt writes for a generic test. */
function testCode(test: TestEntry, config: Readonly<Record<string, unknown>>): string {
  const macro = test.namespace === null ? `test_${test.name}` : `${test.namespace}.test_${test.name}`;
  const configs = Object.entries(config).map(([key, value]) => {
    return `${key}=${typeof value === 'string' ? `"${value.replaceAll('"', '\\"')}"` : pythonText(value)}`;
  });
  const call = `{{ ${macro}(**_dbt_generic_test_kwargs) }}`;
  return configs.length === 0 ? call : `${call}{{ config(${configs.join(',')}) }}`;
}

function pythonText(value: unknown): string {
  return typeof value === 'object' && value !== null ? repr(value) : toStr(value);
}

/** dbt does not render its own two commonest tests: their only ref is known. */
function plainBuiltin(macro: string | undefined): boolean {
  return macro === 'macro.dbt.test_not_null' || macro === 'macro.dbt.test_unique';
}

function onlyRef(node: TestNode, target: TestTarget, test: TestEntry): Record<string, unknown> {
  if (target.kind === 'source') node.sources.push([target.sourceName, target.name]);
  else node.refs.push({ name: target.name, package: null, version: target.version });
  return configOf(node, test);
}

function configOf(node: TestNode, test: TestEntry): Record<string, unknown> {
  return node.name === test.givenName || node.path === `${node.name}.sql` || 'alias' in test.config
    ? { ...test.config }
    : { ...test.config, alias: node.path.slice(0, -'.sql'.length) };
}

interface FoundTest {
  readonly test: TestEntry;
  readonly entry: Located;
  /** The id of its macro; undefined where there is none. */
  readonly macro: string | undefined;
}

function renderTest(state: ParseState, node: TestNode, { test, entry, macro }: FoundTest): Record<string, unknown> {
  const before = state.diagnostics.length;
  const render = collectingContext(state, node, macro);
  render.calls = configOf(node, test);
  try {
    const placeOf = (name: string): Place => placeOfArgument(entry, name);
    const isElsewhere = (name: string): boolean => isMacroOrPackage(state, name);
    const kwargs = renderTestArguments(state.scope.environment, render.context, node, placeOf, isElsewhere);
    render.context.give({ _dbt_generic_test_kwargs: kwargs });
    renderForNames(state, render.context, node.raw_code, node.unique_id, templatePlace(node, test.place));
  } catch (failure) {
    const names = (): readonly string[] => callableNames(state.scope.macros);
    state.diagnostics.push(...templateDiagnostics(failure, node.unique_id, test.place, names));
  }
  state.diagnostics.push(...atArguments(state.diagnostics.splice(before), entry, test));
  return render.calls;
}

function isMacroOrPackage({ scope: { macros, reads } }: ParseState, name: string): boolean {
  reads?.note('anywhere', '', name);
  reads?.note('package', '', name);
  return findAnywhere(macros, name) !== undefined || macros.byPackage.has(name);
}

/** A test belongs to the node that it is written under, and to that node's group. */
function attach(state: ParseState, node: TestNode, target: TestTarget): void {
  if (target.kind === 'source') return;
  const args = { name: target.name, package: target.file.packageName, version: target.version };
  const found = state.lookup().ref(args, target.file.packageName);
  if (found.kind !== 'found' && found.kind !== 'disabled') return;
  node.attached_node = found.node.unique_id;
  node.group = found.node.group;
}

/** The macro by which dbt knows a test while it parses: by its plain name, whatever package the entry names. */
function findTestMacro(state: ParseState, target: TestTarget, test: TestEntry): string | undefined {
  const { macros } = state.scope;
  const name = `test_${test.name}`;
  const owner = target.file.packageName;
  state.scope.reads?.note('own-macro', owner, name);
  state.scope.reads?.note('anywhere', '', name);
  const own = macros.byPackage.get(owner)?.get(name);
  return (own ?? findAnywhere(macros, name))?.node.unique_id;
}

function unknownTest(state: ParseState, target: TestTarget, test: TestEntry): Diagnostic {
  const known = [...state.scope.macros.byId.values()]
    .map((macro) => macro.node.name)
    .filter((name) => name.startsWith('test_'));
  const hint =
    didYouMeanHint(
      test.name,
      known.map((name) => name.slice('test_'.length)),
    ) ?? testHint(test);
  const full = test.namespace === null ? test.name : `${test.namespace}.${test.name}`;
  return warning(
    'macro/not-found',
    `There is no generic test "${full}", which ${target.kind} "${target.name}" asks for.`,
    { place: test.place, hint },
  );
}

function testHint(test: TestEntry): string {
  return test.namespace === null
    ? `Define it with {% test ${test.name}(model, column_name) %} under tests/generic or macros.`
    : `Install the package ${test.namespace}, or correct the name.`;
}

function duplicateTest(node: TestNode, test: TestEntry): Diagnostic {
  return error('project/duplicate', `The test "${node.name}" is written twice with the same arguments.`, {
    place: test.place,
    node: node.unique_id,
    hint: 'Remove one of them, or give each a `name`.',
  });
}

function asTags(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((tag): tag is string => typeof tag === 'string') : [];
}
