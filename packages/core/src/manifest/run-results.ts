import { artifactMetadata, type Invocation } from './invocation.ts';

interface NodeWork {
  readonly bytesWritten: number;
  readonly traffic?: Readonly<Record<'requests' | 'bytesSent' | 'bytesReceived' | 'requestMs', number>>;
}

/** What came of one node, as plain data. */
export interface RunResult {
  readonly uniqueId: string;
  /** dbt's word: success, partial success, error, skipped, pass, fail, warn, no-op. */
  readonly status: string;
  readonly message: string | null;
  readonly failures: number | null;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly compileMs: number;
  readonly executeMs: number;
  readonly thread: string;
  readonly rows: number | null;
  /** dbt's `adapter_response`, of a materialization that gave one of its own. */
  readonly response?: Readonly<Record<string, unknown>>;
  /** Bytes of the data files that were written for it, and what was asked of servers. */
  readonly work?: NodeWork | undefined;
  readonly relationName: string | null;
  /** Null where there is nothing to compile (seeds, exposures). */
  readonly compiled: boolean | null;
  readonly compiledCode: string | null;
  /** Of a microbatch model: the times of its batches, inclusive and exclusive. */
  readonly batches?: {
    readonly successful: readonly (readonly [Date, Date])[];
    readonly failed: readonly (readonly [Date, Date])[];
  };
}

export interface RunFacts {
  readonly elapsedMs: number;
  /** The command's flags, as dbt writes them: `which`, `select`, … */
  readonly args: Readonly<Record<string, unknown>>;
}

/** The document of `target/run_results.json`, schema v6 as dbt-core 1.11 writes it. */
export function writeRunResults(
  results: readonly RunResult[],
  facts: RunFacts,
  invocation: Invocation,
): Record<string, unknown> {
  return {
    metadata: artifactMetadata('run-results/v6', invocation),
    results: results.map(resultRecord),
    elapsed_time: facts.elapsedMs / 1000,
    args: facts.args,
  };
}

function resultRecord(result: RunResult): Record<string, unknown> {
  return {
    status: result.status,
    timing: timing(result),
    thread_id: result.thread,
    execution_time: result.status === 'skipped' ? 0 : (result.compileMs + result.executeMs) / 1000,
    adapter_response: adapterResponse(result),
    message: result.message,
    failures: result.failures,
    unique_id: result.uniqueId,
    compiled: result.compiled,
    compiled_code: result.compiledCode,
    relation_name: result.relationName,
    batch_results: batchResults(result),
  };
}

function batchResults({ batches }: RunResult): Record<string, unknown> | null {
  const text = (moment: Date): string => moment.toISOString().replace('.000Z', '+00:00');
  const spans = (list: readonly (readonly [Date, Date])[]): readonly (readonly string[])[] =>
    list.map((span) => span.map(text));
  return batches === undefined ? null : { successful: spans(batches.successful), failed: spans(batches.failed) };
}

function timing(result: RunResult): readonly Record<string, unknown>[] {
  if (result.status === 'skipped') return [];
  const start = Date.parse(result.startedAt);
  const at = (ms: number): string => new Date(start + ms).toISOString();
  return [
    { name: 'compile', started_at: at(0), completed_at: at(result.compileMs) },
    { name: 'execute', started_at: at(result.compileMs), completed_at: at(result.compileMs + result.executeMs) },
  ];
}

type Answered = Pick<RunResult, 'batches' | 'message' | 'response' | 'rows' | 'status' | 'uniqueId' | 'work'>;

/** dbt's `adapter_response`: what dbt-duckdb answers, and where servers were asked `bytes_written`, `requests`, `bytes_sent`, `bytes_received` and `request_ms`. */
export function adapterResponse(result: Answered): Record<string, unknown> {
  return { ...databaseResponse(result), ...workFields(result.work) };
}

function workFields(work: NodeWork | undefined): Record<string, number> {
  if (work?.traffic === undefined) return {};
  const { bytesWritten, traffic } = work;
  const { bytesReceived, bytesSent, requestMs, requests } = traffic;
  return {
    ...{ bytes_written: bytesWritten, requests, bytes_sent: bytesSent, bytes_received: bytesReceived },
    request_ms: Math.round(requestMs),
  };
}

/** As dbt-duckdb answers: a bare OK, and of a seed how many rows were loaded. */
function databaseResponse({ batches, message, response, rows, status, uniqueId }: Answered): Record<string, unknown> {
  if (response !== undefined) return response;
  if (batches !== undefined) return {};
  // What was compiled and not run has no message.
  const isAnswered = (message !== null && message !== 'No-op') || status === 'pass';
  if (['error', 'skipped', 'no-op'].includes(status) || uniqueId.startsWith('operation.') || !isAnswered) return {};
  const code = /^([A-Z]+) \d+$/.exec(message ?? '')?.[1];
  return code === undefined || rows === null ? { _message: 'OK' } : { _message: message, code, rows_affected: rows };
}
