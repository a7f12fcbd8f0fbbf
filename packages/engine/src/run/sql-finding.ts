import { type CompiledNode, type Diagnostic, error, type Frame, type Place } from '@eider/core';
import { explainSql } from '../session/explain-sql.ts';
import type { SqlError } from '../session/session.ts';
import { failingColumn } from './failing-column.ts';
import type { FailureContext } from './failure-context.ts';
import { failsOutside, inProject, namingConfigs, nearColumn } from './sql-hints.ts';
import { writtenSlip } from './written-slips.ts';

type Node = FailureContext['node'];

/** What DuckDB refused of a node as a finding: the cause in plain words and in DuckDB's, at the place in the template that a person wrote, with the way there. */
export async function sqlFinding(
  cause: SqlError,
  context: FailureContext,
  nowhere: Pick<Diagnostic, 'place' | 'excerpt'>,
): Promise<Diagnostic> {
  return { ...(await plainFinding(cause, context, nowhere)), cause: cause.message };
}

async function plainFinding(
  cause: SqlError,
  context: FailureContext,
  nowhere: Pick<Diagnostic, 'place' | 'excerpt'>,
): Promise<Diagnostic> {
  const { compiled, compiler, node } = context;
  const about = { node: node.unique_id };
  if (compiled !== undefined && isEmpty(compiled.sql)) return noSql(node, { ...about, ...nowhere });
  const frames = await framesOf(cause, context);
  const gap = await gapBefore(cause, frames, context);
  if (gap !== undefined) return gap;
  const words = writtenSlip(explainSql(wordsOf(cause, compiled)), cause);
  const said = inProject(words, compiler.manifest, node, compiled);
  const { message, hint = await nearColumn(said.message, context) } = failsOutside(said, cause, frames, context);
  const place = frames[0]?.place;
  const where =
    place === undefined
      ? configured(`${cause.message}\n${message}`, context, nowhere)
      : { place, ...(frames.length > 1 && { trace: frames }) };
  return error('engine/sql-failed', message, { ...about, ...where, ...(hint === undefined ? {} : { hint }) });
}

/** Whether a text is nothing but white space and comments. */
function isEmpty(sql: string): boolean {
  return sql.replace(/\/\*[\s\S]*?\*\/|--[^\n]*/g, '').trim() === '';
}

function noSql({ name, resource_type: type }: Node, where: Partial<Diagnostic>): Diagnostic {
  return error(
    'engine/sql-failed',
    `The ${type} "${name}" has no SQL: its template gives nothing but white space and comments.`,
    {
      ...where,
      hint: 'Write its SELECT, take the file away, or switch it off with {{ config(enabled=false) }}.',
    },
  );
}

/** The way to the error, innermost first; empty where nothing says where in the node's SQL it is. */
async function framesOf(cause: SqlError, context: FailureContext): Promise<readonly Frame[]> {
  const { compiled, compiler, node, port } = context;
  if (compiled === undefined) return [];
  const found = await positionOf(cause, compiled, context);
  if (found === undefined) return [];
  // Behind the end of the SQL the text is ours: what is missing is missing at its end.
  const position = Math.min(found, Math.max(0, compiled.sql.trimEnd().length - 1));
  const frames = await compiler.trace(compiled, position, port === undefined ? null : readingPort(port));
  const [last] = frames.slice(-1);
  return last === undefined ? [] : [...frames.slice(0, -1), { ...last, name: `${node.resource_type} ${node.name}` }];
}

async function positionOf(
  cause: SqlError,
  { sql }: CompiledNode,
  { interrupt, port }: FailureContext,
): Promise<number | undefined> {
  if (cause.position !== undefined) return cause.sql.startsWith(sql) ? cause.position : undefined;
  const named = positionByName(cause.message, sql);
  if (named !== undefined) return named;
  if (!valueKinds.has(cause.kind) || port === undefined || interrupt === undefined) return undefined;
  return failingColumn(sql, cause, { query: port.query, interrupt });
}

/** Errors that a value makes while a query runs. */
const valueKinds: ReadonlySet<string> = new Set(['Out of Range', 'Invalid Input', 'Conversion']);

