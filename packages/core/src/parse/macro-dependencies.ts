import { join } from 'node:path';
import { type FailedDispatch, implementation, noImplementation, searchPackages } from '../context/dispatch.ts';
import type { Macro, MacroLibrary } from '../context/macro-library.ts';
import { findInPackage, findMacro, isInternalPackage } from '../context/macro-library.ts';
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
  if (owner !== null) return findInPackage(library, owner, name);
  const anywhere = [...library.byPackage.values()].map((macros) => macros.get(name));
  return findMacro(library, library.rootPackage, name) ?? anywhere.findLast((macro) => macro !== undefined);
}

/** Dispatches in macros that find nothing: errors, as in dbt, whether or not they run. */
export function deadDispatches(library: MacroLibrary, project: Project): readonly Diagnostic[] {
  const own = [...library.byId.values()].filter(({ node }) => !isInternalPackage(node.package_name));
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

function macroId(name: string, ownPackage: string, library: MacroLibrary): string | undefined {
  const [first = '', second] = name.split('.');
  const packageName = second === undefined ? ownPackage : first;
  const macroName = second ?? first;
  const own = library.byPackage.get(packageName)?.get(macroName);
  const found = own ?? findMacro(library, library.rootPackage, macroName);
  if (second !== undefined && own === undefined && !isInternalPackage(packageName)) return undefined;
  return found?.node.unique_id;
}
