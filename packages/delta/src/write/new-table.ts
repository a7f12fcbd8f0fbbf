import type { Metadata, Protocol } from '../actions/actions.ts';
import { featuresOf } from '../actions/features.ts';
import { flagProperty, plainFlags } from '../actions/properties.ts';
import { hasType, type StructType, schemaText } from '../actions/schema.ts';

export interface NewTable {
  /** A UUID that no other table has. */
  readonly id: string;
  readonly schema: StructType;
  readonly partitionColumns?: readonly string[];
  readonly configuration?: Readonly<Record<string, string>>;
  readonly name?: string;
  readonly description?: string;
  /** Milliseconds since 1970, UTC. */
  readonly createdTime: number;
}

/** The metadata of a table. Throws `delta/invalid-schema` and `delta/invalid-property`. */
export function newMetadata(table: NewTable): Metadata {
  const { id, schema, partitionColumns = [], configuration = {}, name, description, createdTime } = table;
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    format: { provider: 'parquet', options: {} },
    schemaString: schemaText(schema),
    partitionColumns,
    configuration: plainFlags(configuration),
    createdTime,
  };
}

/** The features that a schema and properties ask for, each with whether readers have to know it too. */
function neededFeatures(
  schema: StructType,
  configuration: Readonly<Record<string, string>>,
): readonly [string, boolean][] {
  const on = (name: string): boolean => flagProperty(configuration, name, false);
  const constraints = Object.keys(configuration).some((name) => name.startsWith('delta.constraints.'));
  return [
    ...(hasType(schema, 'timestamp_ntz') ? [['timestampNtz', true] as [string, boolean]] : []),
    ...(on('delta.enableDeletionVectors') ? [['deletionVectors', true] as [string, boolean]] : []),
    ...(on('delta.appendOnly') ? [['appendOnly', false] as [string, boolean]] : []),
    ...(constraints ? [['checkConstraints', false] as [string, boolean]] : []),
    ...(on('delta.enableChangeDataFeed') ? [['changeDataFeed', false] as [string, boolean]] : []),
    ...(on('delta.enableInCommitTimestamps') ? [['inCommitTimestamp', false] as [string, boolean]] : []),
  ];
}

/**
 * The smallest protocol that a table needs, or the given one with what it lacks: reader 1 and writer 2 where that is enough, since every reader takes it;
 * table features (3 and 7) otherwise. A protocol with features names those of the old versions too. Throws `delta/invalid-property`.
 */
export function protocolFor(
  schema: StructType,
  configuration: Readonly<Record<string, string>>,
  current: Protocol = { minReaderVersion: 1, minWriterVersion: 2 },
): Protocol {
  const known = featuresOf(current);
  const missing = neededFeatures(schema, configuration).filter(([name]) => !known.has(name));
  if (missing.length === 0) return current;
  const writerFeatures = [...new Set([...known, ...missing.map(([name]) => name)])];
  const forReaders = missing.filter(([, readers]) => readers).map(([name]) => name);
  const readerFeatures = [...new Set([...(current.readerFeatures ?? []), ...forReaders])];
  const mapping = current.minReaderVersion === 2 ? ['columnMapping'] : [];
  return readerFeatures.length === 0 && current.minReaderVersion < 3
    ? { minReaderVersion: current.minReaderVersion, minWriterVersion: 7, writerFeatures }
    : { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: [...mapping, ...readerFeatures], writerFeatures };
}
