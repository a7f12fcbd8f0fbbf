import { copyPlain } from '../cache/copy-plain.ts';
import { returnFunction } from '../jinja/call.ts';
import type { MacroText } from '../jinja/environment.ts';
import { pairs } from '../jinja/methods/dict.ts';
import { createModules } from '../jinja/modules/index.ts';
import type { Callable } from '../jinja/values/index.ts';
import {
  callValue,
  Dict,
  hostFunction,
  keywordPairs,
  optional,
  PyError,
  rawFunction,
  toStr,
  truth,
} from '../jinja/values/index.ts';
import { dbtVersion } from '../manifest/invocation.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import { hasJinja } from '../project/shape.ts';
import { type AdapterOptions, adapterNamespace } from './adapter.ts';
import { baseFunctions } from './base-functions.ts';
import { columnClass } from './column-class.ts';
import { environmentFunction, metadataEnv, momentValues } from './environment-values.ts';
import { exceptionFunctions } from './exceptions.ts';
import { flagsNamespace, invocationArgs } from './flags.ts';
import { functionCall } from './function-calls.ts';
import { modelRecord, sharedGraph } from './model-record.ts';
import { type Namespace, namesAndValues } from './namespace.ts';
import { nodeRelation } from './node-relation.ts';
import { refusedCalls } from './refused-members.ts';
import { relationClass } from './relation-class.ts';
import { type Lazy, type MacroCall, RenderContext } from './render-context.ts';
import { type RenderScope, rootPackageOf } from './render-scope.ts';
import { resultFunctions } from './results.ts';
import { withRuntimeConfig } from './runtime-config.ts';
import { templateError } from './template-error.ts';
import { validation } from './validation.ts';
import { packageVars, varFunction } from './vars.ts';
import { watchedModules } from './watched-modules.ts';

export interface NodeContextOptions extends AdapterOptions {
  /** The node that is rendered; null for macros that are called on their own and for on-run hooks. */
  readonly node: ManifestNode | null;
  /** The package whose macros and vars count. */
  readonly packageName: string;
  readonly async: boolean;
  readonly config: Namespace;
  readonly ref: Callable;
  readonly source: Callable;
  /** Whether an unknown var is none instead of an error. */
  readonly lenientVars: boolean;
  /** `model.batch` of a microbatch model. */
  readonly batch?: Readonly<Record<string, unknown>> | undefined;
  /** While a generic test is parsed: the id of its macro. */
  readonly test?: string | undefined;
  readonly onCall?: (call: MacroCall) => void;
  readonly onText?: (text: MacroText) => void;
}

/** A render as parse does it: nothing is run or asked. */
export const parsing: Pick<NodeContextOptions, 'async' | 'execute' | 'lenientVars' | 'port' | 'printer'> = {
  async: false,
  execute: false,
  port: null,
  printer: undefined,
  lenientVars: true,
};

/** The context that a node's templates are rendered in: everything that dbt's templates may name. */
export function nodeContext(scope: RenderScope, options: NodeContextOptions): RenderContext {
  const { packageName, async: isAsync, onCall, onText } = options;
  return new RenderContext(
    (context) => [
      nodeValues(scope, options, context),
      runValues(scope, options, context),
      projectValues(scope, options),
      fixedValues,
      contextItself(context),
    ],
    {
      macros: scope.macros,
      packageName,
      test: options.test,
      async: isAsync,
      reads: scope.reads,
      ...(onCall === undefined ? {} : { onCall }),
      ...(onText === undefined ? {} : { onText }),
    },
  );
}

function nodeValues(scope: RenderScope, options: NodeContextOptions, context: RenderContext): Lazy {
  const { node, printer } = options;
  const { target } = scope.project;
  return {
    model: () =>
      node === null ? undefined : { ...modelRecord(node, scope.reads), ...(options.batch && { batch: options.batch }) },
    this: () =>
      // SQL of the command line is a `sql_operation`, which has a relation in dbt; hooks have none.
      node === null || node.unique_id.startsWith('operation.')
        ? null
        : nodeRelation(node, { quoting: scope.quoting, printer }),
    config: () => options.config,
    ref: () => withRuntimeConfig(options.ref, scope),
    source: () => options.source,
    function: () => functionCall(scope, options),
    database: () => node?.database ?? target.database,
    schema: () => node?.schema ?? target.schema,
    pre_hooks: () => node?.config['pre-hook'] ?? [],
    post_hooks: () => node?.config['post-hook'] ?? [],
    sql: () => node?.compiled_code ?? null,
    compiled_code: () => node?.compiled_code ?? null,
    var: () =>
      varFunction(packageVars(scope.project, options.packageName), {
        owner: options.lenientVars ? null : (node?.unique_id ?? scope.project.name),
        onRead: (name) => scope.reads?.note('var', options.packageName, name),
        render: (text) => renderText(scope, context, text, options),
      }),
    adapter: () => adapterNamespace(scope, context, options),
    api: () => ({ Relation: relationClass(printer), Column: columnClass }),
    column: () => columnClass,
  };
}

