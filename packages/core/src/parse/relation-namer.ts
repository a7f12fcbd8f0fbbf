import { runConfig } from '../context/config-object.ts';
import { isInternalPackage } from '../context/macro-library.ts';
import { watchTime } from '../context/model-record.ts';
import { type NodeContextOptions, nodeContext } from '../context/node-context.ts';
import type { Question, Reads } from '../context/reads.ts';
import type { RenderContext } from '../context/render-context.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { templateDiagnostics } from '../context/template-diagnostics.ts';
import { templateError } from '../context/template-error.ts';
import { type Diagnostic, error, type Place } from '../diagnostics.ts';
import type { Callable } from '../jinja/values/index.ts';
import { callValue, hostFunction, isUndefined, toStr } from '../jinja/values/index.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import { isOfDbt, type NamesProbe, nameParts, plainNames } from './plain-names.ts';

/** Where a relation lives, as the project's `generate_*_name` macros say. */
export type RelationNamer = (node: ManifestNode, origin: Place) => void;

/** Sets a node's database, schema and alias through the macros `generate_database_name`, `generate_schema_name` and `generate_alias_name`. */
export function relationNamer(scope: RenderScope, diagnostics: Diagnostic[]): RelationNamer {
  const probes = new Map<string, NamesProbe | null>();
  const probeOf = (packageName: string): NamesProbe | null => {
    const known = probes.get(packageName);
    if (known !== undefined) return known;
    const probe = probeNames(scope, packageName);
    probes.set(packageName, probe);
    return probe;
  };
  return (node, origin) => {
    const probe = probeOf(node.package_name);
    const names = probe === null ? null : plainNames(scope, probe, node);
    if (names === null) callNamers(scope, diagnostics, node, origin);
    else Object.assign(node, names);
  };
}

function callNamers(scope: RenderScope, diagnostics: Diagnostic[], node: ManifestNode, origin: Place): void {
  // One context a node: what a macro leaves in it is not the next node's.
  const context = nodeContext(scope, namesContext(scope));
  const { created_at: createdAt } = node;
  if (scope.reads !== undefined) watchTime(node, createdAt, scope.reads);
  for (const part of nameParts) {
    const macro = findNamer(scope, context, `generate_${part}_name`, node.package_name);
    if (macro === undefined) {
      diagnostics.push(error('macro/not-found', `No macro with name generate_${part}_name found`));
      continue;
    }
    try {
      node[part] = nameText(callValue(macro, [node.config[part] ?? null, node], null));
    } catch (failure) {
      diagnostics.push(...templateDiagnostics(failure, node.unique_id, origin));
    }
  }
  Object.defineProperty(node, 'created_at', { value: createdAt, writable: true });
}

/** Runs the macros for a node that says nothing; null where they are more than dbt's own. */
function probeNames(scope: RenderScope, packageName: string): NamesProbe | null {
  const questions: Question[] = [];
  let isRepeatable = true;
  const reads: Reads = {
    note: (...question) => questions.push(question),
    noteAll: (several) => questions.push(...several),
    unrepeatable: () => {
      isRepeatable = false;
    },
  };
  const silent = (): void => undefined;
  const own = { ...scope, reads, onLog: silent, onPrint: silent, onWarning: silent };
  const context = nodeContext(own, namesContext(own));
  const nameOf = (part: string): string => {
    const macro = findNamer(own, context, `generate_${part}_name`, packageName);
    return macro === undefined ? '' : nameText(callValue(macro, [null, { name: 'node', version: null }], null));
  };
  try {
    const probe = {
      names: { database: nameOf('database'), schema: nameOf('schema'), alias: nameOf('alias') },
      questions,
    };
    return isRepeatable && isOfDbt(scope, probe) ? probe : null;
  } catch {
    return null;
  }
}

/** A package's own macro names its nodes; else the root project's, else dbt's. */
function findNamer(
  scope: RenderScope,
  context: RenderContext,
  name: string,
  packageName: string,
): Callable | undefined {
  const { macros } = scope;
  const imported = packageName !== macros.rootPackage && !isInternalPackage(packageName);
  if (imported) scope.reads?.note('own-macro', packageName, name);
  const own = imported && macros.byPackage.get(packageName)?.has(name) === true;
  if (own) return context.macroIn(packageName, name) ?? undefined;
  return context.macroNamed(name);
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
    packageName: scope.macros.rootPackage,
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
