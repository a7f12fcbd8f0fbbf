import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AddedPackage, addPackageEntry, EiderError, error, type WantedPackages } from '@eider/core';
import type { Flags } from '../flags/flags.ts';
import { UsageError } from '../flags/usage-error.ts';

/** A file of packages as `--add-package` leaves it: written when all else has gone well. */
export interface AddedFile {
  readonly added: AddedPackage;
  readonly file: WantedPackages['file'];
  readonly text: string;
  readonly removed: readonly string[];
}

/** Reads `--add-package name@version` and `--source`. Null without. Throws UsageError where a version is missing. */
export function addedPackage({ addPackage, source }: Flags): AddedPackage | null {
  if (addPackage === undefined) return null;
  const parts = addPackage.split('@');
  // An address such as git@host:owner/name has an @ of its own.
  const split = source === 'git' ? addPackage.lastIndexOf('@') : parts.length === 2 ? addPackage.indexOf('@') : -1;
  const isVersion = split > 0 && !/[:/]/.test(source === 'git' ? addPackage.slice(split) : '');
  const name = isVersion ? addPackage.slice(0, split) : addPackage;
  const version = isVersion ? addPackage.slice(split + 1) : '';
  if (version !== '' || source === 'local') return { name, version: version === '' ? null : version, source };
  throw new UsageError(
    `--add-package needs a version when the source is ${source}.`,
    `Write it behind an @: --add-package ${name}@${source === 'git' ? 'v1.0.0' : '1.0.0'}.`,
  );
}

/** The file of packages with one more in it. Throws EiderError where the file cannot take it. */
export async function addToFile(root: string, file: WantedPackages['file'], added: AddedPackage): Promise<AddedFile> {
  const text = await readFile(join(root, file), 'utf8').catch(() => '');
  const entry = addPackageEntry(text, added);
  if (entry !== null) return { added, file, ...entry };
  const place = { file, line: 1, column: 1 };
  throw new EiderError([error('project/invalid-value', `"packages" of ${file} must be a list.`, { place })]);
}
