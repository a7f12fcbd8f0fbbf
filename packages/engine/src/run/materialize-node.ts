import {
  type CompiledNode,
  type Compiler,
  didYouMean,
  EiderError,
  error,
  type ManifestNode,
  type Materialization,
  type TestNode,
} from '@eider/core';
import { type DataTestOutcome, testOutcome } from '../checks/data-test.ts';
import { isMicrobatch } from '../materialize/batches.ts';
import { checkContract } from '../materialize/contract.ts';
import { dataParents } from '../materialize/data-parents.ts';
import type { Materialize, MaterializeContext, Materialized } from '../materialize/materialization.ts';
import { ownMaterialization, runMacro } from '../materialize/own-materialization.ts';
import { persistDocs } from '../materialize/persist-docs.ts';
import { materializationNames, materializationOf } from '../materialize/registry.ts';
import { databasePort } from '../session/database-port.ts';
import type { Connection } from '../session/session.ts';
import { adoptLeft, fingerprintOf } from './adopt-left.ts';
import { nodePort } from './node-port.ts';
import { withPythonRows } from './python-rows.ts';
import { type RanBatches, runBatches } from './run-batches.ts';
import { generationId, type RunContext } from './run-context.ts';
import { runNodeHooks } from './run-hooks.ts';
import { checkStore } from './store-published.ts';

/** What was made of a node, and of its batches if it has any. */
interface MadeNode {
  readonly materialized: Materialized;
  readonly ran?: RanBatches;
}

/** Builds a node and enters it in `run.built`: by the project's own macro where it has one for the materialization, else by dbt's between the node's hooks. Throws SqlError, EiderError. */
export async function materializeNode(
  run: RunContext,
  node: ManifestNode,
  compiled: CompiledNode | null,
  connection: Connection,
): Promise<MadeNode> {
  const { compiler } = run;
  const name = node.resource_type === 'seed' ? 'seed' : node.config.materialized;
  checkStore(compiler, node);
  const own = compiler.materialization(node.unique_id);
  const make = own?.isOwn === true ? undefined : materializationOf(name);
  if (make !== undefined) return makeBetweenHooks(run, await contextOf(run, node, compiled, connection), make);
  if (own?.isMacro !== true) throw unsupported(compiler, node, name);
  const context = await contextOf(run, node, compiled, connection);
  const materialized = await ownMaterialization(context, own);
  run.built.set(node.unique_id, { materialized, context });
  return { materialized };
}

/** A Python model's rows are materialized as a query's are. */
async function fromPython(run: RunContext, context: MaterializeContext, make: Materialize): Promise<Materialized> {
  const rows = await withPythonRows(run, context);
  try {
    return await make(rows.context);
  } finally {
    await rows.release();
  }
}

/** Runs a test by the project's own `test` materialization, as dbt does: its statement `main` fetches one row of failures, should_warn, should_error. */
export async function ownTest(
  run: RunContext,
  node: TestNode,
  own: Materialization,
  work: { readonly compiled: CompiledNode; readonly connection: Connection },
): Promise<DataTestOutcome> {
  const port = databasePort(work.connection);
  const { answer } = await runMacro({ node, compiler: run.compiler, port, ...work }, own);
  const { columns, rows } = answer.table;
  const [row] = rows;
  if (row !== undefined && rows.length === 1 && columns.length === 3) return testOutcome(node, row);
  const text = `The materialization "test" gave ${rows.length} rows of ${columns.length} columns for ${node.name}: one row of failures, should_warn and should_error is needed.`;
  const hint = "Let {% call statement('main', fetch_result=True) %} select these three.";
  throw new EiderError([error('engine/unsupported', text, { hint, ...(own.place && { place: own.place }) })]);
}

/** What a materialization works with. */
export async function contextOf(
  run: RunContext,
  node: ManifestNode,
  compiled: CompiledNode | null,
  connection: Connection,
): Promise<MaterializeContext & { readonly fingerprint: string }> {
  const { build, compiler, finishing, now, session } = run;
  const id = node.unique_id;
  const head = await build.head?.generation(id);
  const parents = dataParents(compiler.manifest, id);
  const facts = {
    ...{
      node: parents.some((parent) => run.deferred?.read.has(parent)) ? byItsRows(node) : node,
      compiled,
      compiler,
      session,
      connection,
      now,
    },
    build: { ...build, finish: finishing.add },
    port: nodePort(node, head, connection),
    layout: run.layouts.get(id),
    head,
    reads: Object.fromEntries(
      await Promise.all(parents.map(async (parent) => [parent, await generationId(run, parent)])),
    ),
  };
  return { ...facts, fingerprint: fingerprintOf(run, facts) };
}

/** A view over what another state has: readers of this one could not ask for that. */
function byItsRows(node: ManifestNode): ManifestNode {
  return node.config.publish === 'none' ? node : { ...node, config: { ...node.config, publish: 'data' } };
}

async function makeBetweenHooks(run: RunContext, context: MaterializeContext, make: Materialize): Promise<MadeNode> {
  const { connection, node } = context;
  const id = node.unique_id;
  // The batches of a run follow from when it runs.
  const adopted = isMicrobatch(node) ? undefined : await adoptLeft(run, context);
  if (adopted === undefined) {
    await runNodeHooks(run, node, 'pre-hook', connection);
    if (typeof node.config.sql_header === 'string') await connection.query(node.config.sql_header);
  }
  const isPython = node.language === 'python';
  if (adopted === undefined && !isPython && !isMicrobatch(node)) await checkContract(context);
  const ran = isMicrobatch(node) ? await runBatches(run, context) : undefined;
  const materialized =
    adopted ?? ran?.materialized ?? (await (isPython ? fromPython(run, context, make) : make(context)));
  const made = { materialized, ...(ran && { ran }) };
  if (ran?.batches.successful.length === 0) return made;
  run.built.set(id, { materialized, context });
  if (ran?.isAtEnd === false) return made;
  try {
    await runNodeHooks(run, node, 'post-hook', connection);
    await persistDocs(context);
  } catch (cause) {
    run.built.delete(id);
    throw cause;
  }
  return made;
}

/** What dbt has and eider has not yet is refused by its name; any other name is taken for a slip. */
function unsupported(compiler: Compiler, node: ManifestNode, name: string): EiderError {
  const place = compiler.placeOf(node.unique_id, 'materialized');
  const [what, hint] = unsupportedKinds[name] ?? unknownKind(name);
  return new EiderError([error('engine/unsupported', what, { hint, place })]);
}

const unsupportedKinds: Readonly<Record<string, readonly [string, string]>> = {
  materialized_view: ['Materialized views are not supported.', 'Use `external`, `table` or `view`.'],
};

function unknownKind(name: string): readonly [string, string] {
  const near = didYouMean(name, [...materializationNames, 'ephemeral']);
  const hint = near === undefined ? 'Use `external`, `table`, `view` or `ephemeral`.' : `Did you mean "${near}"?`;
  return [`There is no materialization "${name}".`, hint];
}
