import { searchPackages } from '../context/dispatch.ts';
import type { Macro, MacroLibrary } from '../context/macro-library.ts';
import { findInPackage, findMacro, isInternalPackage } from '../context/macro-library.ts';
import type { StaticCall } from '../jinja/environment.ts';
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
  const name = call.args[0] ?? call.kwargs.macro_name;
  if (typeof name !== 'string') return [];
  const namespace = call.args[1] ?? call.kwargs.macro_namespace ?? null;
  for (const packageName of searchPackages({ project }, namespace)) {
    for (const prefix of ['duckdb', 'default']) {
      const wanted = `${prefix}__${name}`;
      const found =
        packageName === null
          ? findMacro(library, library.rootPackage, wanted)
          : findInPackage(library, packageName, wanted);
      if (found !== undefined && found !== null) return [name, `${found.node.package_name}.${wanted}`];
    }
  }
  return [name];
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
