import type { Batch, Diagnostic } from '@eider/core';
import { batchesOf, batchFrom, batchLabel, sizeOf } from '../materialize/batches.ts';
import { checkContract } from '../materialize/contract.ts';
import { beginIncremental, hasRows, isWhole } from '../materialize/incremental.ts';
import type { IncrementalBuild, MaterializeContext, Materialized } from '../materialize/materialization.ts';
import { diagnose } from './diagnose.ts';
import type { BatchResults, BatchSpan, BatchSql } from './events.ts';
import { labelOf } from './label.ts';
import { recorded, wasInterrupted } from './node-connection.ts';
import { withPythonRows } from './python-rows.ts';
import type { RunContext } from './run-context.ts';

/** What became of a microbatch model. */
export interface RanBatches {
  readonly materialized: Materialized;
  readonly batches: BatchResults;
  readonly sql: readonly BatchSql[];
  /** Why batches failed. */
  readonly diagnostics: readonly Diagnostic[];
  /** Whether the newest batch is there: hooks after the model belong to it. */
  readonly isAtEnd: boolean;
}

/**
 * Builds a microbatch model, one batch after another, as dbt does on one thread: where the first fails the others are not tried; where another fails they
 * are, and what succeeded stays. A retry runs those that failed before. Throws what keeps the batches from being known, and what stops the run.
 */
export async function runBatches(run: RunContext, context: MaterializeContext): Promise<RanBatches> {
  const { node } = context;
  const before = (await hasRows(context)) ? run.request.batches?.[node.unique_id] : undefined;
  const isNew = before === undefined && (await isWhole(context));
  const batches =
    before === undefined
      ? batchesOf({ node, isIncremental: !isNew, asked: run.request.eventTime, now: run.startedAt })
      : before.failed.map(([start, end]) => batchFrom(start, end, sizeOf(node)));
  const build = await beginIncremental(context);
  const sql: BatchSql[] = [];
  const successful: BatchSpan[] = [];
  const failed: BatchSpan[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [i, batch] of batches.entries()) {
    const span: BatchSpan = [batch.start, batch.end];
    const isSkipped = i > 0 && successful.length === 0;
    const told = teller(run, node, {
      batch: batchLabel(batch.start, sizeOf(node)),
      index: i + 1,
      total: batches.length,
    });
    if (!isSkipped) told.started();
    const step = { build, isFirst: i === 0, whole: isNew && i === 0 };
    const found = isSkipped ? [] : await oneBatch(run, { ...context, batch }, step, sql);
    if (found === null) successful.push(span);
    else failed.push(span);
    diagnostics.push(...(found ?? []));
    told.finished(isSkipped ? 'skipped' : found === null ? 'success' : 'error');
  }
  const isAtEnd = successful.at(-1)?.[1].getTime() === batches.at(-1)?.end.getTime();
  const all = { successful: [...successful, ...(before?.successful ?? [])], failed };
  return { materialized: await build.end(), batches: all, sql, diagnostics, isAtEnd };
}

interface BatchStep {
  readonly build: IncrementalBuild;
  /** The contract is held against the first one alone: where that fails there are no others. */
  readonly isFirst: boolean;
  readonly whole: boolean;
}

/** Builds one batch; gives why it failed, null where it did not. */
async function oneBatch(
  run: RunContext,
  context: MaterializeContext & { readonly batch: Batch },
  { build, isFirst, whole }: BatchStep,
  sql: BatchSql[],
): Promise<readonly Diagnostic[] | null> {
  const { batch, compiler, node, port } = context;
  const label = batchLabel(batch.start, sizeOf(node));
  const statements: string[] = [];
  let compiled: MaterializeContext['compiled'] = null;
  try {
    compiled = await compiler.compile(node.unique_id, port, { batch });
    const made = { ...context, compiled, connection: recorded(context.connection, statements) };
    if (node.language === 'python') await fromPython(run, made, build, whole);
    else {
      if (isFirst) await checkContract(made);
      await build.step(made, whole);
    }
    return null;
  } catch (cause) {
    if (run.request.signal?.aborted === true || (run.failFast.aborted && wasInterrupted(cause))) throw cause;
    const found = await diagnose(cause, { compiler, node, compiled: compiled ?? undefined });
    return found.map((finding) => ({ ...finding, message: `Batch ${label}: ${finding.message}` }));
  } finally {
    const ran = statements.length > 0 ? { ranSql: statements.join(';\n') } : {};
    if (compiled !== null) sql.push({ label, compiledSql: compiled.sql, ...ran });
  }
}

/** Each batch runs the model, over all rows of what it reads, as in dbt: those outside the batch are left out when they are written. */
async function fromPython(
  run: RunContext,
  context: MaterializeContext,
  build: IncrementalBuild,
  whole: boolean,
): Promise<void> {
  const rows = await withPythonRows(run, context, !whole && run.request.fullRefresh !== true);
  try {
    await build.step(rows.context, whole);
  } finally {
    await rows.release();
  }
}

interface ToldBatch {
  readonly batch: string;
  readonly index: number;
  readonly total: number;
}

interface BatchTeller {
  started(): void;
  finished(status: 'success' | 'error' | 'skipped'): void;
}

/** Tells of one batch, with the time that it takes from now on. */
function teller(run: RunContext, node: MaterializeContext['node'], told: ToldBatch): BatchTeller {
  const begun = run.now().getTime();
  const about = { node: labelOf(node), ...told };
  return {
    started: () => run.request.onEvent({ kind: 'batch-started', ...about }),
    finished: (status) => {
      const ms = status === 'skipped' ? 0 : run.now().getTime() - begun;
      run.request.onEvent({ kind: 'batch-finished', ...about, ms, status });
    },
  };
}
