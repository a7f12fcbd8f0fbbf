import type { DatabasePort, TableData } from '../context/database-port.ts';
import { renamed } from '../context/deferral.ts';
import { callableNames } from '../context/macro-library.ts';
import { nodeRelation } from '../context/node-relation.ts';
import { ephemeralName } from '../context/relation-class.ts';
import type { RenderContext } from '../context/render-context.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { nodeOf, placeOfNode } from '../context/run-context.ts';
import { templateDiagnostics } from '../context/template-diagnostics.ts';
import { type UnitTestInput, unitTestContext } from '../context/unit-test-context.ts';
import { EiderError, error, type Place } from '../diagnostics.ts';
import { toStr } from '../jinja/values/index.ts';
import type { ManifestNode, ModelNode, UnitTestNode } from '../manifest/nodes.ts';
import { isUnitTest, unitTestPath, versionedName } from '../manifest/unit-tests.ts';
import { defaultConfig } from '../parse/config/default-config.ts';
import { finishConfig } from '../parse/config/finish-config.ts';
import { newNode } from '../parse/new-node.ts';
import { fixtureOrigin } from '../parse/unit-tests.ts';
import type { CompiledNode } from './compiler.ts';
import { type Cte, cteText, injectCtes } from './inject-ctes.ts';
import { generated } from './mapped-text.ts';
import { unitTestInput } from './unit-test-input.ts';

/**
 * The SQL of a unit test: the model's, in which each ref and source is a common table expression with the rows that the test gives. Types come from
 * the relations that the inputs stand for. Throws EiderError, whose place is in the model's template or at the rows in the property file.
 */
export async function compileUnitTest(
  scope: RenderScope,
  node: UnitTestNode,
  port: DatabasePort | null,
): Promise<CompiledNode> {
  const inputs = node.given.map(({ input }, at) => unitTestInput(scope, node, input, givenPlace(scope, node, at)));
  const tested = testedModel(scope, node);
  // What an input stands for may be in another state alone.
  await scope.deferred?.()?.choose(unitTestInputs(scope, node), port);
  const used: UnitTestInput[] = [];
  const use = (input: UnitTestInput): void => {
    if (!used.includes(input)) used.push(input);
  };
  const own = inputs.find(({ original }) => original === tested);
  if (own !== undefined) use(own);
  const place = placeOfNode(scope, tested);
  const { text, segments } = await placed(scope, node, place, async () => {
    const context = unitTestContext(scope, { node: runtimeNode(scope, node), test: node, port, inputs, onInput: use });
    const options = { firstLine: place.line, firstColumn: place.column };
    return scope.environment.template(tested.raw_code, place.file, options).renderMappedAsync(context);
  });
  const sql = {
    text,
    segments: segments.map(({ column, line, literal, offset }) => ({
      ...{ offset, literal },
      place: { file: place.file, line, column },
    })),
  };
  const ctes: Cte[] = [];
  for (const input of used) ctes.push(await fixtureCte(scope, node, port, { input, at: inputs.indexOf(input) }));
  const whole = injectCtes(sql, ctes);
  node.compiled_code = whole.text;
  node.extra_ctes = ctes.map((cte) => ({ id: cte.id, sql: cteText(cte).text }));
  return { id: node.unique_id, sql: whole.text, segments: whole.segments, diagnostics: [] };
}

/** The nodes that the inputs of a unit test stand for, sources aside. */
export function unitTestInputs(scope: RenderScope, node: UnitTestNode): readonly string[] {
  const inputs = node.given.map(({ input }, at) => unitTestInput(scope, node, input, givenPlace(scope, node, at)));
  return inputs.flatMap(({ original }) => (original.resource_type === 'source' ? [] : [original.unique_id]));
}

export function unitTestOf(scope: RenderScope, id: string): UnitTestNode {
  const node = nodeOf(scope, id);
  if (isUnitTest(node)) return node;
  throw new Error(`bug: ${id} is no unit test`);
}

/** A compiled unit test, and the columns that its SQL gives. */
export interface UnitTestResult {
  readonly compiled: CompiledNode;
  readonly columns: TableData['columns'];
  readonly port: DatabasePort | null;
}

/**
 * The query that puts what a unit test's SQL gives beside what is expected: the columns that the expectation names, in the types of `columns`, which
 * are those of the SQL, and a last one that tells the sides apart. Throws EiderError at the expectation.
 */
