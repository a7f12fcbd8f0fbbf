import type { RemoteRequest, Sender } from '../remote/exchange.ts';
import { otherKeys } from '../remote/renewing.ts';
import { type PreparedRequest, remoteSender } from '../remote/sender.ts';
import { queryText } from '../remote/url.ts';
import { type S3Access, s3Url } from './access.ts';
import type { S3Credentials } from './aws-credentials.ts';
import { errorName, refusal, stale } from './refusal.ts';
import { signedHeaders } from './sign.ts';

/** What is asked of a bucket. */
export interface S3Request extends RemoteRequest {
  /** Empty for the bucket itself. */
  readonly key: string;
}

export type S3Sender = Sender<S3Request>;

type Keys = S3Credentials | null;

export function s3Sender(access: S3Access, bucket: string): S3Sender {
  return remoteSender<S3Request, Keys>(
    {
      keys: () => access.credentials(),
      renewed: (old) => otherKeys(access.credentials, old),
      prepare: (request, keys) => sign(access, bucket, request, keys),
      errorName: ({ method }, { bytes, status }) =>
        // The body of a success of these is an object's bytes, whatever stands in them.
        status < 300 && method !== 'PUT' && method !== 'POST' ? undefined : errorName(bytes),
      passing:
        /^(SlowDown|InternalError|ServiceUnavailable|RequestTimeout|OperationAborted|ConditionalRequestConflict)$/,
      stale,
      // The answer to HEAD has no body: what is wrong is said to who reads.
      explaining: (request) =>
        request.method === 'HEAD' ? { ...request, method: 'GET', headers: { range: 'bytes=0-0' } } : undefined,
      refusal: (request, answer, more) => refusal(request, bucket, answer, more),
    },
    access,
  );
}

function sign(
  access: S3Access,
  bucket: string,
  { method, key, query = {}, headers = {}, body }: S3Request,
  credentials: Keys,
): PreparedRequest {
  const object = s3Url(access, bucket, key);
  const url = `${object}${queryText(query)}`;
  const content = body ?? (method === 'PUT' || method === 'POST' ? new Uint8Array() : undefined);
  const init = { method, ...(content === undefined ? {} : { body: content as Uint8Array<ArrayBuffer> }) };
  if (credentials === null) return { ...init, url, headers };
  const parts = { method, url: object, query, headers, body: content };
  return { ...init, url, headers: signedHeaders(parts, credentials, access.region, new Date()) };
}
