import { placeOfConfig } from '../context/config-place.ts';
import { type DeferredRefs, deferredRefs } from '../context/deferral.ts';
import { createLookup } from '../context/lookup.ts';
import { originOf } from '../context/origin.ts';
import { toPlain } from '../context/plain.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { nodeOf, placeOfNode, runContext, withPlaces } from '../context/run-context.ts';
import { templateError } from '../context/template-error.ts';
import { type Diagnostic, EiderError, error, type Place, warning } from '../diagnostics.ts';
import type { Graph } from '../graph/graph.ts';
import { JinjaEnvironment } from '../jinja/environment.ts';
import { type Callable, callValue } from '../jinja/values/index.ts';
import { computeLayout } from '../layout/compute-layout.ts';
import type { Manifest, ManifestNode, SourceNode } from '../manifest/nodes.ts';
import { didYouMeanHint } from '../near-names.ts';
import { readMacros } from '../parse/macros.ts';
import type { Project } from '../project/project.ts';
import { compileInline, compileNode, incompleteCalls, macroTexts, runSteps, undefinedPrints } from './compile-node.ts';
import type { CompileOptions, Compiler, CompilerOptions, DatabasePort } from './compiler.ts';
import { locateIn } from './mapped-text.ts';
import { materializationFor, runMaterialization } from './run-materialization.ts';
import { sourceFreshness } from './source-freshness.ts';
import { traceSql } from './trace-sql.ts';
import { unitTestInputs, unitTestOf, unitTestQuery } from './unit-test.ts';

/** A compiler for a parsed project. Renders of different nodes may run at once. */
export function createCompiler(project: Project, manifest: Manifest, graph: Graph, options: CompilerOptions): Compiler {
  let selected: readonly string[] = [];
  let deferred: DeferredRefs | undefined;
  const scope: RenderScope = {
    ...runScope(project, manifest, options),
    selected: () => selected,
    deferred: () => deferred,
    sample: options.sample,
  };
  return {
    project,
    manifest,
    graph,
    select: (ids) => {
      selected = ids;
    },
    defer: (deferral) => {
      deferred = deferredRefs(deferral, () => selected);
    },
    deferredRelation: async (id, port) => {
      await deferred?.choose([id], port);
      return deferred?.relationOf(id);
    },
    compile: (id, port, more = {}) => compileNode(scope, id, port, more),
    compileInline: (sql, port) => compileInline(scope, sql, port),
    freshness: (id, port) => sourceFreshness(scope, sourceOf(scope, id), port),
    unitTestInputs: (id) => unitTestInputs(scope, unitTestOf(scope, id)),
    unitTestQuery: (compiled, columns, port) =>
      unitTestQuery(scope, unitTestOf(scope, compiled.id), { compiled, columns, port }),
    render: (id, text, port, more = {}) => renderIn(scope, id, text, port, more),
    call: (macro, args, port, node) => callMacro(scope, macro, args, port, node),
    materialization: (id) => materializationFor(scope, nodeOf(scope, id)),
    materialize: (id, port) => runMaterialization(scope, id, port),
    layout: (id, port) => atConfig(scope, nodeOf(scope, id), () => computeLayout(scope, nodeOf(scope, id), port)),
    locate: (compiled, offset) => locateIn({ text: compiled.sql, segments: compiled.segments }, offset),
    placeOf: (id, config) => {
      const source = manifest.sources[id];
      if (source !== undefined)
        return originOf(manifest, id) ?? { file: source.original_file_path, line: 1, column: 1 };
      const node = nodeOf(scope, id);
      return (config === undefined ? undefined : placeOfConfig(scope, node, config)?.place) ?? placeOfNode(scope, node);
    },
    trace: (compiled, offset, port) =>
      traceSql(compiled, offset, () => macroTexts(scope, compiled.id, port).catch(() => [])),
    gaps: async (id, port) => {
      const printed = await undefinedPrints(scope, id, port).catch(() => []);
      return [...printed, ...(await incompleteCalls(scope, id, port).catch(() => []))];
    },
  };
}

