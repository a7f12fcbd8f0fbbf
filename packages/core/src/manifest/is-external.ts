import type { ManifestNode } from './nodes.ts';

/** Whether a node's data is a Delta table, as its config says. */
export function isDeltaTable({ config }: Pick<ManifestNode, 'config'>): boolean {
  const options: unknown = config.options;
  const inOptions = typeof options === 'object' && options !== null && 'format' in options ? options.format : undefined;
  return (
    String(config.format ?? inOptions ?? '')
      .trim()
      .toLowerCase() === 'delta'
  );
}

/**
 * Whether a node's data lies in files of its own instead of in the working database: `external` models, and incremental ones with `format: parquet` or
 * `delta`, or a `location`; snapshots and seeds with `format: delta`. A `csv` or `json` that a whole folder of models has says nothing about the incremental ones, as in dbt-duckdb.
 */
export function isExternal({ config }: Pick<ManifestNode, 'config'>): boolean {
  if (config.materialized === 'external') return true;
  if (config.materialized === 'snapshot' || config.materialized === 'seed') return isDeltaTable({ config });
  if (config.materialized !== 'incremental') return false;
  const [format, location] = [config.format, config.location].map((value) =>
    value === undefined || value === null ? '' : String(value).trim().toLowerCase(),
  );
  if (format !== '') return format === 'parquet' || format === 'delta';
  return location !== '' && !/\.(csv|json)(\.(gz|zst))?$/.test(location ?? '');
}
