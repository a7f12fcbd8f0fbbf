import type { RemoteRequest, Sender } from '../remote/exchange.ts';
import { otherKeys } from '../remote/renewing.ts';
import { remoteSender } from '../remote/sender.ts';
import { queryText } from '../remote/url.ts';
import type { GcsAccess, GcsCredentials } from './access.ts';
import { errorName, refusal } from './refusal.ts';

/** What is asked of Google Cloud Storage, by its JSON interface. */
export interface GcsRequest extends RemoteRequest {
  /** Behind the server's name, escaped: `/storage/v1/b/lake/o/key`. */
  readonly path: string;
}

/** What a bucket is asked by, and where its objects and uploads are. */
export interface GcsPlace {
  readonly send: Sender<GcsRequest>;
  readonly object: (key: string) => string;
  readonly uploads: string;
}

/** The field of an object's metadata that carries the name of one put. */
export const putName = 'eider-put';

/** Sends requests to one bucket. */
export function gcsSender(access: GcsAccess, bucket: string): Sender<GcsRequest> {
  return remoteSender<GcsRequest, GcsCredentials | null>(
    {
      keys: () => access.credentials(),
      renewed: (old) => otherKeys(access.credentials, old),
      prepare: ({ body, headers = {}, method, path, query = {} }, keys) => ({
        url: `${access.endpoint ?? 'https://storage.googleapis.com'}${path}${queryText(query)}`,
        method,
        headers: keys === null ? headers : { ...headers, authorization: `Bearer ${keys.token}` },
        ...(body !== undefined && { body: body as Uint8Array<ArrayBuffer> }),
      }),
      errorName: (_, answer) => errorName(answer),
      passing: /^(rateLimitExceeded|userRateLimitExceeded|backendError|internalError)$/,
      stale: /^authError( |$)/,
      refusal: ({ doing }, answer, more) => refusal(doing, bucket, answer, more),
    },
    access,
  );
}
