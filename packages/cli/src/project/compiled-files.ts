import { writeFile as writeFileCallback } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { ManifestNode } from '@eider/core';

// Half the time of fs/promises for the many small files of a project.
const writeFile = promisify(writeFileCallback);

/** The SQL of a node, for `target/compiled` (rendered) or `target/run` (executed). */
export interface SqlFile {
  readonly kind: 'compiled' | 'run';
  readonly node: ManifestNode;
  readonly sql: string;
}

/** Where a node's SQL goes below `target/compiled` and `target/run`: dbt's paths, e.g. `shop/models/schema.yml/unique_orders_id.sql`. */
export function compiledFile(node: ManifestNode): string {
  const own = basename(node.path) === basename(node.original_file_path);
  return [node.package_name, node.original_file_path, ...(own ? [] : [node.path])].join('/');
}

/** Writes SQL files below the target folder, each folder made once. */
export async function writeSqlFiles(targetFolder: string, files: readonly SqlFile[]): Promise<void> {
  const places = files.map(({ kind, node, sql }) => ({ path: join(targetFolder, kind, compiledFile(node)), sql }));
  await Promise.all(
    [...new Set(places.map(({ path }) => dirname(path)))].map((folder) => mkdir(folder, { recursive: true })),
  );
  await Promise.all(places.map(({ path, sql }) => writeFile(path, sql)));
}
