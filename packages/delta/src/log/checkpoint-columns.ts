import type { CheckpointColumn, CheckpointField } from '../parquet-port.ts';

const fields = (types: Readonly<Record<string, CheckpointField['type']>>): readonly CheckpointField[] =>
  Object.entries(types).map(([name, type]) => ({ name, type }));

const file = {
  path: 'string',
  partitionValues: 'map',
  size: 'long',
  dataChange: 'boolean',
  deletionVector: 'vector',
  baseRowId: 'long',
  defaultRowCommitVersion: 'long',
} as const;

/** The columns of a checkpoint that hold the table's state (protocol, "Checkpoint Schema"), in the order in which they are written. */
export const stateColumns: readonly CheckpointColumn[] = [
  { name: 'txn', fields: fields({ appId: 'string', version: 'long', lastUpdated: 'long' }) },
  {
    name: 'add',
    fields: fields({ ...file, modificationTime: 'long', stats: 'string', tags: 'map', clusteringProvider: 'string' }),
  },
  { name: 'remove', fields: fields({ ...file, deletionTimestamp: 'long', extendedFileMetadata: 'boolean' }) },
  {
    name: 'metaData',
    fields: fields({
      id: 'string',
      name: 'string',
      description: 'string',
      format: 'format',
      schemaString: 'string',
      partitionColumns: 'strings',
      configuration: 'map',
      createdTime: 'long',
    }),
  },
  {
    name: 'protocol',
    fields: fields({
      minReaderVersion: 'int',
      minWriterVersion: 'int',
      readerFeatures: 'strings',
      writerFeatures: 'strings',
    }),
  },
  { name: 'domainMetadata', fields: fields({ domain: 'string', configuration: 'string', removed: 'boolean' }) },
];

/** What a V2 checkpoint says of itself and of the files that hold the rest of it. */
export const sidecarColumns: readonly CheckpointColumn[] = [
  { name: 'sidecar', fields: fields({ path: 'string', sizeInBytes: 'long', modificationTime: 'long' }) },
];
