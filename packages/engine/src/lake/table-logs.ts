import type { TablePorts } from '@eider/delta';
import { openStore } from '@eider/store';
import { type CatalogDatabase, openCatalogDatabase } from '../catalog/catalog-database.ts';
import { duckParquetPort } from '../delta/parquet-port.ts';
import { isRemote } from '../session/place.ts';
import type { LakeOptions } from './lake.ts';

/** Opens the logs of Delta tables. */
export interface TableLogs {
  /** `root`: the table's folder. */
  open(root: string): Promise<TablePorts>;
  close(): Promise<void>;
}

/** Checkpoints are read and written by a DuckDB that is opened when the first one is met, unless one is given. */
export function openTableLogs(
  { randomId, remote }: Pick<LakeOptions, 'randomId' | 'remote'>,
  given?: CatalogDatabase,
): TableLogs {
  let own: Promise<CatalogDatabase> | undefined;
  const database = (): Promise<CatalogDatabase> => {
    if (given !== undefined) return Promise.resolve(given);
    own ??= openCatalogDatabase(randomId, remote);
    return own;
  };
  return {
    open: async (root) => ({
      store: await openStore(root, remote?.buckets),
      parquet: duckParquetPort({
        query: async (sql) => {
          const { connection, reachBuckets } = await database();
          if (isRemote(root)) await reachBuckets();
          return await connection.query(sql);
        },
      }),
    }),
    close: async () => (await own)?.close(),
  };
}
