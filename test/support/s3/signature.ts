import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Keys that a server accepts. */
export interface ServerKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Why a request is not signed as AWS Signature Version 4 (header form) asks; undefined where it is. The error's code is S3's. */
export function signatureFault(
  request: IncomingMessage,
  body: Uint8Array,
  keys: ServerKeys,
  now: Date,
): string | undefined {
  const { authorization = '', 'x-amz-date': date = '', 'x-amz-content-sha256': digest = '' } = request.headers;
  const [, id, scope, names, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? [];
  if (id === undefined || scope === undefined || names === undefined) return 'AccessDenied';
  if (id !== keys.accessKeyId) return 'InvalidAccessKeyId';
  if (Math.abs(timeOf(String(date)) - now.getTime()) > mostSkew) return 'RequestTimeTooSkewed';
  const [day, region, service] = scope.split('/');
  if (region !== keys.region || service !== 's3') return 'AuthorizationHeaderMalformed';
  if (digest !== 'UNSIGNED-PAYLOAD' && digest !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonicalRequest(request, names, String(digest)))].join('\n');
  const dated = hmac(`AWS4${keys.secretAccessKey}`, day ?? '');
  const key = hmac(hmac(hmac(dated, region), service), 'aws4_request');
  return hmac(key, text).toString('hex') === signature ? undefined : 'SignatureDoesNotMatch';
}

/** Milliseconds that clocks may differ. */
const mostSkew = 15 * 60_000;

/** The time of `20261122T093000Z`, in milliseconds. */
function timeOf(text: string): number {
  return Date.parse(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function canonicalRequest(request: IncomingMessage, names: string, digest: string): string {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`);
  // The path stands as it was sent: S3 does not normalize it.
  const parts = query.split('&').filter((part) => part !== '');
  const pairs = parts.map((part) => {
    const [name = '', value = ''] = part.split('=');
    return `${escaped(name)}=${escaped(value)}`;
  });
  const way = path.split('/').map(escaped).join('/');
  return [request.method, way, pairs.sort().join('&'), headers.join(''), names, digest].join('\n');
}

/** Escaped once and exactly: what a client left bare or wrote in lower case is escaped too. */
function escaped(part: string): string {
  const text = decodeURIComponent(part.replaceAll('+', '%2B'));
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
