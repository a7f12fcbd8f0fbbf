import {
  type CompiledNode,
  type DatabasePort,
  type Diagnostic,
  EiderError,
  error,
  type ManifestNode,
  type TestNode,
} from '@eider/core';
import { type DataTestOutcome, dataTest } from '../checks/data-test.ts';
import { isMicrobatch } from '../materialize/batches.ts';
import type { Materialized } from '../materialize/materialization.ts';
import { databasePort } from '../session/database-port.ts';
import { relationOf } from '../session/relation.ts';
import type { Connection } from '../session/session.ts';
import { cloneNode } from './clone-node.ts';
import { diagnose } from './diagnose.ts';
import type { NodeResult } from './events.ts';
import { contextOf, materializeNode, ownTest } from './materialize-node.ts';
import { nodeConnection, recorded, wasInterrupted } from './node-connection.ts';
import { nodePort } from './node-port.ts';
import { type MissingParent, resolveParents } from './resolve-parents.ts';
import type { RanBatches } from './run-batches.ts';
import { nodeOf, type RunContext } from './run-context.ts';
import { runUnitTest } from './run-unit-test.ts';

/** Compiles and runs one node on a connection of its own. What goes wrong is in the result; nothing is thrown. A built node is entered in `run.built`. */
export async function runNode(run: RunContext, id: string, worker: Connection, thread: string): Promise<NodeResult> {
  const node = nodeOf(run.compiler, id);
  const { connection, release } = nodeConnection(run, node, worker);
  const startedAt = run.now();
  const statements: string[] = [];
  let compiled: CompiledNode | undefined;
  let compiledAt = startedAt;
  let work: Work;
  let missing: readonly MissingParent[] = [];
  try {
    const isClone = run.request.command === 'clone';
    if (!isClone) missing = await resolveParents(run, id, connection);
    if (!isClone && node.resource_type !== 'seed' && !isMicrobatch(node))
      compiled = await run.compiler.compile(id, nodePort(node, await run.build.head?.generation(id), connection));
    compiledAt = run.now();
    if (isClone) work = await cloned(run, node, recorded(connection, statements));
    else if (node.resource_type === 'unit_test' && compiled !== undefined)
      work = await runUnitTest(run, node, compiled, { connection, statements });
    else work = await execute(run, node, compiled, recorded(connection, statements));
  } catch (cause) {
    compiledAt = compiledAt === startedAt ? run.now() : compiledAt;
    work = isStopped(run, cause)
      ? stopped(run)
      : failed(
          await diagnose(becauseOf(missing, cause), {
            compiler: run.compiler,
            node,
            compiled,
            ...askAgain(run, connection),
          }),
        );
  }
  release();
  return {
    node: id,
    ...work,
    startedAt: startedAt.toISOString(),
    compileMs: compiledAt.getTime() - startedAt.getTime(),
    executeMs: run.now().getTime() - compiledAt.getTime(),
    // As in dbt, what was stopped belongs to no worker.
    thread: work.status === 'skipped' ? 'MainThread' : thread,
    relationName: node.relation_name,
    ...(compiled && { compiledSql: compiled.sql }),
    ...(statements.length > 0 && { ranSql: statements.join(';\n') }),
  };
}

type Work = Pick<
  NodeResult,
  | 'status'
  | 'message'
  | 'failures'
  | 'rows'
  | 'response'
  | 'change'
  | 'location'
  | 'diagnostics'
  | 'batches'
  | 'batchSql'
>;

/** Why a node failed: where the database has not a parent that was never built, this says more than its words. */
function becauseOf(missing: readonly MissingParent[], cause: unknown): unknown {
  const text = cause instanceof EiderError ? cause.diagnostics[0]?.message : String(cause);
  const name = /with name "?([^"]+?)"? does not exist/
    .exec(text ?? '')?.[1]
    ?.split('.')
    .at(-1);
  return missing.find(({ identifier }) => identifier.toLowerCase() === name?.toLowerCase())?.error ?? cause;
}

/** dbt's word where there is nothing to do. */
async function cloned(run: RunContext, node: ManifestNode, connection: Connection): Promise<Work> {
  const built = await cloneNode(run, await contextOf(run, node, null, connection));
  if (built === null)
    return { status: 'success', message: 'No-op', failures: null, rows: null, location: null, diagnostics: [] };
  run.built.set(node.unique_id, built);
  return { ...done(built.materialized, undefined), rows: null };
}

