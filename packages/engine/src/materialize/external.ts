import { basename } from 'node:path';
import type { Layout } from '@eider/core';
import type { FilesGeneration } from '../lake/generation.ts';
import type { GenerationPlace } from '../lake/lake.ts';
import { relationName, relationOf, replaceView } from '../session/relation.ts';
import { auditConstraints, inContractOrder } from './contract.ts';
import { mergeFiles } from './copied-files.ts';
import { externalDelta } from './external-delta.ts';
import { externalReader } from './external-reader.ts';
import { generationFacts } from './generation-facts.ts';
import { generationQuery } from './generation-query.ts';
import type { MaterializeContext, Materialized } from './materialization.ts';
import { writeFiles, writesFolder } from './write-files.ts';

/**
 * dbt-duckdb's `external`: the model's rows as new files, and a view over exactly these in the working database. Differs as listed in the
 * documentation: no temporary table, no transaction round the write, no ghost row, partition columns and wide types as in the query.
 */
export async function external(context: MaterializeContext): Promise<Materialized> {
  const { build, compiler, connection, node } = context;
  const startedAt = context.now();
  const layout = context.layout ?? (await compiler.layout(node.unique_id, context.port));
  if (layout.delta !== undefined) return await externalDelta(context, layout);
  const carried = await generationBefore(context, layout);
  const place = build.newGeneration(node.unique_id, layout.location);
  const fileName = basename(layout.location);
  const written = await inContractOrder(context, (sql) => writeFiles({ connection, sql, layout, place, fileName }));
  const files = mergeFiles(carried?.files ?? [], written.files, layout.mode);
  const { reader, columns } = await externalReader({ connection, layout, files, written, carried });
  const generation: FilesGeneration = {
    ...generationFacts(context, (await place).id, columns, startedAt),
    kind: 'files',
    origin: 'external',
    rows: total(files, 'rows'),
    bytes: total(files, 'bytes'),
    format: layout.format,
    files,
    location: node.config.alias_location === false ? null : layout.location,
    folder: writesFolder(layout),
    reader,
  };
  const rows = generationQuery({ ...generation, files: nearest(files, (await place).desk) });
  await auditConstraints(context, rows);
  await Promise.all([replaceView(connection, relationOf(node), rows), build.finish(generation)]);
  return {
    generation,
    later: null,
    rows: total(written.files, 'rows'),
    bytes: generation.bytes,
    message: 'OK',
    location: layout.location,
  };
}

/** Files as this run reads them: drafts of objects where they are on this machine, unless some are not. */
function nearest(files: FilesGeneration['files'], desk: GenerationPlace['desk']): FilesGeneration['files'] {
  const near = files.flatMap((file) => {
    const path = desk?.near(file.path);
    return path === undefined ? [] : [{ ...file, path }];
  });
  return near.length === files.length ? near : files;
}

function total(files: FilesGeneration['files'], key: 'rows' | 'bytes'): number {
  return files.reduce((sum, file) => sum + file[key], 0);
}

/** The generation whose files stay beside the new ones: the head's, or what dbt-duckdb left at the location. */
async function generationBefore(context: MaterializeContext, layout: Layout): Promise<FilesGeneration | undefined> {
  if (layout.mode === 'replace' || !writesFolder(layout)) return undefined;
  const { head } = context;
  if (head !== undefined) {
    const isFolder = head.kind === 'files' && head.folder && head.delta === undefined;
    return isFolder && head.format === layout.format ? head : undefined;
  }
  return context.build.adopt(adoptRequest(context, layout));
}

/** What the lake must know to take up the files that stand at a node's location. */
export function adoptRequest(
  { connection, node }: Pick<MaterializeContext, 'connection' | 'node'>,
  layout: Layout,
): Parameters<MaterializeContext['build']['adopt']>[0] {
  return {
    connection,
    node: node.unique_id,
    relation: relationName(node),
    materialized: node.config.materialized,
    location: layout.location,
    folder: writesFolder(layout),
    format: layout.format,
    readOptions: layout.readOptions,
  };
}
