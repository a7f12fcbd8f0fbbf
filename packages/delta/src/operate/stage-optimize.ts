import { randomUUID } from 'node:crypto';
import type { AddFile } from '../actions/actions.ts';
import { fileKey } from '../actions/file-path.ts';
import type { Snapshot } from '../log/snapshot.ts';
import { type CompactionOptions, planCompaction } from '../maintain/compaction.ts';
import type { Order, WriteTarget } from './compute-port.ts';
import { discard } from './leftovers.ts';
import type { OperatePorts, StagedChange } from './stage-edit.ts';

export interface OptimizeOptions extends CompactionOptions {
  /** Rows are ordered so; then every file of a partition is written anew. */
  readonly order?: Order;
  readonly engineInfo?: string;
  readonly now?: () => number;
}

/** The files that an optimization would write anew together, by partition. */
export function planOptimize(snapshot: Snapshot, options: OptimizeOptions): readonly (readonly AddFile[])[] {
  if (options.order === undefined) return planCompaction(snapshot, options).map(({ files }) => files);
  const partitions = new Map<string, AddFile[]>();
  for (const file of snapshot.files.values()) {
    if (options.where?.(file.partitionValues) === false) continue;
    const key = JSON.stringify(Object.entries(file.partitionValues).sort());
    partitions.set(key, [...(partitions.get(key) ?? []), file]);
  }
  return [...partitions.values()];
}

/**
 * Stages a version with the same rows in fewer or better ordered files; undefined where there is nothing to do. Rows that deletion vectors name are left out
 * of the new files. A commit that comes between hurts only where it removed one of the files.
 */
export async function stageOptimize(
  ports: OperatePorts,
  snapshot: Snapshot,
  options: OptimizeOptions = {},
): Promise<StagedChange | undefined> {
  const groups = planOptimize(snapshot, options);
  if (groups.length === 0) return undefined;
  const { metadata, schema } = snapshot;
  const prefix = `part-${randomUUID()}`;
  const adds: AddFile[] = [];
  try {
    for (const files of groups) {
      const [beside] = files;
      const target: WriteTarget = {
        ...{ partitionBy: metadata.partitionColumns, configuration: metadata.configuration, prefix },
        now: (options.now ?? Date.now)(),
        fileBytes: options.targetBytes ?? 128 * 1024 * 1024,
        ...(options.order === undefined ? {} : { order: options.order }),
        ...(beside === undefined ? {} : { beside }),
      };
      adds.push(
        ...(await ports.compute.write({ snapshot, files, edit: {}, source: undefined, schema }, ['kept'], target)),
      );
    }
  } catch (cause) {
    await discard(ports.store, prefix);
    throw cause;
  }
  const change = {
    operation: 'OPTIMIZE',
    operationParameters: parametersOf(options),
    reads: 'nothing' as const,
    dataChange: false,
    ...{ adds, removes: groups.flat(), checked: true },
    ...(options.engineInfo === undefined ? {} : { engineInfo: options.engineInfo }),
  };
  const keys = adds.map(({ path }) => fileKey({ path }));
  return { change, keys, evolved: { schema, added: [], widened: [] }, notes: [], rows: { inserted: 0, touched: 0 } };
}

function parametersOf({ order, targetBytes }: OptimizeOptions): Readonly<Record<string, string>> {
  const columns = order === undefined ? [] : 'sort' in order ? order.sort : order.zOrder;
  return {
    predicate: '[]',
    zOrderBy: JSON.stringify(order !== undefined && 'zOrder' in order ? columns : []),
    ...(order !== undefined && 'sort' in order ? { sortBy: JSON.stringify(columns) } : {}),
    ...(targetBytes === undefined ? {} : { targetBytes: String(targetBytes) }),
  };
}