async function execute(
  run: RunContext,
  node: ManifestNode,
  compiled: CompiledNode | undefined,
  connection: Connection,
): Promise<Work> {
  if (node.resource_type !== 'test') {
    const made = await materializeNode(run, node, compiled ?? null, connection);
    const change = await rowChange(run, node, made.materialized, connection);
    // Waves of `watch` tell what a node's result says.
    if (run.request.command !== 'watch')
      for (const diagnostic of made.materialized.findings ?? []) run.request.onEvent({ kind: 'finding', diagnostic });
    return { ...(made.ran === undefined ? done(made.materialized, compiled) : doneBatches(made.ran)), change };
  }
  if (compiled === undefined) throw new Error(`bug: the test ${node.unique_id} was not compiled`);
  const { storeFailures, warnError } = run.request;
  const own = run.compiler.materialization(node.unique_id);
  const outcome =
    own?.isOwn === true
      ? await ownTest(run, node, own, { compiled, connection })
      : await dataTest({ node, compiled, connection, storeFailures });
  return tested(run, node, warnError === true && outcome.status === 'warn' ? asFailure(outcome) : outcome);
}

/** Rows before and after. Waves of `watch` show them, so a table of the working database is asked then; a view would have to be computed. */
async function rowChange(
  { build, request }: RunContext,
  node: ManifestNode,
  { generation, later }: Materialized,
  connection: Connection,
): Promise<NonNullable<NodeResult['change']>> {
  const before = (await build.head?.generation(node.unique_id))?.rows ?? null;
  if (later?.kind !== 'internal' || request.command !== 'watch') return { before, after: generation?.rows ?? null };
  // A hook may have dropped it.
  const counted = await connection.query(`SELECT count(*) FROM ${relationOf(node)}`).catch(() => null);
  return { before, after: counted === null ? null : Number(counted.rows[0]?.[0]) };
}

function done(
  { findings = [], location, message, response, rows }: Materialized,
  compiled: CompiledNode | undefined,
): Work {
  return {
    status: 'success',
    message,
    failures: null,
    rows,
    ...(response && { response }),
    location,
    diagnostics: [...(compiled?.diagnostics ?? []), ...findings],
  };
}

/** dbt's words for the batches of a model: whole, in parts, or not at all. */
function doneBatches({ batches, diagnostics, materialized, sql }: RanBatches): Work {
  const [good, bad] = [batches.successful.length, batches.failed.length];
  const { location } = materialized;
  const result = { failures: 0, rows: null, location, diagnostics, batches, batchSql: sql };
  if (bad === 0) return { ...result, status: 'success', message: 'SUCCESS' };
  if (good === 0) return { ...result, status: 'error', message: 'ERROR' };
  return { ...result, status: 'partial success', message: `PARTIAL SUCCESS (${good}/${good + bad})` };
}

/** What dbt makes of a warning under `--warn-error`. */
function asFailure(outcome: DataTestOutcome): DataTestOutcome {
  const message = outcome.message?.replace('configured to warn if', 'configured to fail if') ?? null;
  return { ...outcome, status: 'fail', message };
}

function tested({ compiler }: RunContext, node: TestNode, { failures, message, status }: DataTestOutcome): Work {
  const place = compiler.placeOf(node.unique_id);
  const found: Diagnostic[] =
    message === null
      ? []
      : [
          {
            ...error('engine/test-failed', message, { node: node.unique_id, place }),
            severity: status === 'fail' ? 'error' : 'warning',
          },
        ];
  return {
    status,
    message: status === 'pass' ? 'PASS' : `${status.toUpperCase()} ${failures}`,
    failures,
    rows: null,
    location: null,
    diagnostics: found,
  };
}

function failed(diagnostics: readonly Diagnostic[]): Work {
  const message = diagnostics.find((finding) => finding.severity === 'error')?.message ?? 'failed';
  return { status: 'error', message, failures: null, rows: null, location: null, diagnostics };
}

/** A failed node's connection, to find where it failed. Under `--fail-fast` the others must hear of it at once: nothing is searched for. */
function askAgain(
  { request }: RunContext,
  connection: Connection,
): { readonly port: DatabasePort; readonly interrupt?: () => void } {
  const port = databasePort(connection);
  return request.failFast ? { port } : { port, interrupt: () => connection.interrupt() };
}

/** Whether a node ended because the run was told to end. */
function isStopped({ failFast, request }: RunContext, cause: unknown): boolean {
  return request.signal?.aborted === true || (failFast.aborted && wasInterrupted(cause));
}

/** A node that did not come to its end: for dbt's `retry` it is one that never ran. */
function stopped(run: RunContext): Work {
  const message = whyStopped(run);
  return { status: 'skipped', message, failures: null, rows: null, location: null, diagnostics: [] };
}

/** What has been said of nodes that a stopped run leaves: dbt's words under `--fail-fast`. */
export function whyStopped({ failFast }: RunContext): string {
  return failFast.aborted ? 'Skipping due to fail_fast' : 'Skipped: the run was stopped';
}
