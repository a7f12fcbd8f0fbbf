import { writeFile as writeFileCallback } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, parse } from 'node:path';
import { promisify } from 'node:util';
import { type ManifestNode, unitTestPath } from '@eider/core';
import type { NodeResult } from '@eider/engine';

// Half the time of fs/promises for the many small files of a project.
const writeFile = promisify(writeFileCallback);

/** The SQL of a node, for `target/compiled` (rendered) or `target/run` (executed). */
export interface SqlFile {
  readonly kind: 'compiled' | 'run';
  readonly node: ManifestNode;
  readonly sql: string;
  /** The batch of a microbatch model. */
  readonly batch?: string;
}

/** Where a node's SQL goes below `target/compiled` and `target/run`: dbt's paths, e.g. `shop/models/schema.yml/unique_orders_id.sql`. */
export function compiledFile(node: ManifestNode, batch?: string): string {
  if (node.resource_type === 'unit_test')
    return [node.package_name, node.original_file_path, unitTestPath(node)].join('/');
  const own = basename(node.path) === basename(node.original_file_path);
  const path = [node.package_name, node.original_file_path, ...(own ? [] : [node.path])].join('/');
  if (batch === undefined) return path;
  const { dir, ext, name } = parse(path);
  return `${dir}/${name}/${name}_${batch}${ext}`;
}

/** Writes SQL files below the target folder while other work goes on. */
export interface SqlWriter {
  /** Begins to write a file; one that was begun before stays as it was. */
  add(file: SqlFile): void;
  /** When all are written. Throws the first failure. */
  end(): Promise<void>;
}

/** Files that are open at once: each takes a thread that queries need too. */
const atOnce = 8;

/** A writer for the target folder; each folder in it is made once. */
export function sqlWriter(targetFolder: string): SqlWriter {
  const folders = new Map<string, Promise<unknown>>();
  const begun = new Set<string>();
  const waiting: (readonly [path: string, sql: string])[] = [];
  const workers = new Set<Promise<void>>();
  let failure: unknown;
  const write = async (path: string, sql: string): Promise<void> => {
    const folder = dirname(path);
    const made = folders.get(folder) ?? mkdir(folder, { recursive: true });
    folders.set(folder, made);
    await made;
    await writeFile(path, sql);
  };
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await write(...next).catch((cause: unknown) => {
        failure ??= cause;
      });
  };
  return {
    add: ({ batch, kind, node, sql }) => {
      const path = join(targetFolder, kind, compiledFile(node, batch));
      if (begun.has(path)) return;
      begun.add(path);
      waiting.push([path, sql]);
      if (workers.size >= atOnce) return;
      const worker = work().finally(() => workers.delete(worker));
      workers.add(worker);
    },
    end: async () => {
      while (workers.size > 0) await Promise.race(workers);
      if (failure !== undefined) throw failure;
    },
  };
}

/** What a node's result leaves in the target folder; of a snapshot what was executed alone, as in dbt. */
export function sqlFilesOf(
  node: ManifestNode,
  { batchSql = [], ...whole }: Pick<NodeResult, 'compiledSql' | 'ranSql' | 'batchSql'>,
): readonly SqlFile[] {
  return [whole, ...batchSql].flatMap((part) => {
    const about = { node, ...('label' in part && { batch: part.label }) };
    const compiled =
      part.compiledSql === undefined || part.compiledSql === '' || node.resource_type === 'snapshot'
        ? []
        : [{ kind: 'compiled', sql: part.compiledSql, ...about } as const];
    return part.ranSql === undefined ? compiled : [...compiled, { kind: 'run', sql: part.ranSql, ...about } as const];
  });
}
