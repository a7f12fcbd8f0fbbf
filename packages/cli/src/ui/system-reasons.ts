import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** What the system's codes mean, and what to do. */
const systemReasons: Readonly<Record<string, readonly [why: string, hint: string]>> = {
  EEXIST: ['a file stands where a folder is needed.', 'Move it away.'],
  ENOTDIR: ['a file stands where a folder is needed.', 'Move it away.'],
  EISDIR: ['a folder stands where a file is needed.', 'Move it away.'],
  ENOENT: ['it does not exist.', 'Make it, or correct the path.'],
  EACCES: ['this user may not.', 'Give this user the right to it.'],
  EPERM: ['this user may not.', 'Give this user the right to it.'],
  EROFS: ['the file system is mounted for reading only.', 'Mount it for writing, or choose another place.'],
  ENOSPC: ['the disk is full.', 'Free some room on it, or choose another place.'],
  EDQUOT: ['the quota is used up.', 'Free some room, or raise the quota.'],
  EMFILE: ['too many files are open.', 'Raise the limit (`ulimit -n`), or run with fewer `--threads`.'],
  ELOOP: ['its links lead in a circle.', 'Correct the links.'],
  ENAMETOOLONG: ['the name is too long.', 'Shorten it.'],
};

/** Why the system refused, and what to do, in plain words; undefined for what it never says. */
export function systemReason({
  code = '',
  path,
  syscall,
}: NodeJS.ErrnoException): readonly [why: string, hint: string] | undefined {
  // Node says of a folder that is made with all those above it in a file system for reading only that it does not exist.
  const isReadOnly = code === 'ENOENT' && syscall === 'mkdir' && path !== undefined && existsSync(dirname(path));
  return systemReasons[isReadOnly ? 'EROFS' : code];
}
