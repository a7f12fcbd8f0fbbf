import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const leftBehind = new Set(['target', 'logs', 'lake', 'catalog', '.eider', 'node_modules']);

/** Makes an empty folder and gives its real path. */
export function temporaryFolder(name: string): string {
  return realpathSync(mkdtempSync(join(tmpdir(), `eider-${name}-`)));
}

/** Copies a project without what runs leave behind, and gives the copy's folder. */
export function copyProject(source: string): string {
  const folder = temporaryFolder(basename(source));
  cpSync(source, folder, {
    recursive: true,
    filter: (path) => path === source || !(leftBehind.has(basename(path)) || /\.duckdb(\.wal)?$/.test(path)),
  });
  return folder;
}

/** Deletes a folder made by the functions above; read-only files in it included. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
