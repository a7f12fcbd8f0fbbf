import { type CompiledNode, didYouMean, type Frame, type Manifest, type ManifestNode } from '@eider/core';
import type { SqlExplanation } from '../session/explain-sql.ts';
import { relationName } from '../session/relation.ts';
import type { SqlError } from '../session/session.ts';
import type { FailureContext } from './failure-context.ts';

type Node = FailureContext['node'];

/** What the project knows and DuckDB does not: its models and sources, common table expressions, the arguments of tests. */
export function inProject(
  said: SqlExplanation,
  manifest: Manifest,
  node: Node,
  compiled: CompiledNode | undefined,
): SqlExplanation {
  const gone = lostData(said.message, manifest);
  if (gone !== undefined) return gone;
  const source = sourceHint(said.message, manifest, node);
  if (source !== undefined) return { ...said, hint: source };
  const table = /^There is no table "(?:[^"]*\.)?([^".]+)"/.exec(said.message)?.[1];
  if (table !== undefined) {
    const hint = tableHint(table, manifest, compiled?.sql ?? '');
    return hint === undefined ? said : { ...said, hint };
  }
  const test = manifest.nodes[node.unique_id];
  if (test?.resource_type !== 'test' || test.test_metadata === undefined) return said;
  const missing = missingArguments(manifest, test);
  if (missing.length > 0) {
    const needs = `The test "${test.test_metadata.name}" needs ${missing.map((one) => `"${one}"`).join(' and ')}`;
    const hint = missing.includes('column_name')
      ? `${needs}: write it under \`data_tests:\` of a column, or give it \`arguments: {column_name: …}\`.`
      : `${needs}: give it under \`arguments:\`.`;
    return { ...said, hint };
  }
  const column = /^There is no column "([^"]+)"/.exec(said.message)?.[1];
  if (column === undefined || column !== test.column_name) return said;
  const owner = manifest.nodes[test.attached_node ?? '']?.name;
  return {
    ...said,
    message: `${owner === undefined ? 'The relation' : `"${owner}"`} has no column "${column}", which this test is about.`,
  };
}

/** DuckDB offers no columns of files and common table expressions: those of the nodes that this one reads are looked through. */
export async function nearColumn(
  message: string,
  { compiler, node, port }: FailureContext,
): Promise<string | undefined> {
  const wanted = /has no column "([^"]+)"\.$/.exec(message)?.[1];
  if (wanted === undefined || port === undefined) return undefined;
  const columns: string[] = [];
  for (const id of compiler.manifest.nodes[node.unique_id]?.depends_on.nodes ?? []) {
    const parent = compiler.manifest.nodes[id];
    if (parent === undefined || parent.relation_name === null) continue;
    const found = await port.columns(relationName(parent)).catch(() => []);
    columns.push(...found.map((column) => column.name));
  }
  const near = didYouMean(wanted, columns);
  return near === undefined ? undefined : `Did you mean "${near}"?`;
}

/** What stands outside of a node's SQL: where that can be read, a test's condition cannot, or a column that a config names. */
export function failsOutside(
  said: SqlExplanation,
  cause: SqlError,
  frames: readonly Frame[],
  { compiler, node }: FailureContext,
): SqlExplanation {
  const test = compiler.manifest.nodes[node.unique_id];
  if (cause.kind !== 'Parser' || frames.length > 0) return said;
  if (test?.resource_type !== 'test') return reservedName(cause, test?.config ?? {}) ?? said;
  const set = (['error_if', 'warn_if', 'fail_calc'] as const).filter((key) => {
    const value = test.config[key];
    return typeof value === 'string' && value !== '!= 0' && value !== 'count(*)';
  });
  const [key] = set;
  if (key === undefined) return said;
  const message = `\`${key}\` of the test cannot be read: "${String(test.config[key])}".`;
  const hint =
    key === 'fail_calc' ? 'Write an aggregate such as sum(n).' : 'Write a comparison such as "> 10" or "!= 0".';
  return { message, hint };
}