function runScope(project: Project, manifest: Manifest, options: CompilerOptions): RenderScope {
  const environment = new JinjaEnvironment();
  const macros = options.macros ?? readMacros(project, environment, options.startedAt).macros;
  const lookup = createLookup(manifest, project);
  const onLog = options.onLog ?? (() => undefined);
  return {
    project,
    environment,
    macros,
    manifest,
    lookup: () => lookup,
    quoting: project.packages[0]?.quoting ?? {},
    invocationId: options.invocationId,
    startedAt: options.startedAt,
    flags: { FULL_REFRESH: options.fullRefresh ?? false, ...options.flags },
    onLog,
    onPrint: options.onPrint ?? (() => undefined),
    onWarning: (message, node) => {
      if (options.onWarning === undefined) onLog(message, true, node);
      else if (options.onWarning(warned(manifest, message, node)) === 'error')
        throw templateError('jinja/render', message);
    },
  };
}

/** dbt's `JinjaLogWarning`, at the file of its node. */
function warned(manifest: Manifest, message: string, node: string | null): Diagnostic {
  const place = node === null ? undefined : originOf(manifest, node);
  const about = node === null ? {} : { node, ...(place && { place }) };
  return { ...warning('jinja/render', message, about), dbtName: 'JinjaLogWarning' };
}

async function renderIn(
  scope: RenderScope,
  id: string | null,
  text: string,
  port: DatabasePort | null,
  options: CompileOptions,
): Promise<string> {
  const node = id === null ? null : nodeOf(scope, id);
  const { config } = options;
  const own = node === null || config === undefined ? undefined : placeOfConfig(scope, node, config);
  const place = own?.place ?? placeOfNode(scope, node);
  return withPlaces(scope, node, async () => {
    const context = runContext(scope, { node, port, options, async: true });
    const { file, line, column } = place;
    return scope.environment
      .template(text, file, { firstLine: line, firstColumn: column })
      .renderAsync(context, { steps: runSteps });
  });
}

/** A layout that cannot be: the place is the config that the words are about. */
async function atConfig<T>(scope: RenderScope, node: ManifestNode, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (failure) {
    if (!(failure instanceof EiderError)) throw failure;
    const start = placeOfNode(scope, node);
    const placed = failure.diagnostics.map((one) => {
      const isVague = one.trace === undefined && (one.place === undefined || isSame(one.place, start));
      const key = isVague ? /\b(options|format|location|delimiter)\b/.exec(one.message)?.[1] : undefined;
      const where = key === undefined ? undefined : placeOfConfig(scope, node, key);
      return where === undefined ? one : { ...one, ...where };
    });
    throw new EiderError(placed, { cause: failure });
  }
}

function isSame(a: Place, b: Place): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column;
}

async function callMacro(
  scope: RenderScope,
  name: string,
  args: Readonly<Record<string, unknown>>,
  port: DatabasePort | null,
  id: string | undefined,
): Promise<unknown> {
  const node = id === undefined ? null : nodeOf(scope, id);
  return withPlaces(scope, node, async () => {
    const context = runContext(scope, { node, port, options: {}, async: true });
    const [first = '', ...rest] = name.split('.');
    // A command finds those of packages by their plain names too, a node's template does not.
    const plain = (): Callable | undefined => (node === null ? context.macroAnywhere(name) : context.macroNamed(name));
    const macro = rest.length === 0 ? plain() : context.macroIn(first, rest.join('.'));
    if (macro === undefined || macro === null) throw unknownMacro(scope, name);
    return toPlain(await callValue(macro, [], args));
  });
}

function unknownMacro(scope: RenderScope, name: string): EiderError {
  const hint = didYouMeanHint(
    name,
    [...scope.macros.byId.values()].map((macro) => macro.node.name),
  );
  const message = `dbt could not find a macro with the name '${name}' in any package`;
  return new EiderError([error('macro/not-found', message, hint === undefined ? {} : { hint })]);
}

function sourceOf({ manifest }: RenderScope, id: string): SourceNode {
  const source = manifest.sources[id];
  if (source === undefined) throw new Error(`bug: ${id} is no source`);
  return source;
}
