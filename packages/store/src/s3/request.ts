import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import type { RemoteRequest, Sender } from '../remote/exchange.ts';
import { otherKeys } from '../remote/renewing.ts';
import { type PreparedRequest, remoteSender } from '../remote/sender.ts';
import { queryText } from '../remote/url.ts';
import { type S3Access, s3Url } from './access.ts';
import type { S3Credentials } from './aws-credentials.ts';
import { errorName, refusal, stale } from './refusal.ts';

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

/** The keys of a day, made of a secret in four steps. */
const keysOfDay = new Map<string, ArrayBuffer>();

async function sign(
  access: S3Access,
  bucket: string,
  { method, key, query = {}, headers = {}, body }: S3Request,
  credentials: Keys,
): Promise<PreparedRequest> {
  const url = `${s3Url(access, bucket, key)}${queryText(query)}`;
  const content = body ?? (method === 'PUT' || method === 'POST' ? new Uint8Array() : undefined);
  const init = { method, ...(content === undefined ? {} : { body: content as Uint8Array<ArrayBuffer> }) };
  if (credentials === null) return { ...init, url, headers };
  const digest = createHash('sha256')
    .update(content ?? '')
    .digest('hex');
  const signer = new AwsV4Signer({
    ...{ ...init, ...credentials, url, service: 's3', region: access.region, cache: keysOfDay },
    headers: { ...headers, 'x-amz-content-sha256': digest },
  });
  return { ...init, url, headers: (await signer.sign()).headers };
}
