import type { Action, AddFile } from '../actions/actions.ts';
import { fileKey } from '../actions/file-path.ts';
import type { Change } from './change.ts';

/** Why a change may not be made after a commit that came between. */
export interface Conflict {
  readonly reason:
    | 'metadata-changed'
    | 'protocol-changed'
    | 'same-application'
    | 'same-domain'
    | 'read-file-removed'
    | 'file-removed-twice'
    | 'rows-added-to-what-was-read';
  /** One sentence. */
  readonly message: string;
}

/**
 * Whether a change that was made of an older version still holds after a commit that won (protocol: a commit must be valid against the version before it;
 * the rules are those of a serializable order). A compaction that won (`dataChange` false) hurts only who removes the same files.
 */
export function conflictWith(change: Change, winner: readonly Action[], version: number): Conflict | undefined {
  const own = new Set([...(change.removes ?? []), ...(change.marks ?? []).map(({ file }) => file)].map(fileKey));
  const apps = new Set((change.transactions ?? []).map(({ appId }) => appId));
  const domains = new Set((change.domains ?? []).map(({ domain }) => domain));
  for (const action of winner) {
    const found = conflictOf(action, change, { own, apps, domains });
    if (found !== undefined) return { reason: found[0], message: `Version ${version} ${found[1]}.` };
  }
  return undefined;
}

interface Own {
  readonly own: ReadonlySet<string>;
  readonly apps: ReadonlySet<string>;
  readonly domains: ReadonlySet<string>;
}

function conflictOf(
  { protocol, metaData, txn, domainMetadata, remove, add }: Action,
  { reads }: Change,
  { own, apps, domains }: Own,
): readonly [Conflict['reason'], string] | undefined {
  if (protocol) return ['protocol-changed', 'changed the protocol of the table'];
  if (metaData) return ['metadata-changed', 'changed the schema or the properties of the table'];
  if (txn && apps.has(txn.appId)) return ['same-application', `is of the same application, ${txn.appId}`];
  if (domainMetadata && domains.has(domainMetadata.domain)) {
    return ['same-domain', `changed the same domain, ${domainMetadata.domain}`];
  }
  if (remove) {
    if (own.has(fileKey(remove))) return ['file-removed-twice', `removed ${remove.path} as well`];
    const read = remove.dataChange !== false && hasRead(reads, remove as unknown as AddFile);
    return read ? ['read-file-removed', `removed ${remove.path}, which was read`] : undefined;
  }
  if (add && add.dataChange !== false && hasRead(reads, add)) {
    return ['rows-added-to-what-was-read', `added ${add.path}, which could hold rows that were asked for`];
  }
  return undefined;
}

/** A removed file says less of itself than an added one; what it lacks counts as read. */
function hasRead(reads: Change['reads'], file: AddFile): boolean {
  if (typeof reads === 'string') return reads === 'everything';
  return !file.partitionValues || reads(file);
}
