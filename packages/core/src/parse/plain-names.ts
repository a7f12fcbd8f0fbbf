import { findInPackage, findMacro, isInternalPackage } from '../context/macro-library.ts';
import type { Question } from '../context/reads.ts';
import type { RenderScope } from '../context/render-scope.ts';
import type { ManifestNode } from '../manifest/nodes.ts';

/** The parts of a relation's name that have macros. */
export const nameParts = ['database', 'schema', 'alias'] as const;

export type Names = Readonly<Record<(typeof nameParts)[number], string>>;

/** What a run of the three macros came upon: the names that they gave a node without configs, and each question that they asked. */
export interface NamesProbe {
  readonly names: Names;
  readonly questions: readonly Question[];
}

/**
 * The names of a node as dbt's own `generate_*_name` would give them, without calling these: the macros of a project that defines none are asked the same
 * for every node. Null where they have to be called: a macro of the project was met on their way, or something of the node is no plain word.
 */
export function plainNames(scope: RenderScope, probe: NamesProbe, node: ManifestNode): Names | null {
  const { database, schema } = probe.names;
  const { alias: custom, database: ownDatabase, schema: ownSchema } = node.config;
  if ('version' in node && node.version !== null && node.version !== undefined) return null;
  if (![node.name, custom, ownDatabase, ownSchema].every(isPlain)) return null;
  scope.reads?.noteAll(probe.questions);
  return {
    database: ownDatabase ?? database,
    schema: typeof ownSchema === 'string' ? `${schema}_${ownSchema}` : schema,
    alias: custom ?? node.name,
  };
}

/** Whether the macros came upon nothing but dbt's own, and gave the target's names. */
export function isOfDbt({ macros, project }: RenderScope, { names, questions }: NamesProbe): boolean {
  const { database, schema } = project.target;
  if (names.database !== database || names.schema !== schema) return false;
  return questions.every(([kind, owner, name]) => {
    if (kind === 'package') return isInternalPackage(name) || !macros.byPackage.has(name);
    if (kind === 'own-macro') return macros.byPackage.get(owner)?.has(name) !== true;
    if (kind !== 'macro' && kind !== 'macro-in') return false;
    const found = kind === 'macro' ? findMacro(macros, owner, name) : findInPackage(macros, owner, name);
    return found === undefined || found === null || isInternalPackage(found.node.package_name);
  });
}

/** Nothing, or a word that no trimming changes. */
function isPlain(value: unknown): value is string | null | undefined {
  return value === null || value === undefined || (typeof value === 'string' && /^[\w-]+$/.test(value));
}
