/**
 * The actions of a log entry, as the protocol's section "Actions" has them. Fields that are not named here are kept as they were read, so that
 * what another writer knows and this one does not is handed on by checkpoints and rewrites.
 */
export interface AddFile {
  /** A URI relative to the table, or an absolute one; percent-encoded. Compare paths by `fileKey` alone. */
  readonly path: string;
  readonly partitionValues: Readonly<Record<string, string | null>>;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970, UTC. */
  readonly modificationTime: number;
  readonly dataChange: boolean;
  /** Statistics as JSON text, never taken apart into JS numbers: those lose digits beyond 2^53. */
  readonly stats?: string | null;
  readonly tags?: Readonly<Record<string, string | null>> | null;
  readonly deletionVector?: DeletionVectorDescriptor | null;
  readonly [field: string]: unknown;
}

export interface RemoveFile {
  readonly path: string;
  /** Milliseconds since 1970, UTC; vacuum counts from here. */
  readonly deletionTimestamp?: number | null;
  readonly dataChange: boolean;
  readonly extendedFileMetadata?: boolean | null;
  readonly partitionValues?: Readonly<Record<string, string | null>> | null;
  readonly size?: number | null;
  readonly deletionVector?: DeletionVectorDescriptor | null;
  readonly [field: string]: unknown;
}

/** Where the rows that a file has lost are listed: inline (`i`), in a file of the table (`u`), in a file elsewhere (`p`). */
export interface DeletionVectorDescriptor {
  readonly storageType: 'u' | 'i' | 'p';
  readonly pathOrInlineDv: string;
  readonly offset?: number | null;
  readonly sizeInBytes: number;
  /** Rows. */
  readonly cardinality: number;
}

export interface ChangeFile {
  readonly path: string;
  readonly partitionValues: Readonly<Record<string, string | null>>;
  readonly size: number;
  readonly dataChange: false;
  readonly [field: string]: unknown;
}

export interface Metadata {
  readonly id: string;
  readonly name?: string | null;
  readonly description?: string | null;
  readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> };
  /** Spark's JSON form of a schema; `parseSchema` reads it. */
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly createdTime?: number | null;
}

export interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures?: readonly string[] | null;
  readonly writerFeatures?: readonly string[] | null;
}

/** How far an application came: what makes its commits idempotent. */
export interface Transaction {
  readonly appId: string;
  readonly version: number;
  readonly lastUpdated?: number | null;
}

export interface DomainMetadata {
  readonly domain: string;
  readonly configuration: string;
  readonly removed: boolean;
}

/** Who made a commit, when and how: free form, for `history`. */
export interface CommitInfo {
  readonly timestamp?: number;
  readonly operation?: string;
  readonly operationParameters?: Readonly<Record<string, unknown>>;
  readonly isBlindAppend?: boolean;
  readonly readVersion?: number;
  readonly engineInfo?: string;
  readonly txnId?: string;
  readonly inCommitTimestamp?: number;
  readonly [field: string]: unknown;
}

export interface Sidecar {
  readonly path: string;
  readonly sizeInBytes: number;
  readonly modificationTime: number;
}

/** One line of a log entry, or one row of a checkpoint: exactly one field is set. */
export interface Action {
  readonly add?: AddFile;
  readonly remove?: RemoveFile;
  readonly cdc?: ChangeFile;
  readonly metaData?: Metadata;
  readonly protocol?: Protocol;
  readonly txn?: Transaction;
  readonly domainMetadata?: DomainMetadata;
  readonly commitInfo?: CommitInfo;
  readonly sidecar?: Sidecar;
  readonly checkpointMetadata?: { readonly version: number };
}
