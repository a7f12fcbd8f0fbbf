import { StoreError } from '../errors.ts';
import type { Line } from '../remote/exchange.ts';
import type { Credentials } from '../remote/renewing.ts';
import { escapeUri } from '../remote/url.ts';
import { awsCredentials, type S3Credentials } from './aws-credentials.ts';
import { awsProfileName, readAwsProfile } from './aws-files.ts';

/** How a bucket is reached. */
export interface S3Access extends Line {
  readonly region: string;
  /** The bucket in the path (MinIO and most others) rather than in the host's name. */
  readonly pathStyle: boolean;
  readonly credentials: Credentials<S3Credentials>;
  /** Bytes that one request copies at most; S3's 5 GB where absent. */
  readonly largestCopy?: number;
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
  if (isNumeric(server.hostname)) {
    const text = `The name of the bucket '${bucket}' cannot stand before the address ${server.host}.`;
    throw new StoreError('store/invalid-uri', text, 'Set `url_style: path` in the secret.');
  }
  return `${server.protocol}//${bucket}.${server.host}${base}/${path}`;
}

/** Whether a host is an address of IPv4 or IPv6: no other names are below it. */
function isNumeric(host: string): boolean {
  return /^(\d+(\.\d+){3}|\[.*\])$/.test(host);
}

function serverUrl(endpoint: string): URL {
  if (URL.canParse(endpoint)) return new URL(endpoint);
  const text = `'${endpoint}' is no address of an S3 server.`;
  throw new StoreError('store/invalid-uri', text, 'Write the endpoint as host or host:port.');
}
