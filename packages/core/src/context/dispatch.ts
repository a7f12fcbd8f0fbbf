import { type Callable, hostFunction, optional, repr } from '../jinja/values/index.ts';
import type { MacroLibrary } from './macro-library.ts';
import type { RenderScope } from './render-scope.ts';
import { rootPackageOf } from './render-scope.ts';
import { templateError } from './template-error.ts';

/** Implementations for the adapter come before general ones. */
const PREFIXES = ['duckdb', 'default'] as const;

/** Finds a macro for `adapter.dispatch`: undefined or null where a package has none. */
type FindMacro = (packageName: string | null, name: string) => Callable | undefined | null;

/**
 * `adapter.dispatch('name', 'namespace')`: the first `duckdb__name` or `default__name` in the packages that the project's `dispatch:` lists for the
 * namespace; without an entry in the root project and then in the namespace's own package.
 */
export function dispatchFunction(scope: RenderScope, find: FindMacro): Callable {
  return hostFunction(
    'dispatch',
    ['macro_name', optional('macro_namespace'), optional('packages')],
    (name, namespace) => dispatch(scope, find, String(name), namespace),
  );
}

function dispatch(scope: RenderScope, find: FindMacro, name: string, namespace: unknown): Callable {
  if (name.includes('.')) throw dottedName(name);
  const searched = searchPackages(scope, namespace);
  const found = implementation(searched, name, find);
  if (found !== undefined) return found;
  const { message, hint } = noImplementation(scope.macros, { name, namespace, searched });
  throw templateError('macro/not-found', message, hint);
}

/** What `find` gives for the first `duckdb__name` or `default__name` of packages in their order. */
export function implementation<T>(
  searched: readonly (string | null)[],
  name: string,
  find: (packageName: string | null, name: string) => T | undefined | null,
): T | undefined {
  for (const packageName of searched) {
    for (const prefix of PREFIXES) {
      const found = find(packageName, `${prefix}__${name}`);
      if (found !== undefined && found !== null) return found;
    }
  }
  return undefined;
}

/** A dispatch that finds nothing: the packages it looked into, null for the search order of plain names. */
export interface FailedDispatch {
  readonly name: string;
  readonly namespace: unknown;
  readonly searched: readonly (string | null)[];
}

/** dbt's words for a dispatch that finds nothing, and what to do. */
export function noImplementation(
  library: MacroLibrary,
  { name, namespace, searched }: FailedDispatch,
): { readonly message: string; readonly hint: string } {
  const attempts = searched.flatMap((owner) =>
    PREFIXES.map((prefix) => repr(`${owner === null ? '' : `${owner}.`}${prefix}__${name}`)),
  );
  const message = `In dispatch: No macro named '${name}' found within namespace: '${namespace ?? 'None'}'. Searched for: ${attempts.join(', ')}`;
  const others = otherAdapters(library, name);
  if (others.length === 0)
    return { message, hint: `Define a macro default__${name}, or add the package that has it to packages.yml.` };
  return {
    message,
    hint: `It is written for ${others.join(', ')} alone: define a macro duckdb__${name} in the project.`,
  };
}

/** The adapters that a macro is written for, by the prefixes of its name. */
function otherAdapters({ byPackage }: MacroLibrary, name: string): readonly string[] {
  const suffix = `__${name}`;
  const names = [...byPackage.values()].flatMap((macros) => [...macros.keys()]);
  const prefixes = names.filter((one) => one.endsWith(suffix)).map((one) => one.slice(0, -suffix.length));
  return [...new Set(prefixes)].filter((prefix) => /^[a-z]+$/.test(prefix)).sort();
}

/** The packages of a namespace in their order; null: the search order of plain names. */
export function searchPackages(scope: Pick<RenderScope, 'project'>, namespace: unknown): (string | null)[] {
  if (namespace === null || namespace === undefined) return [null];
  if (typeof namespace !== 'string') {
    throw templateError('macro/not-found', 'In adapter.dispatch, macro_namespace has to be a string or none.');
  }
  const root = rootPackageOf(scope.project);
  const entry = root.dispatch.find((one) => one.macro_namespace === namespace);
  if (entry !== undefined && entry.search_order.length > 0) return [...entry.search_order];
  const known = namespace === 'dbt' || scope.project.packages.some((one) => one.name === namespace);
  return known ? [root.name, namespace] : [null];
}

function dottedName(name: string): Error {
  const [namespace, ...rest] = name.split('.');
  return templateError(
    'macro/not-found',
    `In adapter.dispatch, got a macro name of "${name}", but "." is not a valid macro name component.`,
    `Did you mean adapter.dispatch("${rest.join('.')}", macro_namespace="${namespace}")?`,
  );
}
