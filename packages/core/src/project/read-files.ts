import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { type BigIntStats, closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import type { KnownFile, ParseCache } from '../cache/parse-cache.ts';
import { hashOf } from '../cache/print-of.ts';
import { type Diagnostic, error } from '../diagnostics.ts';
import { displayPath } from './display-path.ts';
import type { FoundFile } from './find-files.ts';
import type { SourceFile } from './project.ts';

/** dbt hashes a seed up to this size; a larger one it tells apart by its path only. */
const largestHashedSeed = 1024 * 1024;
/** How far apart two changes may be and have one time, in milliseconds: FAT counts in two seconds. */
const coarsestTime = 2500;

/**
 * Reads files in the order given, one after another: a small file is read in less time than a thread takes to wake up for it. One that cannot be read is
 * left out with a finding. `root`: the project that findings speak of. With a cache, those that look on disk as they did before are not read again; `seen`:
 * how they look, where that is known.
 */
export function readFiles(
  files: readonly FoundFile[],
  root: string,
  report: (finding: Diagnostic) => void,
  cache?: ParseCache,
  seen: readonly (BigIntStats | undefined)[] = [],
): SourceFile[] {
  const left = cache?.files;
  const read = files.flatMap((file, index) => {
    const key = `${file.kind} ${file.fullPath}`;
    const refuse = (problem: string, hint: string): void => report(unreadable(file, root, problem, hint));
    const found = readSourceFile(file, { known: left?.find(key), seen: seen[index] }, refuse);
    if (found === null) return [];
    left?.keep(key, found);
    return [found.source];
  });
  left?.turn();
  return read;
}

/** How files look on disk; undefined where one cannot be looked at. */
export function lookAt(files: readonly FoundFile[]): readonly (BigIntStats | undefined)[] {
  return files.map(({ fullPath }) => {
    try {
      return statSync(fullPath, { bigint: true, throwIfNoEntry: false });
    } catch {
      return undefined;
    }
  });
}

/** A print of how files look, together with where each was found: null while any of them changed just now, or cannot be read. */
export function looksPrint(
  files: readonly FoundFile[],
  lookOfFile: (file: FoundFile, index: number) => string | null,
): string | null {
  const lines = files.map((file, index) => {
    const { fullPath, kind, packageName, path, relativePath, searchPath } = file;
    const look = lookOfFile(file, index);
    return look && [kind, packageName, fullPath, path, relativePath, searchPath, look].join('\0');
  });
  return lines.includes(null) ? null : hashOf(lines.join('\0'));
}

/** How a file looked when it was read. */
export function knownLook(cache: ParseCache, { fullPath, kind }: FoundFile): string | null {
  return cache.files.find(`${kind} ${fullPath}`)?.look ?? null;
}

function readSourceFile(
  file: FoundFile,
  { known, seen }: { readonly known: KnownFile | undefined; readonly seen: BigIntStats | undefined },
  refuse: (problem: string, hint: string) => void,
): KnownFile | null {
  let descriptor: number | undefined;
  try {
    // What is read for the first time is opened once for both its look and its text.
    if (known === undefined) descriptor = openSync(file.fullPath, 'r');
    const info =
      descriptor === undefined
        ? (seen ?? statSync(file.fullPath, { bigint: true }))
        : fstatSync(descriptor, { bigint: true });
    if (info.isDirectory()) return null;
    const look = lookOf(info);
    if (known !== undefined && look !== null && known.look === look && isFoundAs(known.source, file)) return known;
    const facts = { ...file, size: Number(info.size), mtimeMs: Number(info.mtimeNs) / 1e6 };
    if (file.kind === 'seed' && info.size > largestHashedSeed)
      return { look, source: { ...facts, text: '', checksum: file.path, checksumName: 'path' } };
    const bytes = readFileSync(descriptor ?? file.fullPath);
    const strange = notText(bytes);
    if (strange !== null) {
      refuse(strange, 'Save it as UTF-8.');
      return null;
    }
    // Editors of some systems put a byte order mark in front, which is no part of the text, but of what dbt hashes, and of its SQL.
    const whole = bytes.toString('utf8');
    const text = file.kind === 'seed' ? '' : file.path.endsWith('.sql') ? whole : whole.replace(/^\uFEFF/, '');
    return { look, source: { ...facts, text, checksum: checksumOf(whole) } };
  } catch (thrown) {
    const [why, hint] = reasons[String(thrown instanceof Error && 'code' in thrown ? thrown.code : '')] ?? [
      String(thrown),
      'Check its permissions.',
    ];
    refuse(`The file cannot be read: ${why}`, hint);
    return null;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const reasons: Readonly<Record<string, readonly [why: string, hint: string]>> = {
  ENOENT: ['it is a link that leads nowhere.', 'Correct the link, or delete it.'],
  ELOOP: ['its links lead in a circle.', 'Correct the links, or delete them.'],
  EACCES: ['this user may not.', 'Give this user the right to read it.'],
  EPERM: ['this user may not.', 'Give this user the right to read it.'],
};

/** What is wrong with a file of settings that is no text in UTF-8; null for text. */
export function strangeFile(bytes: Uint8Array, shownAs: string): Diagnostic | null {
  const problem = notText(bytes);
  const place = { file: shownAs, line: 1, column: 1 };
  return problem === null
    ? null
    : error('project/invalid-value', problem, { place, hint: 'Save it as UTF-8.', excerpt: '' });
}

/** Why bytes are no text in UTF-8; null where they are. */
function notText(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return 'The file is text in UTF-16, not in UTF-8.';
  if (!isUtf8(bytes)) return 'The file is not UTF-8 text.';
  return bytes.includes(0) ? 'The file holds a NUL byte, so it is no text.' : null;
}

function isFoundAs(source: SourceFile, { packageName, path, relativePath, searchPath }: FoundFile): boolean {
  const sameFolders = source.path === path && source.relativePath === relativePath && source.searchPath === searchPath;
  return sameFolders && source.packageName === packageName;
}

function unreadable(file: FoundFile, root: string, problem: string, hint: string): Diagnostic {
  const place = { file: displayPath(root, file.fullPath), line: 1, column: 1 };
  // What is no text is not shown.
  return error('project/invalid-value', problem, { place, hint, excerpt: '' });
}

/** Null for a file that is not there, or changed just now: on some file systems the next change may leave it the same time. */
export function lookOf(info: BigIntStats | undefined): string | null {
  if (info === undefined) return null;
  const { size, ino, mtimeNs, ctimeNs } = info;
  const settled = BigInt(Date.now() - coarsestTime) * 1_000_000n;
  return mtimeNs < settled && ctimeNs < settled ? `${size} ${ino} ${mtimeNs} ${ctimeNs}` : null;
}

/** dbt's checksum of a text: SHA-256, hex, white space at both ends aside. */
export function checksumOf(text: string): string {
  return hash('sha256', pythonStrip(text));
}

/** Python's `str.strip()`: unlike `trim` it keeps a byte order mark and takes the control characters FS to US and NEL. */
function pythonStrip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isPythonSpace(text.charCodeAt(start))) start++;
  while (end > start && isPythonSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isPythonSpace(code: number): boolean {
  if (code <= 0x85)
    return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f) || code === 0x85;
  return code !== 0xfeff && String.fromCharCode(code).trim() === '';
}
