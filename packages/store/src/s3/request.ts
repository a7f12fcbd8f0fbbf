import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { type S3Access, s3Query, s3Url } from './access.ts';
import type { S3Credentials } from './aws-credentials.ts';
import type { S3Answer, S3Request, S3Response, S3Sender } from './exchange.ts';
import { errorName, isForGood, isStale, refusal, unanswered } from './refusal.ts';
import { trustingFetch } from './trusting-fetch.ts';

const defaultWaits = [50, 150, 400, 1000, 2500, 5000];

/** Milliseconds without a byte after which a try is over, and those after which no other one begins. */
const [defaultTimeout, defaultPatience] = [60_000, 120_000];

/** Bytes in a millisecond that the slowest line is given time for. */
const slowest = 100;

/** Errors in the body that a later try may not meet. */
const passing =
  /^(SlowDown|InternalError|ServiceUnavailable|RequestTimeout|OperationAborted|ConditionalRequestConflict)$/;

/** Server errors that stay: what it does not do, and a full disk. */
const lasting = new Set([501, 505, 507]);

export function s3Sender(access: S3Access, bucket: string): S3Sender {
  const { patience = defaultPatience, waits = defaultWaits } = access;
  return async (request) => {
    const end = performance.now() + patience;
    let keys = await access.credentials();
    let repeated = false;
    for (let turn = 0; ; turn++) {
      const outcome = await explained(access, bucket, request, keys);
      if ('answer' in outcome && !isPassing(request, outcome.answer)) {
        const fresh = isStale(outcome.answer) ? await otherKeys(access, keys) : undefined;
        if (fresh === undefined) return settled(request, bucket, { ...outcome.answer, repeated });
        keys = fresh;
        continue;
      }
      const wait = isOver(request, outcome) ? undefined : waits[turn];
      if (wait === undefined || performance.now() + wait > end) {
        if ('failure' in outcome) throw unanswered(request, access, outcome.failure, turn + 1);
        throw refusal(request, bucket, outcome.answer, ` (${turn + 1} tries)`);
      }
      repeated ||= !('answer' in outcome) || outcome.answer.status >= 500;
      await sleep(wait * (0.5 + Math.random() / 2));
      keys = await access.credentials();
    }
  };
}

type Keys = S3Credentials | null;
type Outcome = { readonly answer: S3Answer } | { readonly failure: unknown };

function isOver({ once = false }: S3Request, outcome: Outcome): boolean {
  return once || ('failure' in outcome && isForGood(outcome.failure));
}

/** Keys in the place of those that the server says have run out; undefined where there are no others. */
async function otherKeys(access: S3Access, stale: Keys): Promise<Keys | undefined> {
  const found = stale === null ? null : await access.credentials(stale);
  return found === null || found.accessKeyId + found.sessionToken === `${stale?.accessKeyId}${stale?.sessionToken}`
    ? undefined
    : found;
}

async function attempt(access: S3Access, bucket: string, request: S3Request, keys: Keys): Promise<Outcome> {
  const { url, ...signed } = await sign(access, bucket, request, keys);
  const quiet = access.timeout ?? defaultTimeout;
  const silence = new AbortController();
  const end = (): void => silence.abort(new Error(`no answer within ${quiet / 1000} s`));
  const timer = setTimeout(end, quiet + Math.ceil((request.body?.length ?? 0) / slowest));
  try {
    const send = access.fetch ?? (access.ca === undefined ? fetch : await trustingFetch(access.ca));
    // Who follows a redirection asks another server with a signature that was made for this one.
    const response = await send(url, { ...signed, redirect: 'manual', signal: silence.signal });
    // The body may break off as well: then the answer was not one.
    return { answer: await whole(response, request, () => timer.refresh()) };
  } catch (failure) {
    return { failure: silence.signal.aborted ? silence.signal.reason : failure };
  } finally {
    clearTimeout(timer);
  }
}

/** An attempt. The answer to HEAD has no body: what is wrong is said to who reads. */
async function explained(access: S3Access, bucket: string, request: S3Request, keys: Keys): Promise<Outcome> {
  const outcome = await attempt(access, bucket, request, keys);
  if (request.method !== 'HEAD' || 'failure' in outcome || isAsWanted(request, outcome.answer)) return outcome;
  const said = await attempt(access, bucket, { ...request, method: 'GET', headers: { range: 'bytes=0-0' } }, keys);
  return 'answer' in said && errorName(said.answer.bytes) !== undefined && said.answer.status !== 404 ? said : outcome;
}

async function sign(
  access: S3Access,
  bucket: string,
  { method, key, query = {}, headers = {}, body }: S3Request,
  credentials: Keys,
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

/** Throws where fewer bytes came than were announced. `onBytes` is told of each piece. */
async function whole(response: Response, { method }: S3Request, onBytes: () => void): Promise<S3Answer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body ?? []) {
    pieces.push(piece);
    onBytes();
  }
  const bytes = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  const announced = response.headers.get('content-length');
  const isEncoded = response.headers.has('content-encoding');
  if (method !== 'HEAD' && !isEncoded && announced !== null && Number(announced) !== bytes.length)
    throw new Error(`the answer broke off after ${bytes.length} of ${announced} bytes`);
  return { status: response.status, headers: response.headers, bytes };
}

function isPassing(request: S3Request, answer: S3Answer): boolean {
  const { bytes, status } = answer;
  if (status === 408 || status === 429 || (status >= 500 && !lasting.has(status))) return true;
  // Nobody set a condition: something on the way made this up.
  if (status === 412 && request.accept?.includes(412) !== true) return true;
  // A HEAD that reading tells nothing about.
  if (request.method === 'HEAD' && !isAsWanted(request, answer) && errorName(bytes) === undefined) return true;
  return (status === 409 || status === 400 || answersWithDocument(request)) && passing.test(errorName(bytes) ?? '');
}

/** Whether the body of a success is the server's own document rather than an object. */
function answersWithDocument({ method }: S3Request): boolean {
  return method === 'PUT' || method === 'POST';
}

function settled(request: S3Request, bucket: string, answer: S3Response): S3Response {
  if (!isAsWanted(request, answer)) throw refusal(request, bucket, answer);
  return answer;
}

function isAsWanted(request: S3Request, { bytes, status }: S3Answer): boolean {
  if (request.accept?.includes(status)) return true;
  return status >= 200 && status < 300 && !(answersWithDocument(request) && errorName(bytes) !== undefined);
}
