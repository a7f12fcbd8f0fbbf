import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AzureAccess, environmentAzure } from './azure/access.ts';
import { StoreError } from './errors.ts';
import { type GcsAccess, gcsAccess } from './gcs/access.ts';
import { createLocalStore } from './local.ts';
import { environmentAccess, type S3Access } from './s3/access.ts';
import type { Store } from './store.ts';

/** A place that a text names. */
export type StoreUri = { readonly scheme: 'file'; readonly path: string } | BucketUri;

/** A place in a bucket, or in a container of Azure. */
export interface BucketUri {
  readonly scheme: 's3' | 'gcs' | 'azure';
  readonly bucket: string;
  readonly key: string;
  /** As URIs of the bucket begin, as DuckDB reads them: `s3://lake`, `az://lake`, `abfss://account.dfs.core.windows.net/lake`. */
  readonly root: string;
  /** The storage account of Azure, where the URI names it. */
  readonly account?: string;
}

const schemes: Readonly<Record<string, (text: string) => BucketUri>> = {
  s3: (text) => bucketUri(text, 's3', 's3'),
  gs: (text) => bucketUri(text, 'gcs', 'gs'),
  gcs: (text) => bucketUri(text, 'gcs', 'gcs'),
  az: azureUri,
  azure: azureUri,
  abfss: azureUri,
};

/** Whether a text is a URI that `parseUri` knows the scheme of. */
export function isStoreUri(text: string): boolean {
  const scheme = schemeOf(text);
  return scheme === 'file' || (scheme !== undefined && Object.hasOwn(schemes, scheme));
}

function schemeOf(text: string): string | undefined {
  return /^([a-z][a-z0-9+.-]+):\/\//i.exec(text)?.[1]?.toLowerCase();
}

/**
 * Reads `file://` URIs, plain paths, `s3://bucket/key`, Google's `gs://` and `gcs://`, and Azure's `az://`, `azure://` and `abfss://`, with or without the account.
 * A relative path lies in `base` (absolute); without a base it is refused. Throws `store/invalid-uri`.
 */
export function parseUri(text: string, base?: string): StoreUri {
  const scheme = schemeOf(text);
  if (scheme === undefined) return { scheme: 'file', path: plainPath(text, base) };
  if (scheme === 'file') return { scheme, path: filePath(text) };
  const parse = schemes[scheme];
  if (parse !== undefined) return parse(text);
  throw new StoreError(
    'store/invalid-uri',
    `'${text}' begins with ${scheme}://, which is no store that eider knows.`,
    'Use a path, file://, s3://, gs://, az:// or abfss://.',
  );
}

/** How buckets are reached; as the environment says where one is absent. */
export interface StoreAccess {
  /** By `AWS_ACCESS_KEY_ID`, … */
  readonly s3?: (bucket: string, key: string) => S3Access;
  /** By `AZURE_STORAGE_CONNECTION_STRING`, … */
  readonly azure?: (uri: BucketUri) => AzureAccess;
  /** By `GOOGLE_APPLICATION_CREDENTIALS`, … */
  readonly gcs?: (uri: BucketUri) => GcsAccess;
}

export interface OpenStoreOptions extends StoreAccess {
  /** Where a relative path lies, absolute. */
  readonly base?: string;
}

/** How the bucket of a URI is reached; undefined where nothing but the environment says it. */
export function accessTo(uri: BucketUri, access: StoreAccess): S3Access | AzureAccess | GcsAccess | undefined {
  if (uri.scheme === 's3') return access.s3?.(uri.bucket, uri.key);
  return uri.scheme === 'azure' ? access.azure?.(uri) : access.gcs?.(uri);
}

/** Opens the store that a text names. What speaks to buckets is loaded for their URIs alone. Throws `store/invalid-uri`. */
export async function openStore(text: string, { base, ...access }: OpenStoreOptions = {}): Promise<Store> {
  const uri = parseUri(text, base);
  if (uri.scheme === 'file') return createLocalStore(uri.path);
  const { bucket, key, root } = uri;
  if (uri.scheme === 's3') {
    const { createS3Store } = await import('./s3/bucket.ts');
    return createS3Store(bucket, key, access.s3?.(bucket, key) ?? environmentAccess(process.env));
  }
  if (uri.scheme === 'gcs') {
    const { createGcsStore } = await import('./gcs/bucket.ts');
    return createGcsStore({ bucket, root }, key, access.gcs?.(uri) ?? gcsAccess({}, process.env));
  }
  const { createAzureStore } = await import('./azure/container.ts');
  const reached = access.azure?.(uri) ?? environmentAzure(process.env, { account: uri.account });
  return createAzureStore({ container: bucket, root }, key, reached);
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

function bucketUri(text: string, scheme: BucketUri['scheme'], written: string): BucketUri {
  const [, bucket, key = ''] = /^[a-z0-9]+:\/\/([^/]+)\/?(.*)$/is.exec(text) ?? [];
  if (bucket === undefined)
    throw new StoreError('store/invalid-uri', `'${text}' names no bucket.`, `Write ${written}://bucket/path.`);
  return { scheme, bucket, key, root: `${written}://${bucket}` };
}

/** `az://container/key`, DuckDB's `az://account.blob.core.windows.net/container/key`, and Hadoop's `abfss://container@account.dfs.core.windows.net/key`. */
function azureUri(text: string): BucketUri {
  const [, written = '', first = '', rest = ''] = /^([a-z]+):\/\/([^/]*)\/?(.*)$/is.exec(text) ?? [];
  const scheme = written.toLowerCase();
  const [, before, host = before === undefined ? first : ''] = /^([^@]+)@(.+)$/.exec(first) ?? [];
  const [, account] = /^([^.]+)\..+$/.exec(host) ?? [];
  const [container = '', ...below] =
    account === undefined ? [first, rest] : before === undefined ? rest.split('/') : [before, rest];
  if (container === '' || (before !== undefined && account === undefined))
    throw new StoreError(
      'store/invalid-uri',
      `'${text}' names no container.`,
      `Write ${scheme}://container/path, or ${scheme}://ACCOUNT.${scheme === 'abfss' ? 'dfs' : 'blob'}.core.windows.net/container/path.`,
    );
  const key = below.join('/');
  if (account === undefined) return { scheme: 'azure', bucket: container, key, root: `${scheme}://${container}` };
  return { scheme: 'azure', bucket: container, key, root: `${scheme}://${host}/${container}`, account };
}
