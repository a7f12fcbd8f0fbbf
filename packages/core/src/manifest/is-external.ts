import type { ManifestNode } from './nodes.ts';

/**
 * Whether a node's data lies in files of its own instead of in the working database: `external` models, and incremental ones with `format: parquet` (or
 * `delta`, which is refused by name) or a `location`. A `csv` or `json` that a whole folder of models has says nothing about the incremental ones, as in dbt-duckdb.
 */
export function isExternal({ config }: Pick<ManifestNode, 'config'>): boolean {
  if (config.materialized === 'external') return true;
  if (config.materialized !== 'incremental') return false;
  const [format, location] = [config.format, config.location].map((value) =>
    value === undefined || value === null ? '' : String(value).trim().toLowerCase(),
  );
  if (format !== '') return format === 'parquet' || format === 'delta';
  return location !== '' && !/\.(csv|json)(\.(gz|zst))?$/.test(location ?? '');
}
