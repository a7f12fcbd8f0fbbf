import type { MacroDefinition } from '../jinja/environment.ts';
import type { MacroNode } from '../manifest/nodes.ts';

/** A macro: its record, and what the template engine made of it. */
export interface Macro {
  readonly node: MacroNode;
  readonly definition: MacroDefinition;
}

/** dbt's own packages, the more special one first. */
export const INTERNAL_PACKAGES = ['dbt_duckdb', 'dbt'] as const;

/** All macros of a project. Lookups follow dbt's order: the package of the node that is rendered, the root project, dbt's own. */
export interface MacroLibrary {
  readonly rootPackage: string;
  readonly byId: ReadonlyMap<string, Macro>;
  /** By package, then by name; dbt's own packages included. */
  readonly byPackage: ReadonlyMap<string, ReadonlyMap<string, Macro>>;
}

/** The library of a template that knows no macros. */
export const noMacros: MacroLibrary = { rootPackage: '', byId: new Map(), byPackage: new Map() };

/** Whether a package is a part of dbt itself. */
export function isInternalPackage(name: string): boolean {
  return INTERNAL_PACKAGES.some((internal) => internal === name);
}

/** dbt's own macro of a name: what the namespace `dbt` holds. */
export function findInternal(library: MacroLibrary, name: string): Macro | undefined {
  for (const internal of INTERNAL_PACKAGES) {
    const found = library.byPackage.get(internal)?.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The names that templates call most: the project's macros, its packages and their macros (`package.name`), dbt's functions. */
export function callableNames({ byPackage, rootPackage }: MacroLibrary): readonly string[] {
  const own = [...(byPackage.get(rootPackage)?.keys() ?? [])];
  const packages = [...byPackage.keys()].filter((name) => !isInternalPackage(name));
  const theirs = packages.flatMap((owner) =>
    [...(byPackage.get(owner)?.keys() ?? [])].map((name) => `${owner}.${name}`),
  );
  return [...own, ...packages, ...theirs, ...dbtFunctions];
}

const dbtFunctions =
  'ref source config var env_var this target model graph log print return execute adapter exceptions run_query statement is_incremental builtins modules flags'.split(
    ' ',
  );

/** The macro that a plain name means in a package's templates. */
export function findMacro(library: MacroLibrary, packageName: string, name: string): Macro | undefined {
  const own = isInternalPackage(packageName) ? undefined : library.byPackage.get(packageName)?.get(name);
  return own ?? library.byPackage.get(library.rootPackage)?.get(name) ?? findInternal(library, name);
}

/** The macro of a name wherever it is: in the root project, else in the package that was read last, else among dbt's own. */
export function findAnywhere(library: MacroLibrary, name: string): Macro | undefined {
  const { byPackage, rootPackage } = library;
  const owners = [...byPackage.keys()].filter((owner) => !isInternalPackage(owner)).reverse();
  for (const owner of [rootPackage, ...owners]) {
    const found = byPackage.get(owner)?.get(name);
    if (found !== undefined) return found;
  }
  return findInternal(library, name);
}

/** The macro that `package.name` means; undefined where the package has none of that name, null where there is no such package. */
export function findInPackage(library: MacroLibrary, packageName: string, name: string): Macro | undefined | null {
  if (packageName === 'dbt') return findInternal(library, name);
  if (isInternalPackage(packageName)) return null;
  const macros = library.byPackage.get(packageName);
  return macros === undefined ? null : macros.get(name);
}
