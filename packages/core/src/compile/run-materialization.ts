import { join } from 'node:path';
import { responseFields } from '../context/adapter-response.ts';
import { ResultTable } from '../context/agate/table.ts';
import type { DatabasePort } from '../context/database-port.ts';
import { materializationName, materializationOfNode, replacesTestMacros } from '../context/find-materialization.ts';
import type { Macro } from '../context/macro-library.ts';
import { isMapping, toPlain } from '../context/plain.ts';
import { Relation } from '../context/relation.ts';
import type { RenderContext } from '../context/render-context.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { nodeOf, runContext, withPlaces } from '../context/run-context.ts';
import { EiderError, error, type Place } from '../diagnostics.ts';
import { callValue, mappingOf, repr, toStr } from '../jinja/values/index.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import { displayPath } from '../project/display-path.ts';
import type { Materialization, MaterializationAnswer } from './compiler.ts';

/** What builds a node; null where nothing is defined under that name. */
export function materializationFor(scope: RenderScope, node: ManifestNode): Materialization | null {
  const found = materializationOfNode(scope, node);
  if (found === undefined) return null;
  const { isOwn, macro } = found;
  const languages = macro?.definition.supportedLanguages ?? [];
  return {
    name: materializationName(node),
    isOwn: isOwn || (node.resource_type === 'test' && replacesTestMacros(scope.macros)),
    isMacro: macro !== undefined,
    languages,
    calls: isOwn ? (macro?.node.depends_on.macros ?? []) : null,
    place: macro && placeOf(scope, macro),
  };
}

function placeOf({ project }: RenderScope, { definition, node }: Macro): Place {
  const root = project.packages.find(({ name }) => name === node.package_name)?.root ?? project.root;
  const file = displayPath(project.root, join(root, node.original_file_path));
  return { file, line: definition.line, column: definition.column };
}

/**
 * Runs the macro that materializes a node, as dbt does: in the node's context, with its compiled SQL as `sql` and `compiled_code`. Gives the relations that the
 * macro returned and what its statement `main` answered. Throws EiderError with the chain of places, for a wrong return value at the macro.
 */
export async function runMaterialization(
  scope: RenderScope,
  id: string,
  port: DatabasePort,
): Promise<MaterializationAnswer> {
  const node = nodeOf(scope, id);
  const macro = materializationOfNode(scope, node)?.macro;
  if (macro === undefined) throw new Error(`bug: no macro materializes ${id}`);
  return withPlaces(scope, node, async () => {
    const context = runContext(scope, { node, port, options: {}, async: true });
    const value = await callValue(context.bound(macro), [], {});
    const wrong = (message: string, hint?: string): EiderError =>
      new EiderError([error('jinja/render', message, { place: placeOf(scope, macro), ...(hint && { hint }) })]);
    const relations = node.resource_type === 'model' ? relationsOf(value, node, wrong) : [];
    const main = mainResult(context);
    if (main === null) throw wrong('main is not being called during running model', noMain);
    return { relations, ...main };
  });
}

const noMain = "Put the statement that builds the model into {% call statement('main') %}.";
const returns = "End the materialization with {{ return({'relations': [target_relation]}) }}.";

type Wrong = (message: string, hint?: string) => EiderError;

/** dbt's checks of what a materialization returns, in its words. */
function relationsOf(value: unknown, node: ManifestNode, wrong: Wrong): MaterializationAnswer['relations'] {
  const invalid = 'Invalid return value from materialization';
  if (typeof value === 'string') {
    const name = node.config.materialized;
    throw wrong(
      `The materialization ("${name}") did not explicitly return a list of relations to add to the cache.`,
      returns,
    );
  }
  if (!isMapping(value)) throw wrong(`${invalid}, expected a dict with key "relations", got: ${toStr(value)}`, returns);
  const entries = mappingOf(value);
  const list = entries?.get('relations');
  if (list === undefined) {
    const keys = repr([...(entries ?? new Map()).keys()]);
    throw wrong(`${invalid}, "relations" not found, got keys: ${keys}`, returns);
  }
  if (!Array.isArray(list)) throw wrong(`${invalid}, "relations" not a list, got: ${toStr(list)}`, returns);
  return list.map((one: unknown) => {
    if (!(one instanceof Relation))
      throw wrong(`${invalid}, "relations" contains non-Relation: ${toStr(one)}`, returns);
    const { database, identifier, schema, type } = one;
    return { name: { database, schema, identifier: identifier ?? '' }, type };
  });
}

/** What the statement `main` left. */
function mainResult(context: RenderContext): Pick<MaterializationAnswer, 'message' | 'response' | 'table'> | null {
  const result = callValue(context.builtin('load_result'), ['main'], {}) as {
    readonly response: unknown;
    readonly table: unknown;
  } | null;
  if (result === null) return null;
  const { response: answer, table } = result;
  const message = toStr(answer);
  const response = responseFields(answer);
  if (!(table instanceof ResultTable)) return { message, response, table: { columns: [], rows: [] } };
  const rows = table.rows.map((row) => Array.from(row.values, toPlain));
  return { message, response, table: { columns: table.columnNames, rows } };
}
