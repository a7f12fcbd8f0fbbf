import { createHash, createHmac } from 'node:crypto';
import { escapeUri } from '../remote/url.ts';
import type { S3Credentials } from './aws-credentials.ts';

/** What of a request is signed. */
export interface SignedParts {
  readonly method: string;
  /** Of the object, escaped, without the query. */
  readonly url: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: nothing is sent. */
  readonly body?: Uint8Array | undefined;
}

/** Servers on the way may change it. */
const unsigned = new Set(['range']);

/**
 * The headers of a request with those that prove who sends it: AWS Signature Version 4 in its header form, the body's hash included.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html. Computed at once: keys that are worked out on other threads wait for these.
 */
export function signedHeaders(
  { body, headers, method, query, url }: SignedParts,
  credentials: S3Credentials,
  region: string,
  now: Date,
): Readonly<Record<string, string>> {
  const { host, pathname } = new URL(url);
  const date = now.toISOString().replace(/[:-]|\.\d{3}/g, '');
  const token = credentials.sessionToken;
  const sent: Readonly<Record<string, string>> = {
    ...headers,
    'x-amz-content-sha256': sha256(body ?? ''),
    'x-amz-date': date,
    ...(token !== undefined && { 'x-amz-security-token': token }),
  };
  const signed = Object.entries({ ...sent, host }).filter(([name]) => !unsigned.has(name));
  const lines = signed.sort(byName).map(([name, value]) => [name, value.trim().replace(/\s+/g, ' ')] as const);
  const names = lines.map(([name]) => name).join(';');
  const asked = Object.entries(query).map(([name, value]) => [escapeUri(name), escapeUri(value)] as const);
  const canonical = [
    ...[method, pathname],
    [...asked]
      .sort(byName)
      .map(([name, value]) => `${name}=${value}`)
      .join('&'),
    ...[lines.map(([name, value]) => `${name}:${value}\n`).join(''), names],
    sent['x-amz-content-sha256'],
  ].join('\n');
  const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`;
  const key = keyOfDay(credentials.secretAccessKey, date.slice(0, 8), region);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...sent, authorization };
}

function byName([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1;
}

let last: { readonly of: string; readonly key: Buffer } | undefined;

/** Made of a secret in four steps; the last one is kept, which most requests need again. */
function keyOfDay(secret: string, day: string, region: string): Buffer {
  const of = JSON.stringify([secret, day, region]);
  if (last?.of !== of)
    last = { of, key: [day, region, 's3', 'aws4_request'].reduce(hmac, Buffer.from(`AWS4${secret}`)) };
  return last.key;
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
