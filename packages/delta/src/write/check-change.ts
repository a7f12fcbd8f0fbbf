import type { AddFile, Metadata, Protocol } from '../actions/actions.ts';
import { checkWritable, featuresOf } from '../actions/features.ts';
import { fileKey } from '../actions/file-path.ts';
import { flagProperty } from '../actions/properties.ts';
import { hasType, leafFields, parseSchema, physicalName, schemaText } from '../actions/schema.ts';
import { DeltaError } from '../errors.ts';
import type { Snapshot } from '../log/snapshot.ts';
import { type Change, changesData } from './change.ts';

/**
 * Holds a change against the protocol before anything is written: what it would break is an error of the caller, and no reader could mend it.
 * Throws `delta/invalid-commit`, `delta/append-only`, `delta/unsupported-feature`, `delta/invalid-schema`.
 */
export function checkChange(change: Change, base: Snapshot | undefined, table: string): void {
  const protocol = change.protocol ?? base?.protocol;
  const metadata = change.metadata ?? base?.metadata;
  if (protocol === undefined || metadata === undefined) {
    throw invalid(table, 'a first commit has to bring a protocol and metadata');
  }
  checkWritable(protocol, metadata, table);
  if (base !== undefined) checkUpgrade(base.protocol, protocol, table);
  if (change.metadata !== undefined) checkMetadata(change.metadata, protocol, table);
  checkFiles(change, base, metadata, table);
  checkProperties(change, protocol, metadata, table);
  checkRules(change, metadata, table);
}

function checkUpgrade(from: Protocol, to: Protocol, table: string): void {
  const lost = [...featuresOf(from)].filter((name) => !featuresOf(to).has(name));
  if (lost.length > 0) throw invalid(table, `its protocol would lose ${lost.join(', ')}`);
}

function checkMetadata(metadata: Metadata, protocol: Protocol, table: string): void {
  const schema = parseSchema(metadata.schemaString);
  schemaText(schema);
  const names = new Set(schema.fields.map(({ name }) => name));
  const missing = metadata.partitionColumns.filter((name) => !names.has(name));
  if (missing.length > 0) throw invalid(table, `its partition columns ${missing.join(', ')} are not in the schema`);
  if (schema.fields.length > 0 && metadata.partitionColumns.length === schema.fields.length) {
    throw invalid(table, 'every column would be a partition column');
  }
  if (hasType(schema, 'timestamp_ntz') && !featuresOf(protocol).has('timestampNtz')) {
    throw invalid(table, 'it has a column of type timestamp_ntz, and its protocol lacks the feature timestampNtz');
  }
}

function checkFiles(change: Change, base: Snapshot | undefined, metadata: Metadata, table: string): void {
  const { adds = [], removes = [], marks = [] } = change;
  const gone = [...removes, ...marks.map(({ file }) => file)];
  const strange = gone.find((file) => base?.files.has(fileKey(file)) !== true);
  if (strange !== undefined) throw invalid(table, `it removes ${strange.path}, which the table does not have`);
  checkOnce(gone, 'removes', table);
  checkOnce([...adds, ...marks.map(({ file }) => file)], 'adds', table);
  const columns = partitionNames(metadata);
  const bare = adds.find(({ partitionValues }) => columns.some((name) => !(name in partitionValues)));
  if (bare !== undefined) throw invalid(table, `${bare.path} lacks the value of a partition column`);
}

function checkOnce(files: readonly AddFile[], verb: string, table: string): void {
  const seen = new Set<string>();
  for (const { path } of files) {
    const key = fileKey({ path });
    if (seen.has(key)) throw invalid(table, `it ${verb} ${path} twice`);
    seen.add(key);
  }
}

/** The names under which files carry their partition values. */
export function partitionNames({ schemaString, partitionColumns }: Metadata): readonly string[] {
  const fields = new Map(parseSchema(schemaString).fields.map((field) => [field.name, physicalName(field)]));
  return partitionColumns.map((name) => fields.get(name) ?? name);
}

function checkProperties(change: Change, protocol: Protocol, { configuration }: Metadata, table: string): void {
  const { marks = [], changes = [] } = change;
  const changing = (files: readonly AddFile[] = []): readonly AddFile[] =>
    files.filter((file) => changesData(change, file));
  const [adds, removes] = [changing(change.adds), changing(change.removes)];
  const features = featuresOf(protocol);
  if (marks.length > 0 && !features.has('deletionVectors')) {
    throw invalid(table, 'it writes deletion vectors, and the protocol lacks the feature deletionVectors');
  }
  if (removes.length + marks.length > 0 && flagProperty(configuration, 'delta.appendOnly', false)) {
    throw new DeltaError(
      'delta/append-only',
      `${table} has delta.appendOnly = true, and ${change.operation} would remove rows.`,
      'Append to it, or set the property to false first.',
    );
  }
  const feed = flagProperty(configuration, 'delta.enableChangeDataFeed', false);
  // What an overwrite or a restore changes is whole files.
  const isWhole = change.operation === 'WRITE' || change.operation === 'RESTORE';
  const rewrites = marks.length > 0 || (removes.length > 0 && adds.length > 0 && !isWhole);
  if (feed && rewrites && changes.length === 0) {
    throw invalid(table, 'it keeps a change data feed (delta.enableChangeDataFeed), and the changed rows are missing');
  }
}

/** Rules are SQL: only an engine can hold rows against them, and has to say that it did. */
function checkRules(change: Change, { configuration, schemaString }: Metadata, table: string): void {
  const { adds = [], checked = false } = change;
  if (checked || !adds.some((file) => changesData(change, file))) return;
  const constraint = Object.keys(configuration).find((name) => name.startsWith('delta.constraints.'));
  const held = leafFields(parseSchema(schemaString)).find(({ metadata }) => 'delta.invariants' in metadata);
  const rule = constraint ?? (held === undefined ? undefined : `delta.invariants of column ${held.name}`);
  if (rule === undefined) return;
  throw new DeltaError(
    'delta/unsupported-feature',
    `${table} has the rule ${rule}, and nothing held the new rows against it.`,
    'Write by an operation that does, or with the engine that made the table.',
  );
}

function invalid(table: string, why: string): DeltaError {
  return new DeltaError(
    'delta/invalid-commit',
    `This commit to ${table} is not allowed: ${why}.`,
    'The caller put it together wrongly; nothing was written to the log.',
  );
}