const named: readonly RegExp[] = [
  /^Binder Error: Column "([^"]+)" does not exist on/,
  /^Binder Error: Column "([^"]+)" in \w+ list not found/,
  /^Binder Error: Catalog "([^"]+)" does not exist/,
  /^Binder Error: Could not find key "([^"]+)" in struct/,
  /^Parser Error: Duplicate CTE name "([^"]+)"/,
  /(?:matches?|match) the pattern "([^"]+)"/,
  /^[\w ]+ Error: File '([^']+)' too small/,
  /No magic bytes found at end of file '([^']+)'/,
  /extract specifier "([^"]+)" not recognized/,
  /format specifier "([^"]+)"/,
  /^Conversion Error: .*(?:date|time|timestamp|interval)[^"]*"([^"]+)"/i,
  /^Binder Error: (GROUP BY) term out of range/,
  /^Catalog Error: \w+ Function with name "?([^\s"]+)"? is not in the catalog/,
  /^Catalog Error: \w+ with name "?([^\s"]+)"? does not exist/,
];

/** Where the only mention of the name stands that an error without a position is about. Of a common table expression defined twice it is the second. */
function positionByName(message: string, sql: string): number | undefined {
  if (/^Binder Error: Set operations can only apply/.test(message)) {
    const [first, second] = sql.matchAll(/\b(union|except|intersect)\b/gi);
    return second === undefined ? first?.index : undefined;
  }
  const name = named.map((pattern) => pattern.exec(message)?.[1]).find((found) => found !== undefined);
  if (name === undefined) return undefined;
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const found = [...sql.matchAll(new RegExp(`(?<![\\w$])${escaped}(?![\\w$])`, 'gi'))].map((match) => match.index);
  const isTwice = message.includes('Duplicate');
  return found.length === 1 || isTwice ? found[isTwice ? 1 : 0] : undefined;
}

/** A syntax error right behind something that the template printed and that is undefined is not the mistake: the undefined name is. */
async function gapBefore(
  cause: SqlError,
  frames: readonly Frame[],
  { compiled, compiler, node, port }: FailureContext,
): Promise<Diagnostic | undefined> {
  const place = frames.at(-1)?.place;
  if (cause.kind !== 'Parser' || place === undefined) return undefined;
  const gaps = await compiler.gaps(node.unique_id, port === undefined ? null : readingPort(port));
  const isNear = ({ file, line }: Place): boolean =>
    file === place.file && line <= place.line && line >= place.line - 1;
  const gap = gaps.findLast((one) => {
    const places = [one.place, ...(one.trace ?? []).map((frame) => frame.place)];
    return places.some((there) => there !== undefined && isNear(there));
  });
  if (gap === undefined) return undefined;
  const { message } = explainSql(wordsOf(cause, compiled));
  return { ...gap, message: `${gap.message}, and so the SQL has a gap: ${lowered(message)}` };
}

/** DuckDB's words. What it finds behind the end of the node's SQL is ours, and no help: the SQL ends too early. */
function wordsOf({ kind, message, position, sql }: SqlError, compiled: CompiledNode | undefined): string {
  if (compiled === undefined || kind !== 'Parser' || position === undefined) return message;
  const isBehind = sql.startsWith(compiled.sql) && position >= compiled.sql.trimEnd().length;
  return isBehind && message.includes('syntax error') ? 'Parser Error: syntax error at end of input' : message;
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

const configs: readonly (readonly [RegExp, readonly string[]])[] = [
  [/Unrecognized option|partition_by/i, ['options', 'partition_by']],
  ...namingConfigs.map((key) => [new RegExp(`^\`${key}\` names`, 'm'), [key]] as const),
];

/** Where DuckDB gave no position: the config that the words are about, else the node. */
function configured(
  words: string,
  { compiler, node }: FailureContext,
  nowhere: Pick<Diagnostic, 'place' | 'excerpt'>,
): Pick<Diagnostic, 'place' | 'excerpt'> {
  const keys = configs.find(([pattern]) => pattern.test(words))?.[1] ?? [];
  if (nowhere.place === undefined) return nowhere;
  const start = nowhere.place;
  for (const key of keys) {
    const place = compiler.placeOf(node.unique_id, key);
    if (place.file !== start.file || place.line !== start.line || place.column !== start.column) return { place };
  }
  return nowhere;
}

/** The port without statements that change something: these were run once already. */
export function readingPort(port: NonNullable<FailureContext['port']>): NonNullable<FailureContext['port']> {
  return {
    ...port,
    query: async (sql) => {
      if (/^\s*(\(|select|with|from|values|describe|show|summarize)/i.test(sql)) return port.query(sql);
      throw new Error('not repeated');
    },
  };
}
