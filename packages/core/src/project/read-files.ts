import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFile as readFileCallback, stat as statCallback } from 'node:fs';
import { promisify } from 'node:util';
import { type Diagnostic, error } from '../diagnostics.ts';
import { displayPath } from './display-path.ts';
import type { FoundFile } from './find-files.ts';
import type { SourceFile } from './project.ts';

// Half the time of fs/promises for the many small files of a project.
const readFile = promisify(readFileCallback);
const stat = promisify(statCallback);

/** dbt hashes a seed up to this size; a larger one it tells apart by its path only. */
const largestHashedSeed = 1024 * 1024;
const readersAtOnce = 32;

/** Reads files, several at a time, in the order given. One that cannot be read is left out with a finding. `root`: the project that findings speak of. */
export async function readFiles(
  files: readonly FoundFile[],
  root: string,
  report: (finding: Diagnostic) => void,
): Promise<SourceFile[]> {
  const read: (SourceFile | null)[] = new Array(files.length).fill(null);
  let next = 0;
  const reader = async (): Promise<void> => {
    for (let index = next++; index < files.length; index = next++) {
      const file = files[index];
      if (file !== undefined) read[index] = await readSourceFile(file, root, report);
    }
  };
  await Promise.all(Array.from({ length: Math.min(readersAtOnce, files.length) }, reader));
  return read.filter((file) => file !== null);
}

async function readSourceFile(
  file: FoundFile,
  root: string,
  report: (finding: Diagnostic) => void,
): Promise<SourceFile | null> {
  const place = { file: displayPath(root, file.fullPath), line: 1, column: 1 };
  try {
    const info = await stat(file.fullPath);
    if (info.isDirectory()) return null;
    const { size, mtimeMs } = info;
    const facts = { ...file, size, mtimeMs };
    if (file.kind === 'seed' && size > largestHashedSeed)
      return { ...facts, text: '', checksum: file.path, checksumName: 'path' };
    const bytes = await readFile(file.fullPath);
    if (!isUtf8(bytes)) {
      const message = 'The file is not UTF-8 text.';
      report(error('project/invalid-value', message, { place, hint: 'Save it as UTF-8.' }));
      return null;
    }
    const text = bytes.toString('utf8');
    return { ...facts, text: file.kind === 'seed' ? '' : text, checksum: checksumOf(text) };
  } catch (thrown) {
    const reason = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
    report(
      error('project/invalid-value', `The file cannot be read (${reason}).`, { place, hint: 'Check its permissions.' }),
    );
    return null;
  }
}

/** dbt's checksum of a text: SHA-256, hex, white space at both ends aside. */
export function checksumOf(text: string): string {
  return createHash('sha256').update(pythonStrip(text)).digest('hex');
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
