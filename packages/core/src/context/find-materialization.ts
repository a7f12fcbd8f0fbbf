import type { ManifestNode } from '../manifest/nodes.ts';
import { behaviorFlag } from '../project/behavior-flags.ts';
import { findInternal, isInternalPackage, type Macro, type MacroLibrary } from './macro-library.ts';
import type { RenderScope } from './render-scope.ts';

/** Which adapter dbt's own materialization of a name is for. Some are here without a macro: the engine has them. */
const builtin: Readonly<Record<string, readonly Adapter[]>> = {
  clone: ['default'],
  external: ['duckdb'],
  function: ['default'],
  incremental: ['duckdb', 'default'],
  materialized_view: ['default'],
  seed: ['default'],
  snapshot: ['default'],
  table: ['duckdb', 'default'],
  table_function: ['duckdb'],
  test: ['default'],
  unit: ['default'],
  view: ['default'],
};

type Adapter = 'duckdb' | 'default';
/** The more special one first: it wins wherever it is defined. */
const adapters: readonly Adapter[] = ['duckdb', 'default'];

/** What builds nodes of a materialization: a macro; undefined where dbt's own counts and is no macro here. */
export interface FoundMaterialization {
  readonly macro: Macro | undefined;
  /** Whether it is the project's or a package's. */
  readonly isOwn: boolean;
}

/** The names of dbt's materializations and of the project's and its packages' own. */
export function materializationNames({ byPackage }: MacroLibrary): readonly string[] {
  const macros = [...byPackage.values()].flatMap((one) => [...one.keys()]);
  const own = macros.flatMap((name) => /^materialization_(.+)_(?:duckdb|default)$/.exec(name)?.[1] ?? []);
  return [...new Set([...Object.keys(builtin), ...own])];
}

/** The name by which dbt looks for what builds a node. */
export function materializationName(node: ManifestNode): string {
  // A config may hold anything.
  return node.resource_type === 'seed' ? 'seed' : String(node.config.materialized);
}

/** What dbt's materialization of tests calls to say which rows count, how many are too many, and whether they are kept. */
const ofTests = ['get_test_sql', 'get_limit_subquery_sql', 'should_store_failures'].flatMap((name) =>
  ['', 'duckdb__', 'default__'].map((prefix) => `${prefix}${name}`),
);

/** Whether the project has macros of its own in the place of those by which dbt runs a test. */
export function replacesTestMacros({ byPackage, rootPackage }: MacroLibrary): boolean {
  const own = byPackage.get(rootPackage);
  return ofTests.some((name) => own?.has(name));
}

/** Whether dbt has a materialization of this name itself. */
export function isBuiltinMaterialization(name: string): boolean {
  return Object.hasOwn(builtin, name);
}

/** What builds a node in a project. Undefined where there is nothing of that name. */
export function materializationOfNode(
  { macros, project }: Pick<RenderScope, 'macros' | 'project'>,
  node: ManifestNode,
): FoundMaterialization | undefined {
  const isExplicit = behaviorFlag(project, 'require_explicit_package_overrides_for_builtin_materializations');
  return findMaterialization(macros, materializationName(node), !isExplicit);
}

/**
 * The materialization of a name as dbt finds it: one for DuckDB before a default one, then the root project's before a package's before dbt's own. A package
 * replaces one of dbt's only where the flag `require_explicit_package_overrides_for_builtin_materializations` is off (`implicit`). Undefined where there is none.
 */
export function findMaterialization(
  library: MacroLibrary,
  name: string,
  implicit: boolean,
): FoundMaterialization | undefined {
  const isBuiltin = Object.hasOwn(builtin, name);
  const fromPackages = !isBuiltin || implicit || !packageComesFirst(library, name);
  for (const adapter of adapters) {
    const macroName = `materialization_${name}_${adapter}`;
    const own = library.byPackage.get(library.rootPackage)?.get(macroName);
    const macro = own ?? (fromPackages ? inPackages(library, macroName) : undefined);
    if (macro !== undefined) return { macro, isOwn: true };
    if (isBuiltin && builtin[name]?.includes(adapter)) return { macro: findInternal(library, macroName), isOwn: false };
  }
  return undefined;
}

/** Whether the one that counts for dbt before it looks at the flag is a package's. */
function packageComesFirst(library: MacroLibrary, name: string): boolean {
  for (const adapter of adapters) {
    const macroName = `materialization_${name}_${adapter}`;
    if (library.byPackage.get(library.rootPackage)?.has(macroName) === true) return false;
    if (inPackages(library, macroName) !== undefined) return true;
    if (builtin[name]?.includes(adapter) === true) return false;
  }
  return false;
}

/** Of several packages the last counts. */
function inPackages({ byPackage, rootPackage }: MacroLibrary, macroName: string): Macro | undefined {
  const packages = [...byPackage].filter(([owner]) => owner !== rootPackage && !isInternalPackage(owner));
  return packages.map(([, macros]) => macros.get(macroName)).findLast((macro) => macro !== undefined);
}
