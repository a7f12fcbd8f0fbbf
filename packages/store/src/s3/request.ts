import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { StoreError } from '../errors.ts';
import { type S3Access, s3Query, s3Url } from './access.ts';
import { trustingFetch } from './trusting-fetch.ts';
import { xmlText } from './xml.ts';

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Answers that the caller knows what to do with, success apart. */
  readonly accept?: readonly number[];
  /** What the caller is about, for errors: `read s3://lake/x`. */
  readonly doing: string;
}

export interface S3Response {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** Whether an earlier try may have done its work without our hearing of it. */
  readonly repeated: boolean;
}

/** Sends requests to one bucket: signed, and tried again where the server is busy, fails or does not answer. Throws StoreError. */
export type S3Sender = (request: S3Request) => Promise<S3Response>;

const defaultWaits = [50, 150, 400, 1000, 2500, 5000];

/** Bytes in a millisecond that the slowest line is given time for. */
const slowest = 100;

/** Errors in the body that a later try may not meet. */
const passing =
  /^(SlowDown|InternalError|ServiceUnavailable|RequestTimeout|OperationAborted|ConditionalRequestConflict)$/;

export function s3Sender(access: S3Access, bucket: string): S3Sender {
  const { waits = defaultWaits } = access;
  return async (request) => {
    let repeated = false;
    for (let turn = 0; ; turn++) {
      const outcome = await attempt(access, bucket, request);
      if ('answer' in outcome && !isPassing(request, outcome.answer))
        return settled(request, bucket, { ...outcome.answer, repeated });
      const wait = 'failure' in outcome && isForGood(outcome.failure) ? undefined : waits[turn];
      if (wait === undefined) throw exhausted(request, { access, bucket }, outcome, turn + 1);
      repeated ||= !('answer' in outcome) || outcome.answer.status >= 500;
      await sleep(wait * (0.5 + Math.random() / 2));
    }
  };
}

type Answer = Omit<S3Response, 'repeated'>;
type Outcome = { readonly answer: Answer } | { readonly failure: unknown };

async function attempt(access: S3Access, bucket: string, request: S3Request): Promise<Outcome> {
  const { url, ...signed } = await sign(access, bucket, request, await access.credentials());
  const time = (access.timeout ?? 60_000) + Math.ceil((request.body?.length ?? 0) / slowest);
  const signal = AbortSignal.timeout(time);
  try {
    const send = access.fetch ?? (access.ca === undefined ? fetch : await trustingFetch(access.ca));
    const response = await send(url, { ...signed, signal });
    // The body may break off as well: then the answer was not one.
    return { answer: await whole(response, request) };
  } catch (failure) {
    return { failure };
  }
}

async function sign(
  access: S3Access,
  bucket: string,
  { method, key, query = {}, headers = {}, body }: S3Request,
  credentials: Awaited<ReturnType<S3Access['credentials']>>,
): Promise<RequestInit & { readonly url: string }> {
  const url = `${s3Url(access, bucket, key)}${s3Query(query)}`;
  const content = body ?? (method === 'PUT' || method === 'POST' ? new Uint8Array() : undefined);
  const init = { method, ...(content === undefined ? {} : { body: content as Uint8Array<ArrayBuffer> }) };
  if (credentials === null) return { ...init, url, headers };
  const digest = createHash('sha256')
    .update(content ?? '')
    .digest('hex');
  const signer = new AwsV4Signer({
    ...{ ...init, ...credentials, url, service: 's3', region: access.region },
    headers: { ...headers, 'x-amz-content-sha256': digest },
  });
  return { ...init, url, headers: (await signer.sign()).headers };
}

/** Throws where fewer bytes came than were announced. */
async function whole(response: Response, { method }: S3Request): Promise<Answer> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const announced = response.headers.get('content-length');
  const isEncoded = response.headers.has('content-encoding');
  if (method !== 'HEAD' && !isEncoded && announced !== null && Number(announced) !== bytes.length)
    throw new Error(`the answer broke off after ${bytes.length} of ${announced} bytes`);
  return { status: response.status, headers: response.headers, bytes };
}

function isPassing(request: S3Request, { status, bytes }: Answer): boolean {
  if (status === 429 || status === 500 || (status >= 502 && status <= 504)) return true;
  return (status === 409 || status === 400 || answersWithDocument(request)) && passing.test(errorName(bytes) ?? '');
}

/** Whether the body of a success is the server's own document rather than an object. */
function answersWithDocument({ method }: S3Request): boolean {
  return method === 'PUT' || method === 'POST';
}

