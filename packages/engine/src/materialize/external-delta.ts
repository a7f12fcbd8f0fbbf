import { type Diagnostic, EiderError, error, type Layout, warning } from '@eider/core';
import { deltaColumn } from '../delta/delta-types.ts';
import type { FilesGeneration, GenerationColumn } from '../lake/generation.ts';
import { relationOf, replaceView } from '../session/relation.ts';
import { auditConstraints, inContractOrder } from './contract.ts';
import { type TableRows, tableReader, writeTableFiles } from './delta-files.ts';
import { type ChangeKind, openNodeTable, tableFacts } from './delta-table.ts';
import { generationFacts } from './generation-facts.ts';
import { generationQuery } from './generation-query.ts';
import type { MaterializeContext, Materialized } from './materialization.ts';

/**
 * `external` with `format: delta`: the model's rows as files in the table's folder, which the table's log names when the build was committed: a version that
 * replaces all rows. Who reads the published catalog needs no log. `own`: the query in the place of the node's SQL.
 */
export async function externalDelta(context: MaterializeContext, layout: Layout, own?: string): Promise<Materialized> {
  const { build, connection, node } = context;
  const startedAt = context.now();
  refuseModes(context, layout);
  const table = await openNodeTable(context, layout);
  const { id } = await build.newTableGeneration(node.unique_id, layout.location);
  const properties = { ...table.snapshot?.metadata.configuration, ...layout.delta?.properties };
  const write = (sql: string): Promise<TableRows> => writeTableFiles(context, layout, { sql, id, properties });
  const rows = await (own === undefined ? inContractOrder(context, write) : write(own));
  const delta = await tableFacts(context, table, layout, { kind: overwrite, rows });
  const bytes = rows.files.reduce((sum, file) => sum + file.bytes, 0);
  const generation: FilesGeneration = {
    ...generationFacts(context, id, rows.columns, startedAt),
    ...{ kind: 'files', origin: 'external', format: 'parquet', folder: true, bytes, delta },
    rows: rows.files.reduce((sum, file) => sum + file.rows, 0),
    files: rows.files,
    location: layout.location,
    reader: tableReader,
  };
  await auditConstraints(context, generationQuery(generation));
  await Promise.all([replaceView(connection, relationOf(node), generationQuery(generation)), build.finish(generation)]);
  return {
    generation,
    later: null,
    rows: generation.rows,
    bytes,
    message: 'OK',
    location: layout.location,
    findings: typeFindings(context, rows.columns),
  };
}

/** All rows are others. */
export const overwrite: ChangeKind = { operation: 'WRITE', parameters: { mode: 'Overwrite' }, reads: 'everything' };

/** Modes of COPY that mean names of files. */
function refuseModes({ compiler, node }: MaterializeContext, { mode }: Layout): void {
  if (mode === 'replace') return;
  const what = `The option ${mode} is for files, and this is a Delta table.`;
  const hint = "Make the model incremental: materialized='incremental', format='delta'.";
  throw new EiderError([error('engine/delta', what, { hint, place: compiler.placeOf(node.unique_id, 'options') })]);
}

/** Columns whose values mean something else to readers of the table. */
export function typeFindings(
  { compiler, node }: MaterializeContext,
  columns: readonly GenerationColumn[],
): readonly Diagnostic[] {
  const notes = columns.flatMap(({ name, type }) => {
    const column = deltaColumn(name, type);
    return 'why' in column || column.note === null ? [] : [`${name}: ${column.note}`];
  });
  if (notes.length === 0) return [];
  const text = `Readers of the Delta table of ${node.name} get other types than the query has: ${notes.join('; ')}.`;
  const hint =
    'Cast these columns in the model to say what they should be. The published catalog shows the types of the query.';
  return [warning('engine/delta-type', text, { hint, node: node.unique_id, place: compiler.placeOf(node.unique_id) })];
}
