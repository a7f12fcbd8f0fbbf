import {
  adapterResponse,
  type DatabasePort,
  type Diagnostic,
  EiderError,
  error,
  type LeafNode,
  type ManifestNode,
  type Place,
  resultMessage,
  runResultObject,
} from '@eider/core';
import { databasePort } from '../session/database-port.ts';
import { explainSql } from '../session/explain-sql.ts';
import { type Connection, SqlError } from '../session/session.ts';
import { inTransaction } from '../session/transaction.ts';
import type { HookTurn, NodeResult, RunEvent } from './events.ts';
import type { RunContext } from './run-context.ts';
import type { WorkingSession } from './working-session.ts';

/**
 * A node's pre- or post-hooks on its own connection, rendered one by one as they run. Those with `transaction: true` share one transaction:
 * after the others before the write, before the others after it, as in dbt.
 */
export async function runNodeHooks(
  run: RunContext,
  node: ManifestNode,
  when: 'pre-hook' | 'post-hook',
  connection: Connection,
): Promise<void> {
  const hooks = node.config[when];
  const inside = hooks.filter((hook) => hook.transaction).map((hook) => hook.sql);
  const outside = hooks.filter((hook) => !hook.transaction).map((hook) => hook.sql);
  const port = databasePort(connection);
  const failed = (cause: SqlError): EiderError =>
    hookError(`A ${when} of ${node.name} failed`, cause, run.compiler.placeOf(node.unique_id, when.replace('-', '_')));
  const execute = (texts: readonly string[]): Promise<void> =>
    executeAll(run, { id: node.unique_id, config: when.replace('-', '_') }, texts, connection, port).catch(
      (cause: unknown) => {
        throw cause instanceof SqlError ? failed(cause) : cause;
      },
    );
  if (when === 'pre-hook') await execute(outside);
  if (inside.length > 0) await inTransaction(connection, () => execute(inside));
  if (when === 'post-hook') await execute(outside);
}

async function executeAll(
  run: RunContext,
  { config, id }: { readonly id: string; readonly config: string },
  texts: readonly string[],
  connection: Connection,
  port: DatabasePort,
): Promise<void> {
  for (const text of texts) {
    const sql = await run.compiler.render(id, text, port, { config });
    if (sql.trim() !== '') await connection.query(sql);
  }
}

/** What hooks of the project run in: a build, or a command that only asks. */
export interface HookRun extends Pick<RunContext, 'compiler' | 'now'> {
  readonly request: Pick<RunContext['request'], 'onEvent'>;
}

/** The project's hooks of one kind, with those of its packages. Throws at the first that fails. */
export async function runProjectHooks(
  run: HookRun,
  when: 'on-run-start' | 'on-run-end',
  { connection, port }: Pick<WorkingSession, 'connection' | 'port'>,
  context: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const hooks = run.compiler.project.packages.flatMap(({ name: owner, onRunEnd, onRunStart }) =>
    (when === 'on-run-start' ? onRunStart : onRunEnd).map((sql, i) => ({
      ...{ sql, owner },
      id: `operation.${owner}.${owner}-${when}-${i}`,
    })),
  );
  const emit = (event: RunEvent): void => run.request.onEvent(event);
  const turns = hooks.map(
    ({ id, owner }, i): HookTurn => ({ id, name: `${owner}.${when}.${i}`, index: i + 1, total: hooks.length }),
  );
  for (const [i, { id, sql: text }] of hooks.entries()) {
    const turn = turns[i] as HookTurn;
    const { name } = turn;
    const started = run.now().getTime();
    const finished = (status: 'success' | 'error'): void =>
      emit({ kind: 'hook-finished', ...turn, ms: run.now().getTime() - started, status });
    emit({ kind: 'hook-started', ...turn });
    const node = run.compiler.manifest.nodes[id] === undefined ? null : id;
    const sql = await run.compiler.render(node, text, port, { context });
    emit({ kind: 'hook-rendered', sql });
    try {
      if (sql.trim() !== '') await executeProjectHook(run, { name, node }, sql, connection);
    } catch (cause) {
      finished('error');
      for (const next of turns.slice(i + 1)) emit({ kind: 'hook-finished', ...next, ms: 0, status: 'skipped' });
      throw cause;
    }
    finished('success');
  }
}