/** The code of an S3 error document; undefined where the bytes are none. A success may carry one (copies, completed uploads). */
export function errorName(bytes: Uint8Array): string | undefined {
  if (bytes.length > 20_000) return undefined;
  const text = new TextDecoder().decode(bytes);
  return /<Error\b/.test(text) ? (xmlText(text, 'Code') ?? 'Unknown') : undefined;
}

function settled(request: S3Request, bucket: string, answer: S3Response): S3Response {
  const { status, bytes } = answer;
  if (request.accept?.includes(status)) return answer;
  const isError = answersWithDocument(request) && errorName(bytes) !== undefined;
  if (status >= 200 && status < 300 && !isError) return answer;
  throw refusal(request, bucket, answer);
}

/** What the server's answer means to a person. */
function refusal({ doing, key }: S3Request, bucket: string, { status, bytes, headers }: Answer): StoreError {
  const text = new TextDecoder().decode(bytes.subarray(0, 20_000));
  const name =
    errorName(bytes) ?? headers.get('x-amz-error-code') ?? (status === 404 && key === '' ? 'NoSuchBucket' : '');
  const said = xmlText(text, 'Message') ?? '';
  const message = `Could not ${doing}: ${[name === '' ? `HTTP ${status}` : name, said].filter((part) => part !== '').join(': ')}`;
  if (name === 'NoSuchBucket')
    return new StoreError(
      'store/not-found',
      message,
      `Make the bucket '${bucket}', or check its name, region and endpoint.`,
    );
  if (status === 404) return new StoreError('store/not-found', message, 'Check the key.');
  if (name === 'RequestTimeTooSkewed')
    return new StoreError(
      'store/denied',
      message,
      "Set this machine's clock: the server refuses requests that are minutes off.",
    );
  if (
    /^(AuthorizationHeaderMalformed|PermanentRedirect|IllegalLocationConstraintException)$/.test(name) ||
    status === 301
  )
    return new StoreError('store/denied', message, 'Set the region of the secret to that of the bucket.');
  if (/^(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken)$/.test(name))
    return new StoreError(
      'store/denied',
      message,
      'Check key_id, secret and session_token, and that they are meant for this server.',
    );
  if (status === 401 || status === 403)
    return new StoreError('store/denied', message, 'Give these keys the right to list, read, write and delete there.');
  if (status === 507 || name === 'XMinioStorageFull')
    return new StoreError('store/full', message, 'Free some room on the server.');
  return new StoreError('store/failed', message, 'Try again; if it stays so, look at the server.');
}

function exhausted(
  request: S3Request,
  { access, bucket }: { readonly access: S3Access; readonly bucket: string },
  outcome: Outcome,
  tries: number,
): StoreError {
  if ('answer' in outcome) {
    const { message, hint, code } = refusal(request, bucket, outcome.answer);
    return new StoreError(code, `${message} (${tries} tries)`, hint);
  }
  const { failure } = outcome;
  const why = networkReason(failure);
  const message = `Could not ${request.doing}: ${why} (${tries === 1 ? 'one try' : `${tries} tries`})`;
  return new StoreError('store/failed', message, networkHint(why, access), { cause: failure });
}

/** What no later try will change: a certificate that is not trusted, a host name that means nothing. */
function isForGood(failure: unknown): boolean {
  return certificate.test(networkReason(failure)) || /ENOTFOUND/.test(networkReason(failure));
}

const certificate = /certificate|self.signed|unable to verify/i;

function networkHint(why: string, { ca, caSetting = 'NODE_EXTRA_CA_CERTS', endpoint = '' }: S3Access): string {
  if (/wrong version number|packet length too long|http_?parser|Parse Error/i.test(why))
    return endpoint.startsWith('http:')
      ? 'The server seems to speak TLS: set `use_ssl: true`.'
      : 'The server seems to speak plain http: set `use_ssl: false`, if nobody else listens on the line.';
  if (/altnames|does not match certificate/i.test(why))
    return 'The certificate is for other names: write the endpoint as one of those, or give the server a certificate for this one.';
  if (/certificate has expired|not yet valid/i.test(why))
    return "Renew the server's certificate, or set this machine's clock.";
  if (certificate.test(why))
    return ca === undefined
      ? `The certificate is not one that this machine trusts: name the file of the authority that signed it in ${caSetting}.`
      : `The authority of ${caSetting} did not sign this certificate: name the file of the one that did.`;
  return 'Check the endpoint and `use_ssl`, and whether the server answers.';
}

/** Node's fetch hides the reason in causes. */
function networkReason(failure: unknown): string {
  for (let cause = failure; cause instanceof Error; cause = cause.cause)
    if (cause.cause === undefined && cause.message !== '') return cause.message;
  return String(failure);
}
