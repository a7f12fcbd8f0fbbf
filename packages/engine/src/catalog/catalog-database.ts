import { DuckDBInstance } from '@duckdb/node-api';
import { serialConnection } from '../session/connection.ts';
import { quoteName, quoteText } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';

/** A DuckDB of its own for building catalogs: no attached database can be mistaken for a schema, and no setting of the profile changes what a view means. */
export interface CatalogDatabase {
  readonly connection: Connection;
  /** Makes it able to bind views over files in buckets; done once. */
  reachBuckets(): Promise<void>;
  /** Runs an action with a file attached and in use under a name that no schema has; it is never left attached. */
  withFile<T>(path: string, mode: 'write' | 'read', action: (alias: string) => Promise<T>): Promise<T>;
  close(): void;
}

/** What a DuckDB needs before it can bind views over files in buckets. */
export interface RemoteBinding {
  readonly config: Readonly<Record<string, string>>;
  /** Loads the extension, makes the secrets. */
  readonly prepare: (connection: Connection) => Promise<void>;
}

/** `remote`: what views over files in buckets need to be bound. */
export async function openCatalogDatabase(randomId: () => string, remote?: RemoteBinding): Promise<CatalogDatabase> {
  let open = await openEmpty(remote);
  return {
    get connection() {
      return open.connection;
    },
    reachBuckets: () => open.reachBuckets(),
    withFile: async (path, mode, action) => {
      const alias = `eider_${randomId()}`;
      // Nobody recovers a file that is not finished: without a write-ahead log nothing is written, and synced, twice.
      const how = mode === 'read' ? 'READ_ONLY' : "STORAGE_VERSION 'v1.0.0', RECOVERY_MODE no_wal_writes";
      await open.connection.query(`ATTACH ${quoteText(path)} AS ${quoteName(alias)} (TYPE duckdb, ${how})`);
      try {
        await open.connection.query(`USE ${quoteName(alias)}`);
        const result = await action(alias);
        await open.connection.query(`USE "memory"; DETACH ${quoteName(alias)}`);
        return result;
      } catch (cause) {
        // A file that could not be written cannot be detached: only the end of its instance gives back its name and its room on the disk.
        open.close();
        open = await openEmpty(remote);
        throw cause;
      }
    },
    close: () => open.close(),
  };
}

async function openEmpty(
  remote: RemoteBinding | undefined,
): Promise<Pick<CatalogDatabase, 'close' | 'connection' | 'reachBuckets'>> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    errors_as_json: 'true',
    ...remote?.config,
  });
  const connection = serialConnection(await instance.connect());
  let reached: Promise<void> | undefined;
  return {
    connection,
    reachBuckets: () => {
      reached ??= remote?.prepare(connection) ?? Promise.resolve();
      return reached;
    },
    close: () => {
      connection.close();
      instance.closeSync();
    },
  };
}
