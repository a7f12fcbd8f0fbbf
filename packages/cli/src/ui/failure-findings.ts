import { type Diagnostic, EiderError, error } from '@eider/core';

/** What is wrong, where a failure is one of the project's, the database's or the disk's. */
export function findingsOf(failure: unknown): readonly Diagnostic[] | null {
  if (failure instanceof EiderError) return failure.diagnostics;
  if (!(failure instanceof Error)) return null;
  // By their names: the classes live in packages that are loaded only where nodes run.
  if (failure.name === 'SqlError') return [error('engine/sql-failed', failure.message)];
  if (failure.name === 'StoreError' && 'hint' in failure) {
    return [error('engine/store-failed', failure.message, { hint: String(failure.hint) })];
  }
  const { code, path, syscall } = failure as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return null;
  const hint = isInTheWay(failure)
    ? `A file stands where a folder is needed, or a folder where a file is: move ${path} away.`
    : path === undefined
      ? undefined
      : `Check that ${path} exists and that you may ${writing.has(syscall) ? 'write' : 'read'} there.`;
  return [error('cli/file-system', failure.message, hint === undefined ? {} : { hint })];
}

function isInTheWay({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EEXIST' || code === 'ENOTDIR' || code === 'EISDIR';
}

const writing: ReadonlySet<string> = new Set([
  'mkdir',
  'write',
  'rename',
  'unlink',
  'rmdir',
  'link',
  'symlink',
  'copyfile',
  'fsync',
  'rm',
  'open',
]);
