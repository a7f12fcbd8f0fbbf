import { createReadStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { EiderError, error } from '@eider/core';

/** How much an archive may hold: a small file can hold very much. */
export interface TarballLimits {
  readonly files: number;
  readonly bytes: number;
}

const usual: TarballLimits = { files: 100_000, bytes: 2 * 1024 * 1024 * 1024 };

/**
 * Unpacks a gzipped tar archive and gives the one folder at its top, as archives of repositories have it, relative to `folder`. Throws EiderError with
 * `package/invalid` for anything else: paths or links that lead out of the archive, files of other kinds, more than the limits, a broken file.
 */
export async function unpackTarball(
  path: string,
  folder: string,
  label: string,
  limits: TarballLimits = usual,
): Promise<string> {
  const { unpackTar } = await import('modern-tar/fs');
  let [files, bytes] = [0, 0];
  await mkdir(folder, { recursive: true });
  const writer = unpackTar(folder, {
    strict: true,
    maxDepth: 100,
    filter(header) {
      const problem = entryProblem(header);
      if (problem !== undefined) throw refused(label, problem);
      files += 1;
      bytes += header.size;
      if (files > limits.files || bytes > limits.bytes) throw refused(label, 'holds too much to be a package');
      return true;
    },
    map: (header) => ({ ...header, mode: header.type === 'directory' || isProgram(header.mode) ? 0o755 : 0o644 }),
  });
  try {
    await pipeline(createReadStream(path), createGunzip(), writer);
  } catch (failure) {
    throw failure instanceof EiderError ? failure : refused(label, `is broken: ${(failure as Error).message}`);
  }
  const [top, ...others] = await readdir(folder);
  if (top === undefined || others.length > 0) throw refused(label, 'must hold one folder with the package in it');
  return top;
}

interface Entry {
  readonly name: string;
  readonly type?: string | undefined;
  readonly linkname?: string | undefined;
}

function entryProblem({ linkname = '', name, type = 'file' }: Entry): string | undefined {
  if (leavesRoot(name)) return `has a file outside of itself (${JSON.stringify(name)})`;
  if (type === 'link' && leavesRoot(linkname)) return `has a link that leads out of it (${JSON.stringify(name)})`;
  if (type === 'symlink' && (posix.isAbsolute(linkname) || leavesRoot(posix.join(posix.dirname(name), linkname))))
    return `has a link that leads out of it (${JSON.stringify(name)})`;
  const known = ['file', 'contiguous-file', 'directory', 'symlink', 'link', 'pax-header', 'pax-global-header'];
  return known.includes(type) ? undefined : `has a ${type} in it (${JSON.stringify(name)})`;
}

/** Whether a path in an archive is absolute or climbs above the archive's top. Backslashes are slashes on some systems. */
function leavesRoot(path: string): boolean {
  const plain = posix.normalize(path.replaceAll('\\', '/'));
  return plain === '..' || plain.startsWith('../') || posix.isAbsolute(plain) || /^[a-z]:/i.test(plain);
}

function isProgram(mode: number | undefined): boolean {
  return ((mode ?? 0) & 0o100) !== 0;
}

function refused(label: string, problem: string): EiderError {
  const hint = 'Tell whoever made it; nothing of it was installed.';
  return new EiderError([error('package/invalid', `The archive of ${label} ${problem}.`, { hint })]);
}
