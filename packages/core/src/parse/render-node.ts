import type { Config } from '../context/config.ts';
import { configCall, parseConfig } from '../context/config-object.ts';
import { callableNames, findMacro } from '../context/macro-library.ts';
import { nodeContext, parsing } from '../context/node-context.ts';
import { nodeRelation } from '../context/node-relation.ts';
import { refArguments, sourceArguments } from '../context/ref-calls.ts';
import type { RenderContext } from '../context/render-context.ts';
import { templateDiagnostics } from '../context/template-diagnostics.ts';
import type { Place } from '../diagnostics.ts';
import type { TemplateOptions } from '../jinja/environment.ts';
import { rawFunction } from '../jinja/values/index.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import { hasJinja } from '../project/shape.ts';
import { mergeConfigCalls } from './config/merge-config.ts';
import type { ParseState } from './parse-state.ts';
import { plainCalls, plainCallsOfModel } from './plain-calls.ts';

/** What a render with `execute` false found out about a node. Refs, sources and macros are written into the node itself. */
export interface NodeRender {
  /** Made when it is asked for: a template of plain calls needs none. */
  readonly context: RenderContext;
  /** The `config()` calls put together. */
  calls: Config;
  /** Of a model that dbt's static parser reads: each config as it is written last. */
  last?: Config;
  /** Configs whose value was undefined, with Jinja's words about it. */
  readonly gaps: Map<string, string>;
}

/** A context that collects a node's refs, sources, macros and configs. Nothing is asked of a database. `test`: the id of a generic test's macro. */
export function collectingContext(state: ParseState, node: ManifestNode, test?: string): NodeRender {
  let context: RenderContext | undefined;
  const render: NodeRender = {
    get context() {
      context ??= contextOf(state, node, render, test);
      return context;
    },
    calls: {},
    gaps: new Map(),
  };
  return render;
}

function contextOf(state: ParseState, node: ManifestNode, render: NodeRender, test: string | undefined): RenderContext {
  const { scope } = state;
  const itself = () => nodeRelation(node, { quoting: scope.quoting });
  return nodeContext(scope, {
    node,
    packageName: node.package_name,
    test,
    ...parsing,
    config: parseConfig((call, undefinedKeys) => {
      for (const [key, words] of undefinedKeys) render.gaps.set(key, words);
      render.calls = mergeConfigCalls(render.calls, call);
    }),
    ref: rawFunction('ref', (args, kwargs) => {
      node.refs.push(refArguments(args, kwargs));
      return itself();
    }),
    source: rawFunction('source', (args) => {
      node.sources.push(sourceArguments(args));
      return itself();
    }),
    onCall: ({ macro, depth }) => {
      const id = macro.node.unique_id;
      if (depth === 0 && !node.depends_on.macros.includes(id)) node.depends_on.macros.push(id);
    },
  });
}

/** Renders a node's own template for what it names. One of SQL and plain calls is only looked through, where these calls are dbt's own. */
export function renderTemplateForNames(
  state: ParseState,
  render: NodeRender,
  node: ManifestNode,
  code: string,
  origin: Place,
): void {
  const calls = node.resource_type === 'model' ? plainCallsOfModel(code) : plainCalls(code);
  if (calls === null || !calls.every(({ name }) => isBuiltin(state, node.package_name, name))) {
    renderForNames(state, render.context, code, node.unique_id, origin, { once: true });
    return;
  }
  for (const { args, kwargs, name } of calls) {
    if (name === 'ref') node.refs.push(refArguments(args, kwargs));
    else if (name === 'source') addSource(node, sourceArguments(args));
    else if (node.resource_type === 'model') configsApart(render, configCall(kwargs ?? {}));
    else render.calls = mergeConfigCalls(render.calls, configCall(kwargs ?? {}));
  }
}

/** dbt's static parser, which reads models alone, names each source once. */
function addSource({ resource_type: type, sources }: ManifestNode, named: [string, string]): void {
  const isKnown = sources.some(([source, table]) => source === named[0] && table === named[1]);
  if (type !== 'model' || !isKnown) sources.push(named);
}

/** As dbt's static parser, which takes configs one by one and keeps the last of each as it is written. */
function configsApart(render: NodeRender, call: Config): void {
  for (const [key, value] of Object.entries(call)) render.calls = mergeConfigCalls(render.calls, { [key]: value });
  render.last = { ...render.last, ...call };
}

/** Whether a name means dbt's own function in the templates of a package: neither a macro nor a package has it. Asked as a render asks. */
function isBuiltin({ scope }: ParseState, packageName: string, name: string): boolean {
  const { macros, reads } = scope;
  reads?.note('macro', packageName, name);
  reads?.note('package', '', name);
  return findMacro(macros, packageName, name) === undefined && !macros.byPackage.has(name);
}

/** Renders a text for what it names. Failures become findings. */
export function renderForNames(
  state: ParseState,
  context: RenderContext,
  text: string,
  id: string,
  origin: Place,
  options: TemplateOptions = {},
): void {
  try {
    const { file, line, column } = origin;
    const places = { firstLine: line, firstColumn: column };
    const template = state.scope.environment.template(text, file, { ...places, ...options });
    if (hasJinja(text)) template.render(context, { undefinedMode: 'parse' });
  } catch (failure) {
    state.diagnostics.push(...templateDiagnostics(failure, id, origin, () => callableNames(state.scope.macros)));
  }
}

/** Renders a node's hooks for what they name. Tests have none. */
export function renderHooks(state: ParseState, render: NodeRender, node: ManifestNode, origin: Place): void {
  if (node.resource_type === 'test') return;
  for (const hook of [...node.config['pre-hook'], ...node.config['post-hook']]) {
    renderForNames(state, render.context, hook.sql, node.unique_id, origin);
  }
}
