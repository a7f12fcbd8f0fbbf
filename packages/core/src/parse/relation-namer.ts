import { runConfig } from '../context/config-object.ts';
import { findMacro, isInternalPackage } from '../context/macro-library.ts';
import { type NodeContextOptions, nodeContext } from '../context/node-context.ts';
import type { RenderContext } from '../context/render-context.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { templateDiagnostics } from '../context/template-diagnostics.ts';
import { templateError } from '../context/template-error.ts';
import { type Diagnostic, error, type Place } from '../diagnostics.ts';
import type { Callable } from '../jinja/values/index.ts';
import { callValue, hostFunction, isUndefined, toStr } from '../jinja/values/index.ts';
import type { ManifestNode } from '../manifest/nodes.ts';

/** Where a relation lives, as the project's `generate_*_name` macros say. */
export type RelationNamer = (node: ManifestNode, origin: Place) => void;

type Component = 'database' | 'schema' | 'alias';

/** Sets a node's database, schema and alias through the macros `generate_database_name`, `generate_schema_name` and `generate_alias_name`. */
export function relationNamer(scope: RenderScope, diagnostics: Diagnostic[]): RelationNamer {
  const macros = new Map<string, Callable | undefined>();
  let context: RenderContext | undefined;
  const macroFor = (component: Component, packageName: string): Callable | undefined => {
    const key = `${component}.${packageName}`;
    if (!macros.has(key)) {
      context ??= nodeContext(scope, namesContext(scope));
      macros.set(key, findNamer(scope, context, `generate_${component}_name`, packageName));
    }
    return macros.get(key);
  };
  return (node, origin) => {
    for (const component of ['database', 'schema', 'alias'] as const) {
      const macro = macroFor(component, node.package_name);
      if (macro === undefined) {
        diagnostics.push(error('macro/not-found', `No macro with name generate_${component}_name found`));
        continue;
      }
      try {
        const value = callValue(macro, [node.config[component] ?? null, node], null);
        node[component] = nameText(value);
      } catch (failure) {
        diagnostics.push(...templateDiagnostics(failure, node.unique_id, origin));
      }
    }
  };
}

/** A package's own macro names its nodes; else the root project's, else dbt's. */
function findNamer(
  scope: RenderScope,
  context: RenderContext,
  name: string,
  packageName: string,
): Callable | undefined {
  const { library } = scope;
  const imported = packageName !== library.rootPackage && !isInternalPackage(packageName);
  const own = imported && library.byPackage.get(packageName)?.has(name) === true;
  if (own) return context.macroIn(packageName, name) ?? undefined;
  return findMacro(library, library.rootPackage, name) === undefined ? undefined : context.macroNamed(name);
}

/** Null stays: a relation without that part. */
function nameText(value: unknown): string {
  if (value === null || value === undefined || isUndefined(value)) return null as unknown as string;
  return toStr(value).trim();
}

function namesContext(scope: RenderScope): NodeContextOptions {
  const refuse = (name: string): Callable =>
    hostFunction(name, ['*args', '**kwargs'], () => {
      throw templateError('jinja/render', `${name}() cannot be used while names are generated.`);
    });
  return {
    node: null,
    packageName: scope.library.rootPackage,
    async: false,
    execute: false,
    port: null,
    printer: undefined,
    config: runConfig(null, 'generate_name'),
    ref: refuse('ref'),
    source: refuse('source'),
    lenientVars: false,
  };
}
