import { DeltaError, openSnapshot, type Snapshot, type TablePorts } from '@eider/delta';

/** A table's newest version; undefined where there is no table. */
export async function newestSnapshot(ports: TablePorts): Promise<Snapshot | undefined> {
  return await openSnapshot(ports).catch(unlessAbsent('delta/no-table'));
}

/** A version of a table; undefined where its log does not reach back so far. */
export async function snapshotAt(ports: TablePorts, version: number): Promise<Snapshot | undefined> {
  return await openSnapshot(ports, version).catch(unlessAbsent('delta/no-version'));
}

const unlessAbsent =
  (code: DeltaError['code']) =>
  (cause: unknown): undefined => {
    if (cause instanceof DeltaError && cause.code === code) return undefined;
    throw cause;
  };
