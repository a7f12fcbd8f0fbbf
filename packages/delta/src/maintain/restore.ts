import type { AddFile } from '../actions/actions.ts';
import { decodePath, isAbsolute } from '../actions/file-path.ts';
import { DeltaError } from '../errors.ts';
import type { TablePorts } from '../log/read-log.ts';
import type { Snapshot } from '../log/snapshot.ts';
import type { Change } from '../write/change.ts';

/**
 * The change that makes a table what it was at an older version: files that came since go, files that went come back, schema and properties are the old ones;
 * the protocol stays, for it only grows. Throws `delta/no-version` where a file that would come back was deleted by a vacuum.
 */
export async function restoreChange(ports: TablePorts, current: Snapshot, old: Snapshot): Promise<Change> {
  const adds = [...old.files].filter(([key]) => !current.files.has(key)).map(([, file]) => file);
  const removes = [...current.files].filter(([key]) => !old.files.has(key)).map(([, file]) => file);
  const missing = await missingFiles(ports, adds);
  if (missing.length > 0) {
    throw new DeltaError(
      'delta/no-version',
      `Version ${old.version} of ${current.root} cannot come back: ${missing.length} of its files were deleted, ${missing[0]} first.`,
      'A vacuum took them. Choose a younger version.',
    );
  }
  const changed = old.metadata.schemaString !== current.metadata.schemaString || differ(old, current);
  return {
    operation: 'RESTORE',
    operationParameters: { version: String(old.version) },
    reads: 'everything',
    ...(changed ? { metadata: { ...old.metadata, id: current.metadata.id } } : {}),
    adds,
    removes,
  };
}

const differ = (a: Snapshot, b: Snapshot): boolean =>
  JSON.stringify([a.metadata.configuration, a.metadata.partitionColumns]) !==
  JSON.stringify([b.metadata.configuration, b.metadata.partitionColumns]);

async function missingFiles({ store }: TablePorts, files: readonly AddFile[]): Promise<readonly string[]> {
  const own = files.map(({ path }) => path).filter((path) => !isAbsolute(path));
  const found = await Promise.all(own.map((path) => store.stat(decodePath(path))));
  return own.filter((_, index) => found[index] === undefined);
}