export async function unitTestQuery(
  scope: RenderScope,
  node: UnitTestNode,
  { columns, compiled, port }: UnitTestResult,
): Promise<string> {
  const { rows } = node.expect;
  const given = Array.isArray(rows) ? rows : [];
  const quoted = Object.fromEntries(columns.map(({ name }) => [name.toLowerCase(), `"${name}"`]));
  const types = Object.fromEntries(columns.map(({ name, type }) => [name.toLowerCase(), type]));
  const names = given.length === 0 ? columns.map(({ name }) => name) : Object.keys(given[0] ?? {});
  const place = placeOfNode(scope, { ...node, unique_id: fixtureOrigin(node.unique_id, 'expect') });
  return placed(scope, node, place, async () => {
    const context = unitTestContext(scope, { node: runtimeNode(scope, node), test: null, port, inputs: [] });
    const expected =
      typeof rows === 'string' ? rows : await called(scope, context, place, ['get_expected_sql', given, types, quoted]);
    const chosen = names.map((name) => quoted[name.toLowerCase()] ?? name);
    return called(scope, context, place, ['get_unit_test_sql', compiled.sql, expected, chosen]);
  });
}

/** Calls a macro as a template would. */
async function called(
  { environment }: RenderScope,
  context: RenderContext,
  place: Place,
  [macro, ...args]: readonly [string, ...(readonly unknown[])],
): Promise<string> {
  const names = args.map((_, at) => `_unit_test_${at}`);
  context.give(Object.fromEntries(names.map((name, at) => [name, args[at]])));
  const { column, file, line } = place;
  const options = { firstLine: line, firstColumn: column };
  return environment.template(`{{${macro}(${names.join(', ')})}}`, file, options).renderAsync(context);
}

async function fixtureCte(
  scope: RenderScope,
  node: UnitTestNode,
  port: DatabasePort | null,
  { at, input }: { readonly at: number; readonly input: UnitTestInput },
): Promise<Cte> {
  const rows = node.given[at]?.rows ?? [];
  const place = givenPlace(scope, node, at);
  const text = await placed(scope, node, place, async () => {
    const context = unitTestContext(scope, { node: input.node, test: null, port, inputs: [] });
    const other = scope.deferred?.()?.relationOf(input.original.unique_id);
    if (other !== undefined)
      context.give({ defer_relation: nodeRelation(renamed(input.node, other), { quoting: scope.quoting }) });
    if (typeof rows !== 'string') return called(scope, context, place, ['get_fixture_sql', rows, null]);
    const options = { firstLine: place.line, firstColumn: place.column };
    return toStr(await scope.environment.template(rows, place.file, options).renderAsync(context));
  });
  return { id: input.node.unique_id, name: ephemeralName(input.cteName), sql: generated(text, place) };
}

function givenPlace(scope: RenderScope, node: UnitTestNode, at: number): Place {
  return placeOfNode(scope, { ...node, unique_id: fixtureOrigin(node.unique_id, `given.${at}`) });
}

function testedModel(scope: RenderScope, node: UnitTestNode): ModelNode {
  const model = nodeOf(scope, node.depends_on.nodes[0] ?? '');
  if (model.resource_type === 'model' && model.language === 'sql') return model;
  const place = placeOfNode(scope, node);
  const hint = 'Write the model in SQL, or test it with data tests.';
  throw new EiderError([
    error('project/unsupported', `${model.name} is no SQL model: it has no unit tests.`, { place, hint }),
  ]);
}

/** The node as which the model is rendered: `model` and `this` of its template. */
function runtimeNode(scope: RenderScope, node: UnitTestNode): ManifestNode {
  const tested = testedModel(scope, node);
  const name = versionedName(node);
  const file = { path: unitTestPath(node), originalFilePath: node.original_file_path };
  const facts = { type: 'unit_test', name, packageName: node.package_name, uniqueId: node.unique_id, ...file } as const;
  const fqn = node.unique_id.split('.');
  const { project, startedAt } = scope;
  const checksum = { name: 'none', checksum: '' };
  const fresh = newNode({ ...facts, fqn, code: tested.raw_code, checksum }, project.target, startedAt);
  const { rows } = node.expect;
  const expected = {
    expected_rows: typeof rows === 'string' ? [] : rows,
    expected_sql: typeof rows === 'string' ? rows : null,
  };
  const config = { ...finishConfig(defaultConfig('analysis')), materialized: 'unit', ...expected };
  return { ...fresh, database: tested.database, schema: tested.schema, config };
}

async function placed<T>(scope: RenderScope, node: UnitTestNode, place: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (failure) {
    const names = (): readonly string[] => callableNames(scope.macros);
    throw new EiderError(templateDiagnostics(failure, node.unique_id, place, names), { cause: failure });
  }
}
