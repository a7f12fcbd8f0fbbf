import type { DatabasePort } from '../context/database-port.ts';
import { callableNames } from '../context/macro-library.ts';
import { keepForGraph, settleRecord } from '../context/model-record.ts';
import { ephemeralName } from '../context/relation-class.ts';
import type { MacroCall } from '../context/render-context.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { nodeOf, placeOfNode, runContext, withPlaces } from '../context/run-context.ts';
import { printsNothing, templateDiagnostics } from '../context/template-diagnostics.ts';
import type { Diagnostic, Place } from '../diagnostics.ts';
import type { MacroText } from '../jinja/environment.ts';
import { PyError } from '../jinja/values/index.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import { isUnitTest } from '../manifest/unit-tests.ts';
import { newNode } from '../parse/new-node.ts';
import { renderTestArguments, templatePlace } from '../parse/test-arguments.ts';
import type { CompiledInline, CompiledNode, CompileOptions } from './compiler.ts';
import { type Cte, cteText, injectCtes } from './inject-ctes.ts';
import { generated, type MappedText } from './mapped-text.ts';
import { compileUnitTest } from './unit-test.ts';

/** A node's own SQL, and the common table expressions that belong in front of it, in order. */
interface Rendered {
  readonly sql: MappedText;
  readonly ctes: readonly Cte[];
}

/** One compilation: ephemeral models that several readers share are rendered once. */
interface Compilation {
  readonly scope: RenderScope;
  readonly port: DatabasePort | null;
  readonly options: CompileOptions;
  readonly rendered: Map<string, Promise<Rendered>>;
  readonly onText?: (text: MacroText) => void;
  readonly onRef?: (node: ManifestNode) => void;
  readonly onMacro?: (node: ManifestNode, macro: string) => void;
  readonly onUndefined?: (words: string, place: Place) => void;
  readonly onCall?: (call: MacroCall) => void;
}

/**
 * Steps that a render with `execute` true may take: so many that the time of a render ends first. A package that writes a row for every node of its project
 * needs some hundred million for two thousand nodes.
 */
export const runSteps = 4_000_000_000;

/** Renders a node with `execute` true, the SQL of its ephemeral parents in front. Throws EiderError with the whole chain of places. */
export async function compileNode(
  scope: RenderScope,
  id: string,
  port: DatabasePort | null,
  options: CompileOptions,
): Promise<CompiledNode> {
  const node = nodeOf(scope, id);
  if (isUnitTest(node)) return compileUnitTest(scope, node, port);
  // Under other names it is the SQL of a view for readers: the node was compiled before.
  const isAgain = options.relationText !== undefined;
  const compilation = { port, options, rendered: new Map(), onMacro: noteMacro };
  // What a template changes in a value of its node's record it has changed already.
  const { sql, ctes } = await (isAgain
    ? renderNode({ ...compilation, scope: silent(scope) }, structuredClone(node))
    : renderNode({ ...compilation, scope }, node));
  const whole = injects(scope) ? injectCtes(sql, ctes) : sql;
  if (!isAgain) keep(node, whole, ctes, injects(scope));
  return { id, sql: whole.text, segments: whole.segments, diagnostics: [] };
}

/**
 * Renders SQL that no file holds (`--inline`) as a node of its own, `inline_query`, which may refer to anything. Its places are in the file `--inline`.
 * Throws EiderError.
 */
export async function compileInline(
  scope: RenderScope,
  code: string,
  port: DatabasePort | null,
): Promise<CompiledInline> {
  const refs = new Set<string>();
  const onRef = (node: ManifestNode): unknown => refs.add(node.unique_id);
  const node = inlineNode(scope, code);
  const deferred = scope.deferred?.();
  if (deferred !== undefined) {
    // What the SQL refers to is known only once it was rendered.
    await renderNode({ scope: silent(scope), port, options: {}, rendered: new Map(), onRef }, node);
    await deferred.choose([...refs], port);
  }
  const { sql, ctes } = await renderNode({ scope, port, options: {}, rendered: new Map(), onRef }, node);
  const whole = injects(scope) ? injectCtes(sql, ctes) : sql;
  return { id: node.unique_id, sql: whole.text, segments: whole.segments, diagnostics: [], refs: [...refs] };
}

