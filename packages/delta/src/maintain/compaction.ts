import type { AddFile } from '../actions/actions.ts';
import type { Snapshot } from '../log/snapshot.ts';

export interface CompactionOptions {
  /** Bytes of a file that is large enough; 128 MB where absent. */
  readonly targetBytes?: number;
  /** Only partitions for which this holds. */
  readonly where?: (partitionValues: AddFile['partitionValues']) => boolean;
}

/** Files of one partition that are to become one. */
export interface CompactionGroup {
  readonly partitionValues: AddFile['partitionValues'];
  readonly files: readonly AddFile[];
  readonly bytes: number;
}

/**
 * Which files to write anew as one: small ones of a partition together, up to the target, and those that lost rows. A group of one file that lost none
 * would be written for nothing, and is left out.
 */
export function planCompaction({ files }: Snapshot, options: CompactionOptions = {}): readonly CompactionGroup[] {
  const target = options.targetBytes ?? 128 * 1024 * 1024;
  const partitions = new Map<string, AddFile[]>();
  for (const file of files.values()) {
    if (options.where?.(file.partitionValues) === false) continue;
    if (file.size >= target && !file.deletionVector) continue;
    const key = JSON.stringify(Object.entries(file.partitionValues).sort());
    const group = partitions.get(key);
    if (group === undefined) partitions.set(key, [file]);
    else group.push(file);
  }
  return [...partitions.values()].flatMap((group) => binsOf(group, target));
}

function binsOf(files: readonly AddFile[], target: number): readonly CompactionGroup[] {
  const bins: { files: AddFile[]; bytes: number }[] = [];
  // Oldest first: rows that came together stay together, so that bounds stay narrow.
  for (const file of [...files].sort((a, b) => a.modificationTime - b.modificationTime || (a.path < b.path ? -1 : 1))) {
    const last = bins.at(-1);
    if (last === undefined || last.bytes + file.size > target) bins.push({ files: [file], bytes: file.size });
    else {
      last.files.push(file);
      last.bytes += file.size;
    }
  }
  return bins
    .filter((bin) => bin.files.length > 1 || bin.files.some(({ deletionVector }) => deletionVector))
    .map((bin) => ({ ...bin, partitionValues: bin.files[0]?.partitionValues ?? {} }));
}
