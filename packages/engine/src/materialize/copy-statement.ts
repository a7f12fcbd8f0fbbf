import type { Layout } from '@eider/core';
import { quoteName, quoteText } from '../session/quote.ts';

/** A column of the query as it goes into the file. */
export interface CopyColumn {
  readonly name: string;
  /** Type to cast to; null: as it is. */
  readonly cast: string | null;
}

export interface CopyPlan {
  readonly sql: string;
  readonly columns: readonly CopyColumn[];
  /** File, or folder where `folder`. */
  readonly target: string;
  readonly folder: boolean;
  readonly layout: Pick<Layout, 'format' | 'copyOptions' | 'partitionBy' | 'perThreadOutput' | 'mode'>;
}

/** A COPY statement, and where in it the query begins: an error's position counts from there. */
export interface CopyStatement {
  readonly text: string;
  readonly offset: number;
}

/**
 * One direct COPY of a query into files. The query stands in it as written unless a column needs a cast, so DuckDB plans it like the bare statement.
 * Partition columns are written into the files too: readers get them with the query's type and position.
 */
export function copyStatement(plan: CopyPlan): CopyStatement {
  const casts = plan.columns.some((column) => column.cast !== null);
  const names = plan.columns.map((column) => quoteName(column.name)).join(', ');
  const head = casts ? `COPY (SELECT ${plan.columns.map(castColumn).join(', ')} FROM (\n` : 'COPY (\n';
  const tail = casts ? `\n) AS query_(${names}))` : '\n)';
  return {
    text: `${head}${plan.sql}${tail} TO ${quoteText(plan.target)} (${copyOptions(plan).join(', ')})`,
    offset: head.length,
  };
}

function castColumn({ name, cast }: CopyColumn): string {
  const quoted = quoteName(name);
  return cast === null ? quoted : `CAST(${quoted} AS ${cast}) AS ${quoted}`;
}

const ours = new Set(['write_partition_columns', 'return_files', 'return_stats']);

function copyOptions({ layout, folder }: CopyPlan): readonly string[] {
  const given = Object.entries(layout.copyOptions).filter(([key]) => !ours.has(key));
  return [
    `FORMAT ${layout.format}`,
    ...given.map(([key, value]) => `${key} ${value}`.trim()),
    ...(layout.partitionBy.length > 0
      ? [`PARTITION_BY (${layout.partitionBy.map(quoteName).join(', ')})`, 'WRITE_PARTITION_COLUMNS true']
      : []),
    ...(layout.perThreadOutput ? ['PER_THREAD_OUTPUT true'] : []),
    ...(folder && layout.mode === 'append' ? ['APPEND true'] : []),
    layout.format === 'parquet' ? 'RETURN_STATS true' : 'RETURN_FILES true',
  ];
}
