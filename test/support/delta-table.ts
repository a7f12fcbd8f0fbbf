import {
  type AddFile,
  type Change,
  type CommitOptions,
  commit,
  newMetadata,
  type ParquetPort,
  protocolFor,
  type Snapshot,
  type StructType,
  type TablePorts,
} from '@eider/delta';
import { createMemoryStore, type Store } from '@eider/store';

/** Checkpoints as lines of JSON in the store itself: what the log does with them is the same, and no engine is needed. */
function jsonPort(store: Store): ParquetPort {
  const keyOf = (location: string): string => location.slice(store.root.length + 1);
  return {
    readRows: async (location, columns) => {
      const rows = new TextDecoder().decode(await store.get(keyOf(location))).split('\n');
      return rows.filter((row) => columns.some(({ name }) => row.startsWith(`{"${name}":`)));
    },
    writeRows: async (location, _columns, rows) => {
      const bytes = new TextEncoder().encode(rows.join('\n'));
      await store.put(keyOf(location), bytes);
      return bytes.length;
    },
  };
}

export function memoryTable(store: Store = createMemoryStore()): TablePorts {
  return { store, parquet: jsonPort(store) };
}

export const numbers: StructType = {
  type: 'struct',
  fields: [{ name: 'n', type: 'long', nullable: true, metadata: {} }],
};

export function fileNamed(path: string, more: Partial<AddFile> = {}): AddFile {
  return { path, partitionValues: {}, size: 10, modificationTime: 1, dataChange: true, ...more };
}

/** The change that makes a table of numbers. */
export function newTable(configuration: Readonly<Record<string, string>> = {}, adds: readonly AddFile[] = []): Change {
  return {
    operation: 'CREATE TABLE',
    reads: 'nothing',
    protocol: protocolFor(numbers, configuration),
    metadata: newMetadata({ id: 'a-table', schema: numbers, configuration, createdTime: 0 }),
    adds,
  };
}

/** The snapshot of a commit that has to succeed. */
export async function committed(
  ports: TablePorts,
  base: Snapshot | undefined,
  change: Change,
  options?: CommitOptions,
): Promise<Snapshot> {
  const outcome = await commit(ports, base, change, options);
  if (outcome.kind !== 'committed') throw new Error(`The commit was ${outcome.kind}.`);
  return outcome.snapshot;
}

export const append = (...paths: readonly string[]): Change => ({
  operation: 'WRITE',
  reads: 'nothing',
  adds: paths.map((path) => fileNamed(path)),
});

export const pathsOf = ({ files }: Snapshot): readonly string[] => [...files.values()].map(({ path }) => path).sort();
