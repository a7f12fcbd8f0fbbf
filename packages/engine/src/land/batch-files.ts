import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Diagnostic, error, isUri } from '@eider/core';
import { systemReason } from '@eider/store';

export type BatchFormat = 'csv' | 'json' | 'parquet';

/** A file that is to be landed. */
export interface BatchFile {
  /** As it was written. */
  readonly name: string;
  /** An absolute path, or a URI that DuckDB reads. */
  readonly path: string;
  readonly format: BatchFormat;
}

const formats: readonly (readonly [RegExp, BatchFormat])[] = [
  [/\.(?:csv|tsv)(?:\.(?:gz|zst))?$/i, 'csv'],
  [/\.(?:json|jsonl|ndjson)(?:\.(?:gz|zst))?$/i, 'json'],
  [/\.(?:parquet|parq|pq)$/i, 'parquet'],
];

/** The files of a batch as they are found, and what is wrong with each that is not. Relative paths lie in `folder`. */
export async function batchFiles(
  names: readonly string[],
  folder: string,
  format: BatchFormat | undefined,
): Promise<{ readonly files: readonly BatchFile[]; readonly problems: readonly Diagnostic[] }> {
  const files: BatchFile[] = [];
  const problems: Diagnostic[] = [];
  for (const name of names) {
    const path = isUri(name) ? name : resolve(folder, name);
    const found = format ?? formats.find(([pattern]) => pattern.test(name.replace(/[?#].*$/, '')))?.[1];
    const why = isUri(name) ? undefined : await faultOf(path);
    if (why !== undefined) problems.push(error('engine/landing', `${name} cannot be read: ${why}.`));
    else if (found === undefined) problems.push(unknownFormat(name));
    else files.push({ name, path, format: found });
  }
  return { files, problems };
}

async function faultOf(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? undefined : 'it is no file';
  } catch (cause) {
    return systemReason(cause).replace(/\.$/, '');
  }
}

function unknownFormat(name: string): Diagnostic {
  return error('engine/landing', `${name} has no ending that tells what is in it.`, {
    hint: 'Say it with --input-format csv, json or parquet.',
  });
}

/** A name for what files hold, whatever they are called and in whatever order: the SHA-256 of their SHA-256s. */
export async function contentId(files: readonly BatchFile[]): Promise<string> {
  const each = await Promise.all(files.map(({ path }) => hashOf(path)));
  return createHash('sha256').update(each.sort().join('\n')).digest('hex').slice(0, 32);
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
