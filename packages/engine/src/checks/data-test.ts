import { type CompiledNode, EiderError, error, type TestNode } from '@eider/core';
import { relationOf, replaceTable, replaceView, shifted } from '../session/relation.ts';
import { type Connection, SqlError } from '../session/session.ts';

export interface DataTestRequest {
  readonly node: TestNode;
  readonly compiled: CompiledNode;
  readonly connection: Connection;
  /** `--store-failures`. */
  readonly storeFailures: boolean;
}

/** What came of a data test. As in dbt a test that passes has no failures, however many rows it may find. `message` is dbt's sentence about a test that did not pass. */
export interface DataTestOutcome {
  readonly status: 'pass' | 'warn' | 'fail';
  readonly failures: number;
  readonly message: string | null;
}

/** Runs a generic or singular test with dbt's meaning of `fail_calc`, `warn_if`, `error_if`, `severity`, `limit` and `store_failures`. Throws SqlError with the position in the test's SQL. */
export async function dataTest(request: DataTestRequest): Promise<DataTestOutcome> {
  const { compiled, connection, node } = request;
  const { config } = node;
  const limit = config.limit === null || config.limit === undefined ? '' : `\nlimit ${String(config.limit)}`;
  const stored = storedAs(request);
  const { calc, errorIf, warnIf } = thresholdsOf(node);
  const head = `select\n  ${calc} as failures,\n  ${calc} ${warnIf} as should_warn,\n  ${calc} ${errorIf} as should_error\nfrom (\n`;
  const query = `${compiled.sql}${limit}`;
  if (stored !== null) await (stored === 'view' ? replaceView : replaceTable)(connection, relationOf(node), query);
  const inner = stored === null ? query : `select * from ${relationOf(node)}`;
  const { rows } = await counted(connection, head, inner);
  return testOutcome(node, rows[0] ?? []);
}

/** What the row of a test says: how many failures, and whether the thresholds of `warn_if` and `error_if` are met. */
export function testOutcome(node: TestNode, [failures, shouldWarn, shouldError]: readonly unknown[]): DataTestOutcome {
  const { calc, errorIf, warnIf } = thresholdsOf(node);
  if (failures === null || failures === undefined) throw noNumber(node, calc);
  const severity = text(node.config.severity, 'ERROR').toUpperCase();
  return outcome(Number(failures), isMet(node, shouldWarn), isMet(node, shouldError), severity, warnIf, errorIf);
}

/** Whether a threshold is met: a project's own `get_test_sql` may answer by a text or a number, which dbt takes for what Python's `strtobool` and `bool` take it. */
function isMet(node: TestNode, answer: unknown): boolean {
  if (typeof answer !== 'string') return Boolean(answer);
  if (/^(y|yes|t|true|on|1)$/i.test(answer)) return true;
  if (/^(n|no|f|false|off|0)$/i.test(answer)) return false;
  const message = `Macro 'get_test_sql' returns '${answer}'.  It is not type 'bool' and cannot not be converted reliably to a bool.`;
  const hint = 'Let `should_warn` and `should_error` be true or false.';
  throw new EiderError([error('jinja/render', message, { node: node.unique_id, hint })]);
}

/** How failures are counted, and how many are too many, as SQL: dbt's defaults where the test says nothing. */
function thresholdsOf({ config }: TestNode): Readonly<Record<'calc' | 'warnIf' | 'errorIf', string>> {
  return {
    calc: text(config.fail_calc, 'count(*)'),
    warnIf: text(config.warn_if, '!= 0'),
    errorIf: text(config.error_if, '!= 0'),
  };
}

async function counted(
  connection: Connection,
  head: string,
  inner: string,
): Promise<Awaited<ReturnType<Connection['query']>>> {
  try {
    return await connection.query(`${head}${inner}\n) dbt_internal_test`);
  } catch (cause) {
    throw cause instanceof SqlError ? shifted(cause, inner, head.length) : cause;
  }
}

/** Severity `error` looks at `error_if` first, then at `warn_if`; severity `warn` at `warn_if` alone. */
function outcome(
  failures: number,
  shouldWarn: boolean,
  shouldError: boolean,
  severity: string,
  warnIf: string,
  errorIf: string,
): DataTestOutcome {
  const got = `Got ${failures} ${failures === 1 ? 'result' : 'results'}`;
  if (severity === 'ERROR' && shouldError)
    return { status: 'fail', failures, message: `${got}, configured to fail if ${errorIf}` };
  if (shouldWarn) return { status: 'warn', failures, message: `${got}, configured to warn if ${warnIf}` };
  return { status: 'pass', failures: 0, message: null };
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

/**
 * Whether and how a test keeps the rows that it found: `store_failures_as` decides, then `store_failures`, then the command line. Throws EiderError where
 * `store_failures_as` is none of dbt's words.
 */
export function storedAs({
  node,
  storeFailures,
}: Pick<DataTestRequest, 'node' | 'storeFailures'>): 'table' | 'view' | null {
  const as = node.config.store_failures_as;
  if (as === 'table' || as === 'view') return as;
  if (as === 'ephemeral') return null;
  if (as !== null && as !== undefined) throw noSuchStore(node, as);
  return (node.config.store_failures ?? storeFailures) === true ? 'table' : null;
}

function noSuchStore({ name, unique_id: id }: TestNode, as: unknown): EiderError {
  const message = `\`store_failures_as\` of the test ${name} is ${JSON.stringify(as)}.`;
  return new EiderError([
    error('engine/test-failed', message, { node: id, hint: 'Use `table`, `view` or `ephemeral`.' }),
  ]);
}

function noNumber(node: TestNode, calc: string): EiderError {
  const message = `The \`fail_calc\` of the test ${node.name} gave no number: ${calc}`;
  return new EiderError([
    error('engine/test-failed', message, { node: node.unique_id, hint: `Write \`coalesce(${calc}, 0)\`.` }),
  ]);
}