/** A column of a config that needs quotes: a word of SQL, at which or right behind which a statement of a materialization cannot be read, or one with blanks, in which. */
function reservedName(
  { position, sql }: SqlError,
  config: Readonly<Record<string, unknown>>,
): SqlExplanation | undefined {
  if (position === undefined) return undefined;
  const behind = /^\w+/.exec(sql.slice(position))?.[0];
  const before = /(\w+)\W*$/.exec(sql.slice(0, position))?.[1];
  for (const key of namingConfigs) {
    const names = [config[key]].flat().map(String);
    const word = names.find((one) => one === behind) ?? names.find((one) => one === before);
    const name = word ?? names.find((one) => /^[\p{L}\w][\p{L}\w -]*$/u.test(one) && covers(sql, one, position));
    if (name !== undefined)
      return {
        message: `\`${key}\` names the column ${name}, and "${name}" ${/\W/.test(name) ? 'is no single word' : 'is a word of SQL'}.`,
        hint: `Quote it there, as in a query: '"${name}"'.`,
      };
  }
  return undefined;
}

/** Whether a position lies in a text, or right behind it. */
function covers(sql: string, text: string, position: number): boolean {
  const at = sql.lastIndexOf(text, position);
  return at >= 0 && position <= at + text.length;
}

/** Configs whose names of columns a macro writes into SQL as they are. */
export const namingConfigs: readonly string[] = [
  ...['unique_key', 'merge_on_using_columns', 'merge_update_columns', 'merge_returning_columns', 'updated_at'],
  ...['check_cols', 'event_time'],
];

function tableHint(name: string, manifest: Manifest, sql: string): string | undefined {
  const ctes = [...sql.matchAll(/([A-Za-z_]\w*)\s+as\s+(?:(?:not\s+)?materialized\s+)?\(/gi)].map(
    (match) => match[1] ?? '',
  );
  const cte = didYouMean(name, ctes);
  if (cte !== undefined) return `Did you mean "${cte}"?`;
  const refs = Object.values(manifest.nodes).filter((one) => /^(model|seed|snapshot)$/.test(one.resource_type));
  const names = new Set(refs.map((one) => one.name));
  const near = names.has(name) ? name : didYouMean(name, names);
  if (near !== undefined) {
    return names.has(name)
      ? `There is a ${refs.find((one) => one.name === name)?.resource_type} of this name: write {{ ref('${name}') }}, so that it is built first and found in its schema.`
      : `Did you mean {{ ref('${near}') }}?`;
  }
  const source = Object.values(manifest.sources).find((one) => one.name === name);
  return source === undefined ? undefined : `Write {{ source('${source.source_name}', '${source.name}') }}.`;
}

/** A file of the lake that a node reads and somebody deleted. */
function lostData(message: string, manifest: Manifest): SqlExplanation | undefined {
  const id = /matches "[^"]*\/data\/((?:model|seed|snapshot)\.[^/"]+)\//.exec(message)?.[1];
  const name = id === undefined ? undefined : manifest.nodes[id]?.name;
  if (name === undefined) return undefined;
  return {
    message: `The data of ${name} is gone: files of its last commit were deleted.`,
    hint: `Build it again: \`eider build --select ${name}+\`.`,
  };
}

/** Why a source that the node reads is no table: a plugin should read it, or its `external_location` is misspelt. */
function sourceHint(message: string, manifest: Manifest, node: Node): string | undefined {
  const name = /no table "(?:[^"]*\.)?([^".]+)"/.exec(message)?.[1];
  const reads = name === undefined ? [] : (manifest.nodes[node.unique_id]?.depends_on.nodes ?? []);
  const source = reads.flatMap((id) => manifest.sources[id] ?? []).find((one) => one.identifier === name);
  if (source === undefined) return undefined;
  const settings: Readonly<Record<string, unknown>> = { ...source.meta, ...source.config };
  const full = `${source.source_name}.${source.name}`;
  if (typeof settings.plugin === 'string')
    return `The source ${full} is read by the plugin "${settings.plugin}" when a node is built, not by this command.`;
  const near = 'external_location' in settings ? undefined : didYouMean('external_location', Object.keys(settings));
  return near === undefined ? undefined : `The source ${full} has "${near}": did you mean "external_location"?`;
}

/** Parameters without a default that a generic test's entry does not give. */
function missingArguments(
  manifest: Manifest,
  test: ManifestNode & { readonly resource_type: 'test' },
): readonly string[] {
  const { test_metadata: metadata } = test;
  if (metadata === undefined) return [];
  const macro = test.depends_on.macros
    .map((id) => manifest.macros[id])
    .find((one) => one?.name === `test_${metadata.name}`);
  const parameters = /\(([^)]*)\)/.exec(macro?.macro_sql ?? '')?.[1] ?? '';
  return parameters
    .split(',')
    .map((parameter) => parameter.trim())
    .filter((parameter) => /^\w+$/.test(parameter) && !Object.hasOwn(metadata.kwargs, parameter));
}
