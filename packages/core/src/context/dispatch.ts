import { type Callable, hostFunction, optional, repr } from '../jinja/values/index.ts';
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
  const attempts: string[] = [];
  for (const packageName of searchPackages(scope, namespace)) {
    for (const prefix of PREFIXES) {
      const wanted = `${prefix}__${name}`;
      attempts.push(packageName === null ? wanted : `${packageName}.${wanted}`);
      const macro = find(packageName, wanted);
      if (macro !== undefined && macro !== null) return macro;
    }
  }
  throw templateError(
    'macro/not-found',
    `In dispatch: No macro named '${name}' found within namespace: '${namespace ?? 'None'}'. Searched for: ${attempts.map(repr).join(', ')}`,
    `Define a macro default__${name}, or add the package that has it to packages.yml.`,
  );
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
