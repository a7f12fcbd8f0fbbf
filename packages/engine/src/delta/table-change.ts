import {
  type AddFile,
  type Change,
  fileKey,
  type Metadata,
  parseSchema,
  protocolFor,
  type Snapshot,
} from '@eider/delta';
import type { DeltaFacts, FilesGeneration } from '../lake/generation.ts';

/** The change from a version to a generation; undefined where there is none. Throws what `commit` does not allow. */
export function changeOf(
  { delta, files }: Pick<FilesGeneration, 'files'> & { readonly delta: DeltaFacts },
  base: Snapshot | undefined,
  restores = false,
): Change | undefined {
  const wanted = new Map(
    files.flatMap(({ add }): [string, AddFile][] => (add === undefined ? [] : [[fileKey(add), add]])),
  );
  const adds = [...wanted].flatMap(([key, add]) => (base?.files.has(key) ? [] : [add]));
  const removes = [...(base?.files ?? [])].flatMap(([key, file]) => (wanted.has(key) ? [] : [file]));
  const { configuration, schemaString } = delta.metadata;
  const protocol = protocolFor(parseSchema(schemaString), configuration, base?.protocol);
  const moved = new Set(restores ? [] : delta.moved);
  const isSame = base !== undefined && sameMetadata(base.metadata, delta.metadata);
  if (isSame && adds.length + removes.length === 0) return undefined;
  const kept = base === undefined ? {} : { id: base.metadata.id, createdTime: base.metadata.createdTime ?? null };
  return {
    operation: restores ? 'RESTORE' : delta.operation,
    operationParameters: delta.parameters,
    reads: restores ? 'everything' : delta.reads,
    adds,
    removes,
    // Rows are held against the table's rules when they are written, and what is restored was.
    checked: true,
    ...(!restores && delta.changes && { changes: delta.changes }),
    ...(moved.size > 0 && { dataChange: (file: AddFile) => !moved.has(fileKey(file)) }),
    ...(!isSame && { metadata: { ...delta.metadata, ...kept } }),
    ...(protocol !== base?.protocol && { protocol }),
  };
}

function sameMetadata(a: Metadata, b: Metadata): boolean {
  const facts = ({ configuration, partitionColumns, schemaString }: Metadata): string =>
    JSON.stringify([schemaString, partitionColumns, Object.entries(configuration).sort()]);
  return facts(a) === facts(b);
}
