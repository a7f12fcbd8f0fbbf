import { createHash } from 'node:crypto';
import aws4 from 'aws4';
import { queryText } from '../remote/url.ts';
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

/**
 * The headers of a request with those that prove who sends it: AWS Signature Version 4 in its header form, the body's hash included.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html. Computed at once: keys that are worked out on
 * other threads wait for these.
 */
export function signedHeaders(
  { body, headers, method, query, url }: SignedParts,
  credentials: S3Credentials,
  region: string,
  now: Date,
): Readonly<Record<string, string>> {
  const { host, pathname } = new URL(url);
  const digest = createHash('sha256')
    .update(body ?? '')
    .digest('hex');
  const token = credentials.sessionToken;
  const sent = {
    ...headers,
    'x-amz-content-sha256': digest,
    'x-amz-date': now.toISOString().replace(/[:-]|\.\d{3}/g, ''),
    ...(token !== undefined && { 'x-amz-security-token': token }),
  };
  const path = `${pathname}${queryText(query)}`;
  const signed = aws4.sign({ service: 's3', region, method, path, headers: { ...sent, host } }, credentials);
  return { ...sent, authorization: String(signed.headers?.Authorization) };
}
