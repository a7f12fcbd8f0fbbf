import type { FilesGeneration } from '../lake/generation.ts';
import type { GenerationPlace } from '../lake/lake.ts';
import { relationOf } from '../session/relation.ts';
import { externalReader } from './external-reader.ts';
import { generationFacts } from './generation-facts.ts';
import type { MaterializeContext } from './materialization.ts';
import { writeFiles } from './write-files.ts';

const layout = {
  format: 'parquet',
  copyOptions: {},
  partitionBy: [],
  perThreadOutput: false,
  mode: 'replace',
  folder: false,
  readOptions: {},
} as const;

/** The rows of a relation of the working database as a finished generation of one Parquet file, types kept. */
export async function exportRelation(
  context: MaterializeContext,
  place: GenerationPlace,
  origin: 'internal' | 'view',
): Promise<FilesGeneration> {
  const { build, connection, node } = context;
  const startedAt = context.now();
  const sql = `FROM ${relationOf(node)}`;
  const written = await writeFiles({ connection, sql, layout, place, fileName: `${node.alias}.parquet` });
  const { files } = written;
  const { reader, columns } = await externalReader({ connection, layout, files, written, carried: undefined });
  const generation: FilesGeneration = {
    ...generationFacts(context, place.id, columns, startedAt),
    kind: 'files',
    origin,
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    format: 'parquet',
    files,
    location: null,
    folder: false,
    reader,
  };
  await build.finish(generation);
  return generation;
}
