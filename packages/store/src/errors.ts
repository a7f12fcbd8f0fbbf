import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** Every code that this package may report, with its title. */
export const storeCodes = {
  'store/not-found': 'No object of that key',
  'store/invalid-key': 'A key that a store cannot hold',
  'store/invalid-uri': 'A text that names no store',
  'store/unsupported': 'A store that cannot do what a lake needs',
  'store/denied': 'The store refuses this user',
  'store/full': 'The store has no room',
  'store/read-only': 'The store cannot be written',
  'store/failed': 'The store failed',
} as const;

export type StoreCode = keyof typeof storeCodes;

/** What went wrong in a store. `message` says what and why, `hint` what to do. */
export class StoreError extends Error {
  readonly code: StoreCode;
  readonly hint: string;

  constructor(code: StoreCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
    this.hint = hint;
  }
}

/** Why a server cannot hold what several processes write. */
export function withoutConditions(where: string): StoreError {
  return new StoreError(
    'store/unsupported',
    `The server of ${where} creates an object although there is one: it does not keep \`If-None-Match\`, so two builds could both believe that they committed.`,
    'Use a newer version of the server, or another one (S3, MinIO, versitygw and R2 keep it), or put the state on a disk: `state:` of the target.',
  );
}

const hints: Readonly<Record<string, readonly [StoreCode, string]>> = {
  ENOENT: ['store/not-found', 'Check that the path is right and that nothing else removed it.'],
  EACCES: ['store/denied', 'Give this user the right to read and write there.'],
  EPERM: ['store/denied', 'Give this user the right to read and write there.'],
  EROFS: ['store/read-only', 'Mount the file system for writing, or choose another place.'],
  ENOSPC: ['store/full', 'Free some room on that disk.'],
  EDQUOT: ['store/full', 'Free some room, or raise the quota.'],
  EISDIR: ['store/invalid-key', 'A folder has this name: choose another key.'],
  ENOTDIR: ['store/invalid-key', 'A file stands where a folder is needed: move it away.'],
  ENAMETOOLONG: ['store/invalid-key', 'Shorten the name.'],
};

/** Why, for people who know no names of system errors. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist.',
  EACCES: 'this user may not.',
  EPERM: 'this user may not.',
  EROFS: 'the file system is mounted for reading only.',
  ENOSPC: 'the disk is full.',
  EDQUOT: 'the quota is used up.',
  EISDIR: 'a folder has this name.',
  ENOTDIR: 'a part of the path is a file, and no folder.',
  ENAMETOOLONG: 'the name is too long.',
};

/** A file system's error as a StoreError that says what was tried. A StoreError stays as it is. */
export function storeError(doing: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const name = realCode(cause);
  const [code, hint] = hints[name] ?? ['store/failed', 'Try again; if it stays so, look at the disk or the network.'];
  const reason = systemReason(cause);
  return new StoreError(code, `Could not ${doing}: ${reason}`, hint, { cause });
}

/** Why the system refused, in words that need no names of system errors; any other error's own words. */
export function systemReason(cause: unknown): string {
  return reasons[realCode(cause)] ?? (cause instanceof Error ? cause.message : String(cause));
}

/** Node says of a folder that is made with all those above it in a file system for reading only that it does not exist. */
function realCode(cause: unknown): string {
  const { path, syscall } = cause as NodeJS.ErrnoException;
  const isMade = errorCode(cause) === 'ENOENT' && syscall === 'mkdir' && path !== undefined;
  return isMade && existsSync(dirname(path)) ? 'EROFS' : errorCode(cause);
}

/** The name of a system error, such as `ENOENT`; empty for any other. */
export function errorCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}