function inlineNode({ project, startedAt }: RenderScope, code: string): ManifestNode {
  const name = 'inline_query';
  const facts = { type: 'operation', name, packageName: project.name, code } as const;
  const names = { uniqueId: `sql_operation.${project.name}.${name}`, fqn: [project.name, name] };
  const file = { path: '--inline', originalFilePath: '--inline', checksum: { name: 'none', checksum: '' } };
  return newNode({ ...facts, ...names, ...file }, project.target, startedAt);
}

/** For a render that is not the one that counts. */
function silent(scope: RenderScope): RenderScope {
  return { ...scope, onLog: () => undefined, onPrint: () => undefined, onWarning: () => undefined };
}

/** What the macros of a node's SQL gave, in the order in which their calls ended. Renders the node once more; its record stays as it is. */
export async function macroTexts(
  scope: RenderScope,
  id: string,
  port: DatabasePort | null,
): Promise<readonly MacroText[]> {
  const texts: MacroText[] = [];
  const onText = (text: MacroText): unknown => texts.push(text);
  await renderNode({ scope: silent(scope), port, options: {}, rendered: new Map(), onText }, nodeOf(scope, id));
  return texts;
}

/** What the templates of a node's SQL printed that is undefined, each as a finding. Renders the node once more. */
export async function undefinedPrints(
  scope: RenderScope,
  id: string,
  port: DatabasePort | null,
): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  const onUndefined = (words: string, place: Place): unknown =>
    found.push(withGap('It prints nothing', printsNothing(words, callableNames(scope.macros), { node: id, place })));
  await renderNode({ scope: silent(scope), port, options: {}, rendered: new Map(), onUndefined }, nodeOf(scope, id));
  return found;
}

function withGap(words: string, finding: Diagnostic): Diagnostic {
  return { ...finding, message: `${finding.message} ${words}` };
}

/** How many of a node's incomplete calls are looked at: each costs a render. */
const mostIncomplete = 4;

/** The calls of macros, in the node's template and in macros, that leave out an argument without a default, each as a finding. */
export async function incompleteCalls(
  scope: RenderScope,
  id: string,
  port: DatabasePort | null,
): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  const node = nodeOf(scope, id);
  for (let skipped = 0; skipped < mostIncomplete; skipped += 1) {
    let seen = 0;
    const onCall = (call: MacroCall): void => {
      const error = isOwnTest(node, call) ? null : incompleteCall(call);
      if (error === null) return;
      seen += 1;
      if (seen > skipped) throw error;
    };
    try {
      await renderNode({ scope: silent(scope), port, options: {}, rendered: new Map(), onCall }, node);
      break;
    } catch (failure) {
      const left = templateDiagnostics(failure, id, placeOfNode(scope, node));
      found.push(...left.map((one) => withGap('What is left out prints nothing', one)));
    }
  }
  return found;
}

/** A generic test's own call is its entry in YAML, and is told as that. */
function isOwnTest(node: ManifestNode, { macro }: MacroCall): boolean {
  return node.resource_type === 'test' && macro.node.name === `test_${node.test_metadata?.name}`;
}

/** That arguments are missing, which Jinja itself does not mind: they are undefined. null: none is. */
function incompleteCall({ macro: { node, definition }, args, kwargs }: MacroCall): PyError | null {
  const names = definition.parameters.map(({ name }) => name);
  const missing = definition.parameters
    .slice(args.length)
    .flatMap(({ name, hasDefault }) => (hasDefault || Object.hasOwn(kwargs ?? {}, name) ? [] : [name]));
  if (missing.length === 0) return null;
  return new PyError('TypeError', `macro '${node.name}' is missing ${missing.join(', ')}`, { names });
}

function renderNode(compilation: Compilation, node: ManifestNode): Promise<Rendered> {
  const { scope, rendered } = compilation;
  const known = rendered.get(node.unique_id);
  if (known !== undefined) return known;
  const rendering = withPlaces(scope, node, () => renderFresh(compilation, node));
  rendered.set(node.unique_id, rendering);
  return rendering;
}

