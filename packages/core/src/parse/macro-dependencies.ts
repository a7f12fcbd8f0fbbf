import { join } from 'node:path';
import { baseFunctions } from '../context/base-functions.ts';
import { type FailedDispatch, implementation, noImplementation, searchPackages } from '../context/dispatch.ts';
import type { Macro, MacroLibrary } from '../context/macro-library.ts';
import { findAnywhere, findInPackage, isInternalPackage } from '../context/macro-library.ts';
import { type Diagnostic, error } from '../diagnostics.ts';
import type { StaticCall } from '../jinja/environment.ts';
import { displayPath } from '../project/display-path.ts';
import type { Project } from '../project/project.ts';

/** The macros that a macro's text calls by name or through `adapter.dispatch`, as dbt reads them off: whether or not they run. */
export function macroDependencies(macro: Macro, library: MacroLibrary, project: Project): string[] {
  const ids = new Set<string>();
  for (const name of calledNames(macro.definition.calls, library, project)) {
    if (name === macro.node.name) continue;
    const id = macroId(name, macro.node.package_name, library);
    if (id !== undefined) ids.add(id);
  }
  return [...ids];
}

function calledNames(calls: readonly StaticCall[], library: MacroLibrary, project: Project): string[] {
  return calls.flatMap((call) => (call.name === 'adapter.dispatch' ? dispatched(call, library, project) : [call.name]));
}

/** A dispatch names its macro, and means the implementation that it would find. */
function dispatched(call: StaticCall, library: MacroLibrary, project: Project): string[] {
  const { name, found } = readDispatch(call, library, project);
  if (name === undefined) return [];
  return found === undefined ? [name] : [name, `${found.node.package_name}.${found.node.name}`];
}

interface ReadDispatch extends Omit<FailedDispatch, 'name'> {
  /** Undefined where the name is no literal. */
  readonly name: string | undefined;
  readonly found: Macro | undefined;
}

function readDispatch({ args, kwargs }: StaticCall, library: MacroLibrary, project: Project): ReadDispatch {
  const given = args[0] ?? kwargs.macro_name;
  const name = typeof given === 'string' ? given : undefined;
  const named = args[1] ?? kwargs.macro_namespace ?? null;
  const namespace = typeof named === 'string' ? named : null;
  const searched = searchPackages({ project }, namespace);
  const found = name && implementation(searched, name, (owner, wanted) => inPackage(library, owner, wanted));
  return { name, namespace, searched, found: found || undefined };
}

/** As dbt reads dispatches off: without a package, in all of them. */
function inPackage(library: MacroLibrary, owner: string | null, name: string): Macro | undefined | null {
  return owner === null ? findAnywhere(library, name) : findInPackage(library, owner, name);
}

/** Dispatches in macros that find nothing: errors, as in dbt, whether or not they run. */
export function deadDispatches(library: MacroLibrary, project: Project): readonly Diagnostic[] {
  const { byId } = library;
  const own = [...byId.values()].filter(({ node }) => !isInternalPackage(node.package_name));
  return own.flatMap(({ definition, node }) =>
    definition.calls.flatMap((call) => {
      if (call.name !== 'adapter.dispatch') return [];
      const { name, found, ...rest } = readDispatch(call, library, project);
      if (name === undefined || found !== undefined || name.includes('.')) return [];
      const { message, hint } = noImplementation(library, { name, ...rest });
      const root = project.packages.find((one) => one.name === node.package_name)?.root ?? project.root;
      const file = displayPath(project.root, join(root, node.original_file_path));
      const { line, column } = call;
      return [error('macro/not-found', message, { place: { file, line, column }, hint })];
    }),
  );
}

/** The functions that dbt takes for no macros, whatever a project defines. */
const functions = new Set([
  ...Object.keys(baseFunctions),
  ...'ref source config dbt_version env_var invocation_id log modules flags print return run_started_at thread_id var'.split(
    ' ',
  ),
]);

/** The macro that a call in a package's macro means: of the package named, else of its own, else of any. Longer names are no macros. */
function macroId(called: string, ownPackage: string, library: MacroLibrary): string | undefined {
  if (functions.has(called)) return undefined;
  const [first = '', second, third] = called.split('.');
  if (first === 'adapter' || third !== undefined) return undefined;
  const name = second ?? first;
  const own = library.byPackage.get(second === undefined ? ownPackage : first)?.get(name);
  return (own ?? findAnywhere(library, name))?.node.unique_id;
}
