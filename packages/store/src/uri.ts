import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StoreError } from './errors.ts';
import { createLocalStore } from './local.ts';
import { environmentAccess, type S3Access } from './s3/access.ts';
import type { Store } from './store.ts';

/** A place that a text names. */
export type StoreUri =
  | { readonly scheme: 'file'; readonly path: string }
  | { readonly scheme: 's3'; readonly bucket: string; readonly key: string };

/**
 * Reads `file://` URIs, plain paths and `s3://bucket/key`. A relative path lies in `base` (absolute); without a base it is refused.
 * Throws `store/invalid-uri`.
 */
export function parseUri(text: string, base?: string): StoreUri {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return { scheme: 'file', path: plainPath(text, base) };
  if (scheme === 'file') return { scheme, path: filePath(text) };
  if (scheme === 's3') return s3Uri(text);
  throw new StoreError(
    'store/invalid-uri',
    `'${text}' begins with ${scheme}://, which is no store that eider knows.`,
    'Use a path, file:// or s3://.',
  );
}

export interface OpenStoreOptions {
  /** Where a relative path lies, absolute. */
  readonly base?: string;
  /** How a bucket is reached; as the environment says (`AWS_ACCESS_KEY_ID`, …) where absent. */
  readonly s3?: (bucket: string, key: string) => S3Access;
}

/** Opens the store that a text names. The S3 client is loaded for `s3://` alone. Throws `store/invalid-uri`. */
export async function openStore(text: string, { base, s3 }: OpenStoreOptions = {}): Promise<Store> {
  const uri = parseUri(text, base);
  if (uri.scheme === 'file') return createLocalStore(uri.path);
  const { createS3Store } = await import('./s3/bucket.ts');
  const access = s3?.(uri.bucket, uri.key) ?? environmentAccess(process.env);
  return createS3Store(uri.bucket, uri.key, access);
}

function plainPath(text: string, base: string | undefined): string {
  if (isAbsolute(text)) return resolve(text);
  if (base !== undefined && text !== '') return resolve(base, text);
  const what = text === '' ? 'is empty' : 'is a relative path';
  throw new StoreError('store/invalid-uri', `'${text}' ${what}.`, 'Write an absolute path.');
}

function filePath(text: string): string {
  try {
    return resolve(fileURLToPath(text));
  } catch (cause) {
    throw new StoreError(
      'store/invalid-uri',
      `'${text}' is no path of this machine.`,
      'Write file:///path, with three slashes.',
      { cause },
    );
  }
}

function s3Uri(text: string): StoreUri {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/?(.*)$/i.exec(text) ?? [];
  if (bucket === undefined)
    throw new StoreError('store/invalid-uri', `'${text}' names no bucket.`, 'Write s3://bucket/path.');
  return { scheme: 's3', bucket, key: key ?? '' };
}