async function renderFresh(compilation: Compilation, node: ManifestNode): Promise<Rendered> {
  const { scope, port, options, onCall, onMacro, onRef, onText } = compilation;
  await scope.deferred?.()?.choose(node.depends_on.nodes ?? [], port);
  if (node.language === 'python') return { sql: generated(node.raw_code, placeOfNode(scope, node)), ctes: [] };
  const ephemerals = new Map<string, ManifestNode>();
  const onEphemeral = (parent: ManifestNode): unknown => ephemerals.set(parent.unique_id, parent);
  const onOwnCall = (call: MacroCall): void => {
    if (call.depth === 0) onMacro?.(node, call.macro.node.unique_id);
    onCall?.(call);
  };
  const traced = { ...(onText && { onText }), ...(onRef && { onRef }), onCall: onOwnCall };
  const context = runContext(scope, { node, port, options, async: true, onEphemeral, ...traced });
  const { file, line, column } = placeOfNode(scope, node);
  const isEntry = node.resource_type === 'test' && node.test_metadata !== undefined;
  if (isEntry) {
    const plain = runContext(scope, { node, port, options, async: false, onEphemeral, onCall: onOwnCall });
    context.give({
      _dbt_generic_test_kwargs: renderTestArguments(scope.environment, plain, node, () => ({ file, line, column })),
    });
  }
  const firstColumn = isEntry ? templatePlace(node, { file, line, column }).column : column;
  const template = scope.environment.template(node.raw_code, file, { firstLine: line, firstColumn });
  const { onUndefined } = compilation;
  const listening = {
    steps: runSteps,
    ...(onText !== undefined && { onText }),
    ...(onUndefined !== undefined && {
      onUndefined: (words: string, line: number, column: number) => onUndefined(words, { file, line, column }),
    }),
  };
  const { text, segments } = await template.renderMappedAsync(context, listening);
  const sql = {
    text,
    // Nobody wrote the template of a generic test: all of it stands for the test's entry in its property file.
    segments: segments.map((one) => ({
      offset: one.offset,
      literal: one.literal && !isEntry,
      place: isEntry ? { file, line, column } : { file, line: one.line, column: one.column },
    })),
  };
  return { sql, ctes: await ctesOf(compilation, [...ephemerals.values()]) };
}

/** The ephemeral parents' SQL, each after that of its own ephemeral parents, nothing twice. */
async function ctesOf(compilation: Compilation, parents: readonly ManifestNode[]): Promise<readonly Cte[]> {
  const ctes = new Map<string, Cte>();
  for (const parent of parents) {
    const rendered = await renderNode(compilation, parent);
    for (const cte of rendered.ctes) if (!ctes.has(cte.id)) ctes.set(cte.id, cte);
    ctes.set(parent.unique_id, { id: parent.unique_id, name: ephemeralName(parent.alias), sql: rendered.sql });
  }
  return [...ctes.values()];
}

/** What is called under `execute` alone becomes known here, as in dbt: manifest.json names it once the node was compiled. */
function noteMacro(node: ManifestNode, macro: string): void {
  const { macros } = node.depends_on;
  if (macros.includes(macro)) return;
  keepForGraph(node);
  node.depends_on = { ...node.depends_on, macros: [...macros, macro] };
}

/** Whether ephemeral models go in front of what reads them: not under `--no-inject-ephemeral-ctes`. */
function injects({ flags }: RenderScope): boolean {
  return flags.inject_ephemeral_ctes !== false;
}

/** Writes the compiled SQL into the node's record, for hooks, `model` and manifest.json; `injected`: with those of its ephemeral models. */
function keep(node: ManifestNode, sql: MappedText, ctes: readonly Cte[], injected: boolean): void {
  settleRecord(node);
  keepForGraph(node);
  node.compiled = true;
  node.compiled_code = sql.text;
  node.extra_ctes_injected = injected;
  const listed = injected ? ctes : ctes.filter(({ id }) => node.depends_on.nodes.includes(id));
  node.extra_ctes = listed.map((cte) => ({ id: cte.id, sql: injected ? cteText(cte).text : null }));
}
