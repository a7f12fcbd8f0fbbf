import { type ReadRange, readDeletionVector, type Snapshot } from '@eider/delta';
import { quoteList } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import { type FileFacts, holdsTimestamps, keysByLocation } from './scan-query.ts';

/** Reads what a query over a snapshot has to know beside the log: deletion vectors, and, where there are timestamps, how the files hold them. */
export async function readFileFacts(
  connection: Pick<Connection, 'query'>,
  snapshot: Snapshot,
  readRange: ReadRange,
): Promise<FileFacts> {
  const marked = [...snapshot.files].flatMap(([key, { deletionVector }]) =>
    deletionVector ? [{ key, deletionVector }] : [],
  );
  const deleted = await Promise.all(
    marked.map(
      async ({ key, deletionVector }) =>
        [key, await readDeletionVector(snapshot.root, deletionVector, readRange)] as const,
    ),
  );
  return { deleted: new Map(deleted), int96: await int96Files(connection, snapshot) };
}

async function int96Files(connection: Pick<Connection, 'query'>, snapshot: Snapshot): Promise<ReadonlySet<string>> {
  const byLocation = keysByLocation(snapshot);
  if (byLocation.size === 0 || !holdsTimestamps(snapshot.schema)) return new Set();
  const list = quoteList([...byLocation.keys()]);
  const { rows } = await connection.query(
    `SELECT DISTINCT file_name FROM parquet_schema(${list}) WHERE type = 'INT96'`,
  );
  return new Set(rows.flatMap(([location]) => byLocation.get(String(location)) ?? []));
}
