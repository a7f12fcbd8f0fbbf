import { type Diagnostic, EiderError, error } from '@eider/core';
import { errorCode, storeError } from '@eider/store';
import { explainSql } from '../session/explain-sql.ts';
import { SqlError } from '../session/session.ts';
import type { FailureContext } from './failure-context.ts';
import { sqlFinding } from './sql-finding.ts';

/** What went wrong with a node as findings at the place in the template that a person wrote: a position in compiled SQL goes back through the compiler. */
export async function diagnose(cause: unknown, context: FailureContext): Promise<readonly Diagnostic[]> {
  const { compiler, node } = context;
  const about = { node: node.unique_id };
  if (cause instanceof EiderError) return cause.diagnostics.map((finding) => readable({ ...about, ...finding }));
  const message = cause instanceof Error ? cause.message : String(cause);
  const nowhere = { place: context.place ?? compiler.placeOf(node.unique_id), excerpt: '' };
  if (errorCode(cause) !== '') {
    const place = compiler.manifest.nodes[node.unique_id] && compiler.placeOf(node.unique_id, 'location');
    return [refused(cause as NodeJS.ErrnoException, { ...about, ...(place === undefined ? nowhere : { place }) })];
  }
  if (!(cause instanceof SqlError)) return [error('engine/failed', message, { ...about, ...nowhere })];
  return [await sqlFinding(cause, context, nowhere)];
}

/** What the system refused while a node was written. */
function refused(cause: NodeJS.ErrnoException, where: Partial<Diagnostic>): Diagnostic {
  const { hint, message } = storeError(`use ${cause.path ?? 'a file'}`, cause);
  return error('engine/store-failed', message, { ...where, hint });
}

/** A macro's own query that failed comes as a finding about a template, with DuckDB's words. */
export function readable(finding: Diagnostic): Diagnostic {
  if (!/^[A-Z][\w ]* Error: /.test(finding.message) || finding.code !== 'jinja/render') return finding;
  return { ...finding, code: 'engine/sql-failed', cause: finding.message, ...explainSql(finding.message) };
}
