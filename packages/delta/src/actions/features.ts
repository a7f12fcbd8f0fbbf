import { DeltaError } from '../errors.ts';
import type { Metadata, Protocol } from './actions.ts';
import { flagProperty } from './properties.ts';

/** What readers here understand. Everything else is refused by name: a reader that guesses loses rows. */
const readable: ReadonlySet<string> = new Set([
  'appendOnly',
  'invariants',
  'checkConstraints',
  'changeDataFeed',
  'generatedColumns',
  'allowColumnDefaults',
  'identityColumns',
  'columnMapping',
  'timestampNtz',
  'deletionVectors',
  'v2Checkpoint',
  'domainMetadata',
  'rowTracking',
  'clustering',
  'inCommitTimestamp',
  'icebergCompatV1',
  'icebergCompatV2',
  'vacuumProtocolCheck',
  'typeWidening',
  'typeWidening-preview',
]);

/** What writers here keep to. */
const writable: ReadonlySet<string> = new Set([
  'appendOnly',
  'invariants',
  'checkConstraints',
  'changeDataFeed',
  'timestampNtz',
  'deletionVectors',
  'v2Checkpoint',
  'domainMetadata',
  'inCommitTimestamp',
  'vacuumProtocolCheck',
]);

/** What the versions before table features asked of writers, by the version that brought it. */
const legacyWriter: readonly (readonly [number, string])[] = [
  [2, 'appendOnly'],
  [2, 'invariants'],
  [3, 'checkConstraints'],
  [4, 'changeDataFeed'],
  [4, 'generatedColumns'],
  [5, 'columnMapping'],
  [6, 'identityColumns'],
];

/** The features that a table's protocol supports, those of the old version numbers named. */
export function featuresOf(protocol: Protocol): ReadonlySet<string> {
  const { minReaderVersion, minWriterVersion, readerFeatures, writerFeatures } = protocol;
  const legacy =
    minWriterVersion < 7 ? legacyWriter.filter(([version]) => version <= minWriterVersion).map(([, name]) => name) : [];
  const mapping = minReaderVersion === 2 ? ['columnMapping'] : [];
  return new Set([...legacy, ...mapping, ...(readerFeatures ?? []), ...(writerFeatures ?? [])]);
}

/** Throws `delta/unsupported-feature` where a reader would not understand the table. */
export function checkReadable(protocol: Protocol, table: string): void {
  if (protocol.minReaderVersion > 3) throw tooNew(table, `reader version ${protocol.minReaderVersion}`);
  const unknown = (protocol.readerFeatures ?? []).filter((name) => !readable.has(name));
  if (unknown.length > 0) throw unsupported(table, 'read', unknown);
}

/**
 * Throws `delta/unsupported-feature` where a writer could break the table. A feature that is supported but not in use (identity columns of which there is
 * none) asks for nothing: what is active is read from schema and properties, as the protocol's section "Active Features" allows for the old versions.
 */
export function checkWritable(protocol: Protocol, metadata: Metadata, table: string): void {
  checkReadable(protocol, table);
  if (protocol.minWriterVersion > 7) throw tooNew(table, `writer version ${protocol.minWriterVersion}`);
  const active = [...featuresOf(protocol)].filter((name) => !writable.has(name) && isActive(name, protocol, metadata));
  if (active.length > 0) throw unsupported(table, 'write', active);
}

/** Features of old versions that bring their own mark; those of new ones are active where they are listed. */
function isActive(name: string, protocol: Protocol, { schemaString, configuration }: Metadata): boolean {
  const mapping = configuration['delta.columnMapping.mode'] ?? 'none';
  switch (name) {
    case 'generatedColumns':
      return schemaString.includes('delta.generationExpression');
    case 'identityColumns':
      return schemaString.includes('delta.identity.');
    case 'allowColumnDefaults':
      return schemaString.includes('CURRENT_DEFAULT');
    case 'columnMapping':
      return mapping !== 'none';
    case 'rowTracking':
      return flagProperty(configuration, 'delta.enableRowTracking', false) || protocol.minWriterVersion === 7;
    default:
      return true;
  }
}

function tooNew(table: string, what: string): DeltaError {
  return new DeltaError(
    'delta/unsupported-feature',
    `${table} asks for ${what}, which is newer than what is known here.`,
    'Read it with a newer release, or with the engine that wrote it.',
  );
}

function unsupported(table: string, verb: 'read' | 'write', names: readonly string[]): DeltaError {
  const several = names.length > 1 ? 'features' : 'feature';
  return new DeltaError(
    'delta/unsupported-feature',
    `${table} uses the table ${several} ${names.join(', ')}, which cannot be ${verb === 'read' ? 'read' : 'written'} here.`,
    verb === 'read'
      ? 'Read it with the engine that wrote it, or drop the feature there (ALTER TABLE … DROP FEATURE).'
      : 'It can be read. Write it with the engine that made it, or drop the feature there (ALTER TABLE … DROP FEATURE).',
  );
}
