import {
  type CompiledNode,
  type Compiler,
  type DatabasePort,
  type Diagnostic,
  EiderError,
  error,
  type Frame,
  type ManifestNode,
  type Place,
} from '@eider/core';
import { explainSql } from '../session/explain-sql.ts';
import { SqlError } from '../session/session.ts';

export interface FailureContext {
  readonly compiler: Compiler;
  readonly node: Pick<ManifestNode, 'name' | 'resource_type' | 'unique_id'>;
  /** Where the node is written, where the manifest does not say. */
  readonly place?: Place;
  /** Undefined while the node is being compiled. */
  readonly compiled?: CompiledNode | undefined;
  /** Asked again, for reading only, to find the macro that wrote the SQL. */
  readonly port?: DatabasePort;
}

/** What went wrong with a node as findings at the place in the template that a person wrote: a position in compiled SQL goes back through the compiler. */
export async function diagnose(cause: unknown, context: FailureContext): Promise<readonly Diagnostic[]> {
  const { compiler, node } = context;
  const about = { node: node.unique_id };
  if (cause instanceof EiderError) return cause.diagnostics.map((finding) => readable({ ...about, ...finding }));
  const message = cause instanceof Error ? cause.message : String(cause);
  const nowhere = { place: context.place ?? compiler.placeOf(node.unique_id), excerpt: '' };
  if (!(cause instanceof SqlError)) return [error('engine/failed', message, { ...about, ...nowhere })];
  const frames = await framesOf(cause, context);
  const { message: text, ...hint } = explainSql(message);
  const place = frames[0]?.place;
  const where = place === undefined ? nowhere : { place, ...(frames.length > 1 && { trace: frames }) };
  return [error('engine/sql-failed', text, { ...about, ...where, ...hint })];
}

/** A macro's own query that failed comes as a finding about a template, with DuckDB's words. */
function readable(finding: Diagnostic): Diagnostic {
  if (!/^[A-Z][\w ]* Error: /.test(finding.message) || finding.code !== 'jinja/render') return finding;
  return { ...finding, code: 'engine/sql-failed', ...explainSql(finding.message) };
}

/** The way to the error, innermost first; empty where DuckDB gave no position in the node's SQL. */
async function framesOf(
  cause: SqlError,
  { compiled, compiler, node, port }: FailureContext,
): Promise<readonly Frame[]> {
  if (compiled === undefined || cause.position === undefined || !cause.sql.startsWith(compiled.sql)) return [];
  // Behind the end of the SQL the text is ours: what is missing is missing at its end.
  const position = Math.min(cause.position, Math.max(0, compiled.sql.length - 1));
  const frames = await compiler.trace(compiled, position, port === undefined ? null : readingPort(port));
  const [last] = frames.slice(-1);
  return last === undefined ? [] : [...frames.slice(0, -1), { ...last, name: `${node.resource_type} ${node.name}` }];
}

/** The port without statements that change something: these were run once already. */
function readingPort(port: DatabasePort): DatabasePort {
  return {
    ...port,
    query: async (sql) => {
      if (/^\s*(\(|select|with|from|values|describe|show|summarize)/i.test(sql)) return port.query(sql);
      throw new Error('not repeated');
    },
  };
}