async function executeProjectHook(
  { compiler }: HookRun,
  { name, node }: { readonly name: string; readonly node: string | null },
  sql: string,
  connection: Connection,
): Promise<void> {
  try {
    await connection.query(sql);
  } catch (cause) {
    if (!(cause instanceof SqlError)) throw cause;
    throw hookError(`${name} failed`, cause, node === null ? compiler.project.dbtProjectPlace : compiler.placeOf(node));
  }
}

/** Hooks have no place of their own in a node's record, so the finding shows the statement. */
function hookError(what: string, cause: SqlError, place: Place): EiderError {
  const { message, hint } = explainSql(cause.message);
  const statement = `The statement is: ${cause.sql.trim().slice(0, 500)}`;
  const advice = hint === undefined ? statement : `${hint}\n${statement}`;
  const finding = error('engine/hook-failed', `${what}: ${message}`, { place, hint: advice, cause: cause.message });
  return new EiderError([finding], { cause });
}

/** What dbt gives the templates of on-run-end: `results`, `schemas`, `database_schemas`. */
export function endContext(run: RunContext, results: readonly NodeResult[]): Readonly<Record<string, unknown>> {
  const made = results.filter(({ status }) => !['error', 'fail', 'skipped'].includes(status));
  const schemas = new Map(
    made
      .flatMap((result) => run.compiler.manifest.nodes[result.node] ?? [])
      .filter((node) => isRelational(node, run))
      .map((node) => [`${node.database}.${node.schema}`, [node.database, node.schema]]),
  );
  return {
    results: results.map((result) => resultObject(run, result)),
    schemas: [...new Set([...schemas.values()].map(([, schema]) => schema))],
    database_schemas: [...schemas.values()],
  };
}

/** dbt's `is_relational`: what has a relation, which of tests those have that keep their failures. */
function isRelational(node: ManifestNode, { request: { storeFailures } }: RunContext): boolean {
  if (node.resource_type === 'test') return storeFailures || node.config.store_failures === true;
  return ['model', 'seed', 'snapshot'].includes(node.resource_type);
}

/** Message and response are those of `run_results.json`. */
function resultObject({ compiler: { manifest } }: RunContext, result: NodeResult): object {
  const { compileMs, executeMs, failures, startedAt, status, thread } = result;
  const own = manifest.nodes[result.node];
  const node: ManifestNode | LeafNode | undefined =
    own ?? manifest.exposures[result.node] ?? manifest.saved_queries[result.node];
  if (node === undefined) throw new Error(`bug: ${result.node} has a result and is not in the manifest`);
  const message = resultMessage(result, own, manifest.nodes[result.diagnostics[0]?.node ?? '']);
  const at = (ms: number): string => new Date(Date.parse(startedAt) + ms).toISOString();
  const [compiled, ended] = [at(compileMs), at(compileMs + executeMs)];
  return runResultObject({
    ...{ node, unique_id: result.node, status, message, failures, thread_id: thread },
    execution_time: (compileMs + executeMs) / 1000,
    adapter_response: adapterResponse({ ...result, message, uniqueId: result.node }),
    timing:
      status === 'skipped'
        ? []
        : [
            { name: 'compile', started_at: startedAt, completed_at: compiled },
            { name: 'execute', started_at: compiled, completed_at: ended },
          ],
  });
}

/** Why project hooks failed, told as an event; null where they did not. */
export async function hookFailure({ request }: HookRun, work: () => Promise<void>): Promise<Diagnostic | null> {
  try {
    await work();
    return null;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const known = cause instanceof EiderError ? cause.diagnostics[0] : undefined;
    const diagnostic = known ?? error('engine/hook-failed', message);
    request.onEvent({ kind: 'finding', diagnostic });
    return diagnostic;
  }
}

/** A hook of on-run-start that cannot be rendered ends the run, in dbt without on-run-end. */
export function endsRun(failure: Diagnostic | null): boolean {
  return failure !== null && failure.code !== 'engine/hook-failed';
}

/** dbt runs the nodes after an on-run-start whose SQL fails, unless the project has this flag. */
export function skipsAfterHook({ compiler }: HookRun, failure: Diagnostic | null): failure is Diagnostic {
  const { flags } = compiler.project.packages[0] ?? {};
  return endsRun(failure) || (failure !== null && flags?.skip_nodes_if_on_run_start_fails === true);
}
