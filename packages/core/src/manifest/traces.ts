import type { Manifest, ManifestNode } from './nodes.ts';

/** What a command did with a node. */
export interface NodeTrace {
  /** What it was compiled to; absent where there was nothing to compile, or that failed. */
  readonly sql?: string;
  /** Whether something was run for it. */
  readonly ran: boolean;
  /** Whether that came to the statement of which dbt keeps the text. */
  readonly main: boolean;
  /** The ids of the macros that its materialization names, where that is the project's or a package's own. */
  readonly calls?: readonly string[];
  /** Where the foreign keys of its contract lead, by what their `to` says. */
  readonly targets?: Readonly<Record<string, string>>;
}

/** A node as dbt leaves it in the manifest: with its SQL, where that lies, and the macros that dbt calls in its name. Paths are relative to the project. */
export function tracedNode(
  node: ManifestNode,
  trace: NodeTrace | undefined,
  manifest: Manifest,
  paths: { readonly compiled: string; readonly run: string },
): ManifestNode {
  if (trace === undefined) return untouched(node);
  const ran = trace.main && node.resource_type !== 'operation' ? { build_path: paths.run } : {};
  const index = trace.main && node.resource_type === 'operation' ? { index: turnOf(node, manifest) } : {};
  if (trace.sql === undefined) return { ...untouched(node), ...ran, ...index } as ManifestNode;
  const code = {
    compiled: true,
    compiled_code: trace.sql,
    extra_ctes_injected: node.extra_ctes_injected ?? true,
    extra_ctes: node.extra_ctes ?? [],
  };
  return {
    ...withTargets(node, trace.targets ?? {}),
    // dbt keeps the compiled SQL of snapshots, and not where it lies; of nothing it writes no file.
    ...(node.resource_type === 'snapshot' || trace.sql === '' ? {} : { compiled_path: paths.compiled }),
    ...code,
    ...ran,
    ...index,
    ...noted(node, trace, manifest),
  } as ManifestNode;
}

/** The turn of a hook of the run among all of its kind, from 1: dbt counts on over the packages. */
function turnOf({ tags, unique_id: id }: ManifestNode, { nodes }: Manifest): number {
  const isAlike = (node: ManifestNode): boolean =>
    node.resource_type === 'operation' && tags.every((tag) => node.tags.includes(tag));
  return (
    Object.values(nodes)
      .filter(isAlike)
      .findIndex((node) => node.unique_id === id) + 1
  );
}

/** What a model with batches compiled to is each batch's, and dbt keeps none of it. */
function untouched(node: ManifestNode): ManifestNode {
  if (node.compiled !== true) return node;
  const { compiled: _, compiled_code: _code, extra_ctes: _ctes, extra_ctes_injected: _injected, ...plain } = node;
  return plain as ManifestNode;
}

/** Of a foreign key dbt knows the relation, once the model is compiled. */
function withTargets(node: ManifestNode, targets: Readonly<Record<string, string>>): ManifestNode {
  if (node.resource_type !== 'model' || Object.keys(targets).length === 0) return node;
  const named = (one: unknown): unknown => {
    const { to } = one as { readonly to?: unknown };
    return typeof to === 'string' && targets[to] !== undefined ? { ...(one as object), to: targets[to] } : one;
  };
  const columns = Object.entries(node.columns).map(([key, column]) => [
    key,
    { ...column, constraints: column.constraints.map(named) },
  ]);
  return { ...node, constraints: node.constraints.map(named), columns: Object.fromEntries(columns) } as ManifestNode;
}

/** dbt's materializations of tests and functions call these by the node's name; of models it notes what the template calls, and what it sets around Python. */
const called: Readonly<Record<string, readonly string[]>> = {
  test: ['get_limit_subquery_sql', 'should_store_failures', 'statement'],
  function: ['load_cached_relation', 'run_hooks', 'default__scalar_function_sql', 'function_execute_build_sql'],
};

function noted(
  node: ManifestNode,
  { calls, ran }: NodeTrace,
  manifest: Manifest,
): Pick<ManifestNode, 'depends_on'> | object {
  const isGeneric = node.resource_type === 'test' && node.test_metadata !== undefined;
  const names = [
    ...(isGeneric ? [...ownRefs(node.test_metadata?.kwargs ?? {}, manifest), 'get_where_subquery'] : []),
    ...(node.language === 'python' ? ['py_script_postfix'] : []),
  ];
  const ids = [...names.map((name) => macroNamed(name, manifest)), ...(ran ? calledBy(node, calls, manifest) : [])];
  if (ids.length === 0) return {};
  const macros = [...new Set([...node.depends_on.macros, ...ids])];
  return { depends_on: { ...node.depends_on, macros } };
}

/** Macros named `ref` and `source` of the project's own, which the arguments of a generic test call when they are rendered. */
function ownRefs(kwargs: Readonly<Record<string, unknown>>, { macros, metadata }: Manifest): readonly string[] {
  const texts = Object.values(kwargs).filter((value) => typeof value === 'string');
  const calls = texts.flatMap((text) => Array.from(text.matchAll(/\b(ref|source)\s*\(/g), ([, name]) => name ?? ''));
  return calls.filter((name) => macros[`macro.${metadata.project_name}.${name}`] !== undefined);
}

/** The ids of the macros that a materialization calls; one of tests that is the project's or a package's own calls what it names. */
function calledBy(
  { resource_type: type }: ManifestNode,
  own: readonly string[] | undefined,
  manifest: Manifest,
): readonly string[] {
  const ids = (called[type] ?? []).map((name) => macroNamed(name, manifest));
  if (type !== 'test' || own === undefined) return ids;
  return [...own.filter((id) => !/^macro\.dbt(_duckdb)?\./.test(id)), ...ids.filter((id) => own.includes(id))];
}

/** The project's own goes before dbt's. */
function macroNamed(name: string, { macros, metadata }: Manifest): string {
  const owners = [String(metadata.project_name), 'dbt_duckdb'].map((owner) => `macro.${owner}.${name}`);
  return owners.find((id) => macros[id] !== undefined) ?? `macro.dbt.${name}`;
}
