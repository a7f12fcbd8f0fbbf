import type { Diagnostic } from '../diagnostics.ts';
import type { ManifestNode } from './nodes.ts';

/** What came of a node, in our words. */
export interface NodeEnd {
  readonly status: string;
  readonly message: string;
  readonly diagnostics: readonly Diagnostic[];
  /** Of a microbatch model. */
  readonly batches?: object;
  /** The ephemeral model that cannot be compiled, and for which it was skipped. */
  readonly skipCause?: { readonly model: string };
}

/** What dbt finds of a config when the model runs. */
const whileRunning =
  /^(The incremental strategy '|dbt could not find an incremental strategy macro|main is not being called during running model)/;

/** What dbt finds of a node before it runs, in its words. */
const unknownMaterialization = /^There is no materialization "(.*)"\.$/;

/** The kinds of DuckDB's errors: what it refuses is no mistake of compiling, also where a template has asked it or has left a gap in its SQL. */
const ofDuckdb = /^(?!Compilation )[A-Z][A-Za-z]*( [A-Za-z]+){0,3} Error: /;

/** dbt's messages: none for a test that passed and a node that was skipped, but for fail_fast and hooks; for errors the kind and the node first, then the database's own words. */
export function resultMessage(
  { batches, diagnostics, message, skipCause, status }: NodeEnd,
  node: ManifestNode | undefined,
  about: ManifestNode | undefined = node,
): string | null {
  const saysWhy = message === 'Skipping due to fail_fast' || node?.resource_type === 'operation';
  if (skipCause !== undefined && node !== undefined)
    return `Compilation Error in ${node.unique_id}, caused by compilation error in referenced ephemeral model ${skipCause.model}`;
  if (status === 'skipped') return saysWhy ? message : null;
  if (status === 'pass' && (node?.resource_type === 'test' || node?.resource_type === 'unit_test')) return null;
  const [first] = diagnostics;
  if (status === 'fail' || status === 'warn') return first?.message ?? message;
  if (status !== 'error' || node === undefined || node.resource_type === 'operation' || batches !== undefined)
    return message;
  const unknown = unknownMaterialization.exec(message)?.[1];
  if (unknown !== undefined)
    return `Compilation Error in ${titleOf(node)}\n  No materialization '${unknown}' was found for adapter duckdb! (searched types 'default' and 'duckdb')`;
  if (message === 'Materialized views are not supported.')
    return `Compilation Error in ${titleOf(node)}\n  \`get_create_materialized_view_as_sql\` has not been implemented for this adapter.`;
  const said = first?.cause ?? message;
  const isRuntime = first === undefined || first.code.startsWith('engine/') || whileRunning.test(message);
  const kind = isRuntime || ofDuckdb.test(said) ? 'Runtime Error' : 'Compilation Error';
  if (node.resource_type === 'unit_test') return unitTestError(node, kind, said, first?.cause !== undefined);
  // An ephemeral model fails its readers in its own name.
  return `${kind} in ${titleOf(about?.config.materialized === 'ephemeral' ? about : node)}\n${indented(said, 2)}`;
}

/** What fails of a unit test while it runs, which what it expects belongs to, has a sentence of dbt's around it; an input fails as the model that it stands for. */
function unitTestError(node: ManifestNode, kind: string, said: string, isOfDatabase: boolean): string {
  const input = /in unit test fixture for '([^']+)'|get columns for unit test '([^']+)'/.exec(said);
  const name = input?.[1] ?? input?.[2];
  if (name !== undefined) return `${kind} in model ${name} (${node.original_file_path})\n${indented(said, 2)}`;
  const isExpected = said.includes('in unit test fixture for expected output');
  if (!isOfDatabase && !isExpected) return `${kind} in ${titleOf(node)}\n${indented(said, 2)}`;
  const inner = isOfDatabase ? 'Runtime Error' : `${kind} in ${titleOf(node)}`;
  const why = `An error occurred during execution of unit test '${node.name}'. There may be an error in the unit test definition: check the data types.`;
  return `Runtime Error in ${titleOf(node)}\n  ${why}\n   ${inner}\n${indented(said, 4)}`;
}

function titleOf({ name, original_file_path: path, resource_type: type }: ManifestNode): string {
  return `${type} ${name} (${path})`;
}

/** Empty lines too, as dbt does. */
function indented(text: string, spaces: number): string {
  return text
    .split('\n')
    .map((line) => ' '.repeat(spaces) + line)
    .join('\n');
}
