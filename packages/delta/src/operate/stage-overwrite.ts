import type { AddFile } from '../actions/actions.ts';
import { DeltaError } from '../errors.ts';
import type { Snapshot } from '../log/snapshot.ts';
import { appendEdit, replaceEdit } from './edit.ts';
import { discardKeys } from './leftovers.ts';
import { type EditOptions, type OperatePorts, type StagedChange, stageEdit } from './stage-edit.ts';

export interface PartitionOverwriteOptions extends EditOptions {
  /** Without rows nothing would be overwritten, which is refused unless this is set. */
  readonly allowEmpty?: boolean;
}

/** The rows of a source in the place of those that meet `where`, which all of them have to meet too (Spark's replaceWhere). */
export async function stageReplaceWhere(
  ports: OperatePorts,
  snapshot: Snapshot | undefined,
  source: string,
  where: string,
  options: EditOptions,
): Promise<StagedChange> {
  const operationParameters = { mode: 'Overwrite', predicate: where, ...options.operationParameters };
  return await stageEdit(ports, snapshot, replaceEdit(source, where), {
    ...options,
    operationParameters,
    mustHold: where,
  });
}

/**
 * The rows of a source in the place of every partition that they have rows for (Spark's dynamic partition overwrite). Throws `delta/empty-overwrite` where there
 * is no row, `delta/invalid-commit` for a table without partitions.
 */
export async function stagePartitionOverwrite(
  ports: OperatePorts,
  snapshot: Snapshot,
  source: string,
  options: PartitionOverwriteOptions,
): Promise<StagedChange> {
  const { metadata, files, root } = snapshot;
  if (metadata.partitionColumns.length === 0) {
    throw new DeltaError(
      'delta/invalid-commit',
      `${root} has no partitions to overwrite.`,
      'Overwrite the table, or the rows that meet a condition.',
    );
  }
  if (options.schemaMode === 'widen' || options.schemaMode === 'replace') {
    throw new DeltaError(
      'delta/invalid-commit',
      `An overwrite of partitions of ${root} cannot change types of the others.`,
      'Cast the columns to the types of the table.',
    );
  }
  const operationParameters = { mode: 'Overwrite', partitionOverwriteMode: 'dynamic', ...options.operationParameters };
  const staged = await stageEdit(ports, snapshot, appendEdit(source), { ...options, operationParameters });
  const { adds = [] } = staged.change;
  if (adds.length === 0 && options.allowEmpty !== true) {
    await discardKeys(ports.store, staged.keys);
    throw new DeltaError(
      'delta/empty-overwrite',
      `There is no row to overwrite partitions of ${root} with.`,
      'Look at the query. To let an empty result leave the table as it is, say so.',
    );
  }
  const written = new Set(adds.map(partitionOf));
  const isOverwritten = (file: AddFile): boolean => written.has(partitionOf(file));
  return {
    ...staged,
    change: { ...staged.change, reads: isOverwritten, removes: [...files.values()].filter(isOverwritten) },
  };
}

const partitionOf = ({ partitionValues }: AddFile): string => JSON.stringify(Object.entries(partitionValues).sort());
