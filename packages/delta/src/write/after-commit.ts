import { numberProperty } from '../actions/properties.ts';
import type { TablePorts } from '../log/read-log.ts';
import type { Snapshot } from '../log/snapshot.ts';
import { canCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { writeChecksum } from './checksum.ts';
import { cleanLog } from './clean-log.ts';

/**
 * What a writer does once its commit stands: the version's checksum, and each `delta.checkpointInterval` commits (10 where not set) a checkpoint and a
 * clean-up of the log. The table is right without any of it, so what fails is told and hurts nobody; a kill between costs readers time alone.
 * @param now milliseconds since 1970, UTC
 * @returns what failed
 */
export async function afterCommit(ports: TablePorts, snapshot: Snapshot, now: number): Promise<readonly Error[]> {
  const failures: Error[] = [];
  const attempt = async (work: Promise<unknown>): Promise<void> => {
    await work.catch((cause: unknown) => failures.push(cause instanceof Error ? cause : new Error(String(cause))));
  };
  await attempt(writeChecksum(ports.store, snapshot));
  const interval = numberProperty(snapshot.metadata.configuration, 'delta.checkpointInterval', 10);
  if (snapshot.version > 0 && snapshot.version % Math.max(interval, 1) === 0 && canCheckpoint(snapshot)) {
    await attempt(writeCheckpoint(ports, snapshot, now));
    await attempt(cleanLog(ports, snapshot, now));
  }
  return failures;
}