const itertools = '`modules.itertools` is deprecated in dbt; filters and loops of templates do the same.';

function runValues(scope: RenderScope, options: NodeContextOptions, context: RenderContext): Lazy {
  const id = options.node?.unique_id ?? null;
  let made: ReturnType<typeof resultFunctions> | undefined;
  const results = (): ReturnType<typeof resultFunctions> => {
    made ??= resultFunctions();
    return made;
  };
  return {
    execute: () => options.execute,
    modules: () => watchedModules(() => scope.onDeprecated?.('ModulesItertoolsUsageDeprecation', itertools, id)),
    load_result: () => results().load_result,
    store_result: () => results().store_result,
    store_raw_result: () => results().store_raw_result,
    render: () => hostFunction('render', ['string'], (text) => renderText(scope, context, toStr(text), options)),
    write: () => hostFunction('write', ['payload'], () => ''),
    try_or_compiler_error: () =>
      hostFunction('try_or_compiler_error', ['message_if_exception', 'func', '*args', '**kwargs'], tryOrError),
    exceptions: () => exceptionFunctions((message) => scope.onWarning(message, id)),
    log: () =>
      hostFunction('log', ['msg', optional('info', false)], (message, info) => {
        scope.onLog(toStr(message), truth(info), id);
        return '';
      }),
    print: () =>
      hostFunction('print', ['msg'], (message) => {
        scope.onPrint(toStr(message));
        return '';
      }),
  };
}

function projectValues(scope: RenderScope, options: NodeContextOptions): Lazy {
  const { project } = scope;
  let copy: unknown;
  const target = (): unknown => {
    copy ??= copyPlain(project.target.raw);
    return copy;
  };
  return {
    target,
    env: target,
    project_name: () => rootPackageOf(project).name,
    env_var: () => environmentFunction(scope),
    // dbt fills it when everything is parsed.
    graph: () => (options.execute ? sharedGraph(scope.manifest) : {}),
    flags: () => flagsNamespace(scope.flags, scope.reads),
    ...momentValues(scope),
    invocation_args_dict: () => {
      scope.reads?.note('flags', '', '');
      return invocationArgs(scope.flags);
    },
    dbt_metadata_envs: () => {
      scope.reads?.note('metadata-env', '', '');
      return metadataEnv(project.env);
    },
    selected_resources: () => {
      return [...(scope.selected?.() ?? [])];
    },
    thread_id: () => (options.execute ? options.node?.unique_id : undefined) ?? 'MainThread',
  };
}

const fixed: Readonly<Record<string, unknown>> = {
  ...baseFunctions,
  validation,
  return: returnFunction(),
  dbt_version: dbtVersion,
  sql_now: 'now()',
  ...refusedCalls(''),
  defer_relation: null,
};

/** The values that are the same in every context, and modules, of which each has its own dicts. */
const fixedValues: Lazy = {
  ...Object.fromEntries(Object.entries(fixed).map(([name, value]) => [name, () => value])),
  modules: createModules,
};

function contextItself(context: RenderContext): Lazy {
  return {
    builtins: () =>
      namesAndValues(
        (name) => context.builtin(name),
        () => context.builtinNames(),
      ),
    context: () =>
      namesAndValues(
        (name) => context.get(name),
        () => context.names(),
        changingMethods(context),
      ),
  };
}

/** Macros may leave values for one another in the context, as dbt's lets them. */
function changingMethods(context: RenderContext): Readonly<Record<string, Callable>> {
  return {
    update: rawFunction('update', (args, kwargs) => {
      const given = new Dict([...(args.length === 0 ? [] : pairs(args[0])), ...keywordPairs(kwargs)]);
      context.give(Object.fromEntries(Array.from(given.entries(), ([name, value]) => [toStr(name), value])));
      return null;
    }),
    setdefault: hostFunction(
      'setdefault',
      ['key', optional('default')],
      (key, value) => context.get(toStr(key)) ?? context.give({ [toStr(key)]: value }).get(toStr(key)),
    ),
  };
}

/** Renders a text in a context; a promise where the context is asynchronous. Its failures are shown in the node's file. */
export function renderText(
  scope: RenderScope,
  context: RenderContext,
  text: string,
  options: Pick<NodeContextOptions, 'async' | 'node'>,
): unknown {
  if (!hasJinja(text)) return text;
  const template = scope.environment.template(text, options.node?.original_file_path ?? 'dbt_project.yml');
  return options.async ? template.renderAsync(context) : template.render(context);
}

function tryOrError(
  message: unknown,
  run: unknown,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): unknown {
  try {
    return callValue(run, args, kwargs);
  } catch (cause) {
    if (!(cause instanceof PyError)) throw cause;
    throw templateError('jinja/render', toStr(message));
  }
}
