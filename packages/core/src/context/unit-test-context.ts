import { type Callable, callValue, hostFunction, optional, rawFunction } from '../jinja/values/index.ts';
import type { Manifest, ManifestNode, RefArgs, SourceNode, UnitTestNode } from '../manifest/nodes.ts';
import { runConfig } from './config-object.ts';
import type { DatabasePort } from './database-port.ts';
import { createLookup } from './lookup.ts';
import { membersOf, Namespace } from './namespace.ts';
import { nodeContext } from './node-context.ts';
import { ephemeralRelation } from './node-relation.ts';
import { refArguments, sourceArguments } from './ref-calls.ts';
import { Relation } from './relation.ts';
import { ephemeralName } from './relation-class.ts';
import type { RenderContext } from './render-context.ts';
import type { RenderScope } from './render-scope.ts';
import { templateError } from './template-error.ts';

/** An input of a unit test. */
export interface UnitTestInput {
  /** What it stands for. */
  readonly original: ManifestNode | SourceNode;
  /** The ephemeral model that takes its place. */
  readonly node: ManifestNode;
  /** What its common table expression is called, without dbt's prefix. */
  readonly cteName: string;
}

export interface UnitTestContextOptions {
  readonly node: ManifestNode;
  /** The test whose overrides count; null for the context of one of its inputs, and of its own query. */
  readonly test: UnitTestNode | null;
  readonly port: DatabasePort | null;
  readonly inputs: readonly UnitTestInput[];
  /** Told about each input that is referred to. */
  readonly onInput?: (input: UnitTestInput) => void;
}

/** The context that a tested model is rendered in: refs and sources are the inputs that the test gives, macros, variables and environment are as it overrides them. */
export function unitTestContext(scope: RenderScope, options: UnitTestContextOptions): RenderContext {
  const { inputs, node, onInput = () => undefined, port, test } = options;
  const { ref, source } = inputRefs(scope, node, inputs, onInput);
  const project = { ...scope.project, cliVars: { ...scope.project.cliVars, ...test?.overrides?.vars } };
  const context = nodeContext(
    { ...scope, project },
    {
      ...{ node, port, ref, source, printer: undefined, packageName: node.package_name },
      ...{ async: true, execute: true, lenientVars: false, config: runConfig(node.config, node.unique_id) },
    },
  );
  if (test === null) return context;
  const own = inputs.find(({ original }) => original.unique_id === test.depends_on.nodes[0]);
  context.give({ this: own === undefined ? null : ephemeralName(own.cteName) });
  return override(context, test);
}

function inputRefs(
  scope: RenderScope,
  node: ManifestNode,
  inputs: readonly UnitTestInput[],
  onInput: (input: UnitTestInput) => void,
): { readonly ref: Callable; readonly source: Callable } {
  const lookup = createLookup(manifestOf(scope.manifest, inputs), scope.project);
  const missing = (kind: 'node' | 'source', name: string, call: string, which = ''): Error =>
    templateError(
      'ref/not-found',
      `Unit_Test '${node.unique_id}' (${node.original_file_path}) depends on a ${kind} named '${name}' ${which}which was not found`,
      `Give its rows: \`- input: ${call}\` under \`given\`.`,
    );
  return {
    ref: rawFunction('ref', (args, kwargs) => {
      const wanted = refArguments(args, kwargs);
      const found = lookup.ref(wanted, node.package_name);
      const input = found.kind === 'found' ? inputs.find((one) => one.node === found.node) : undefined;
      if (input === undefined) throw missing('node', wanted.name, callOf(wanted), whichOf(wanted));
      onInput(input);
      return ephemeralRelation(input.node, null);
    }),
    source: rawFunction('source', (args) => {
      const [name, table] = sourceArguments(args);
      const found = lookup.source(name, table, node.package_name);
      const input = found.kind === 'found' ? inputs.find((one) => one.original === found.node) : undefined;
      if (input === undefined) throw missing('source', `${name}.${table}`, `source('${name}', '${table}')`);
      onInput(input);
      const identifier = ephemeralName(input.cteName);
      return new Relation({ database: null, schema: null, identifier, type: 'cte', quote: { identifier: false } });
    }),
  };
}

/** In dbt's words. */
function whichOf({ package: owner, version }: RefArgs): string {
  return `${version === null ? '' : `with version '${version}' `}${owner === null ? '' : `in package or project '${owner}' `}`;
}

function callOf({ name, package: owner, version }: RefArgs): string {
  return `ref(${owner === null ? '' : `'${owner}', `}'${name}'${version === null ? '' : `, v=${JSON.stringify(version)}`})`;
}

/** A manifest in which the inputs are all that there is. */
function manifestOf(manifest: Manifest, inputs: readonly UnitTestInput[]): Manifest {
  const sources = inputs.flatMap(({ original }) => (original.resource_type === 'source' ? [original] : []));
  const nodes = inputs.filter(({ original }) => original.resource_type !== 'source').map(({ node }) => node);
  return {
    ...manifest,
    nodes: Object.fromEntries(nodes.map((node) => [`${node.unique_id} ${node.alias}`, node])),
    sources: Object.fromEntries(sources.map((source) => [source.unique_id, source])),
    disabled: {},
    selectors: {},
    withdrawn: {},
  };
}

/** Lays the overrides over a context: a macro gives the value, any other name is it. Names that the context does not know are passed over, as in dbt. */
function override(context: RenderContext, { overrides }: UnitTestNode): RenderContext {
  const given: Record<string, unknown> = { env_var: overriddenEnvironment(context, overrides?.env_vars ?? {}) };
  const inPackages: Record<string, Record<string, unknown>> = {};
  const setIn = (owner: string, name: string, value: unknown): void => {
    inPackages[owner] = { ...inPackages[owner], [name]: value };
  };
  for (const [full, value] of Object.entries(overrides?.macros ?? {})) {
    const [name = '', owner] = full.split('.').reverse();
    const macro = owner === undefined ? context.macroNamed(name) : context.macroIn(owner, name);
    const isKnown = macro !== undefined && macro !== null;
    if (!isKnown && (owner !== undefined || context.get(name) === undefined)) continue;
    const instead = isKnown ? hostFunction(name, ['*args', '**kwargs'], () => value) : value;
    if (owner !== undefined) setIn(owner, name, instead);
    if (owner === undefined || owner === 'dbt') {
      setIn('dbt', name, instead);
      given[name] = instead;
    }
  }
  for (const [owner, members] of Object.entries(inPackages)) {
    const base = context.get(owner);
    const own = membersOf(members);
    const member = (name: string): unknown =>
      own(name) ?? (base instanceof Namespace ? base.__getattr__(name) : undefined);
    given[owner] = new Namespace('dict', member);
  }
  return context.give(given);
}

function overriddenEnvironment(context: RenderContext, env: Readonly<Record<string, unknown>>): Callable {
  const plain = context.builtin('env_var');
  return hostFunction('env_var', ['var', optional('default')], (name, fallback) =>
    Object.hasOwn(env, String(name)) ? env[String(name)] : callValue(plain, [name, fallback], null),
  );
}
