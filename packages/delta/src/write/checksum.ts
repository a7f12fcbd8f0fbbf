import type { Store } from '@eider/store';
import { checksumKey } from '../log/log-names.ts';
import type { Snapshot } from '../log/snapshot.ts';
import { withoutNulls } from './change.ts';

/** Puts the checksum of a version beside its commit (protocol, "Version Checksum File"). One that is there stays. */
export async function writeChecksum(store: Store, snapshot: Snapshot): Promise<void> {
  const { version, files, metadata, protocol, transactions, domains, commitInfo } = snapshot;
  const inCommitTimestampOpt = commitInfo?.inCommitTimestamp;
  const checksum = {
    txnId: commitInfo?.txnId,
    tableSizeBytes: [...files.values()].reduce((sum, { size }) => sum + size, 0),
    numFiles: files.size,
    numMetadata: 1,
    numProtocol: 1,
    inCommitTimestampOpt,
    setTransactions: [...transactions.values()].map(withoutNulls),
    domainMetadata: [...domains.values()],
    metadata: withoutNulls(metadata),
    protocol: withoutNulls(protocol),
  };
  await store.putIfAbsent(checksumKey(version), new TextEncoder().encode(JSON.stringify(withoutNulls(checksum))));
}
