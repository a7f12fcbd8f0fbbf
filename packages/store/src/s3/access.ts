import { StoreError } from '../errors.ts';
import { awsCredentials, type S3Credentials } from './aws-credentials.ts';
import { awsProfileName, readAwsProfile } from './aws-files.ts';

/** The part of `fetch` that is used. */
export type SendRequest = (url: string, init: RequestInit) => Promise<Response>;

/** How a bucket is reached. */
export interface S3Access {
  readonly region: string;
  /** `http://127.0.0.1:9000`: another server than Amazon's. */
  readonly endpoint?: string;
  /** The bucket in the path (MinIO and most others) rather than in the host's name. */
  readonly pathStyle: boolean;
  /** Asked before each try, so that expiring keys may be renewed; null sends requests unsigned. `stale`: keys that the server says have run out. */
  readonly credentials: (stale?: S3Credentials) => Promise<S3Credentials | null> | S3Credentials | null;
  /** Bytes that one request copies at most; S3's 5 GB where absent. */
  readonly largestCopy?: number;
  /** Bytes above which an object goes up in parts of that size; 16 MiB where absent. */
  readonly partSize?: number;
  /** Waits between tries, in milliseconds: as many tries more as there are numbers. Each is shortened at random by up to a half. */
  readonly waits?: readonly number[];
  /** A try to which no byte came for so long is over, in milliseconds: 60 s where absent, and time for what is sent. */
  readonly timeout?: number;
  /** No try begins so long after the first, in milliseconds: 120 s where absent. */
  readonly patience?: number;
  /** Sends a request in the place of node's own `fetch`. */
  readonly fetch?: SendRequest;
  /** Certificates (PEM) that are trusted beside those that node does: a private authority's. */
  readonly ca?: string;
  /** Where the setting of certificates is made, for errors: `ca_cert_file of the target`. */
  readonly caSetting?: string;
}

/**
 * Access as Amazon's own tools have it: keys by `awsCredentials`, region and endpoint by `AWS_REGION` and `AWS_ENDPOINT_URL_S3`, else by the profile in the
 * shared files. Unsigned without keys.
 */
export function environmentAccess(env: Readonly<Record<string, string | undefined>>, profile?: string): S3Access {
  const shared = readAwsProfile(env, profile ?? awsProfileName(env)) ?? {};
  const endpoint = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || shared.endpoint_url;
  return {
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION || shared.region || 'us-east-1',
    pathStyle: endpoint !== undefined,
    credentials: awsCredentials(env, profile),
    ...(endpoint !== undefined && { endpoint }),
  };
}

/** The URL of an object, or of the bucket where `key` is empty. Every byte but the unreserved ones is escaped, as signatures want it. */
export function s3Url({ endpoint, pathStyle, region }: S3Access, bucket: string, key: string): string {
  const server = serverUrl(endpoint ?? `https://s3.${region}.amazonaws.com`);
  const path = key.split('/').map(escapeUri).join('/');
  const base = server.pathname.replace(/\/+$/, '');
  if (pathStyle) return `${server.origin}${base}/${escapeUri(bucket)}/${path}`.replace(/\/$/, key === '' ? '' : '/');
  return `${server.protocol}//${bucket}.${server.host}${base}/${path}`;
}

function serverUrl(endpoint: string): URL {
  if (URL.canParse(endpoint)) return new URL(endpoint);
  const text = `'${endpoint}' is no address of an S3 server.`;
  throw new StoreError('store/invalid-uri', text, 'Write the endpoint as host or host:port.');
}

/** A query of a URL; a space is `%20`, which every server reads alike. */
export function s3Query(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${escapeUri(name)}=${escapeUri(value)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** A text for a URL with everything escaped but letters, digits and `-_.~` (RFC 3986). */
export function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
