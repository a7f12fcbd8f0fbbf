import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer, type S3Answer, type S3Call, s3Error } from './answer.ts';
import type { Bucket } from './objects.ts';
import { type ServerKeys, signatureFault } from './signature.ts';

/**
 * What happens to a request instead of its answer: `reset` cuts the line before it is done, `lost` after, `torn` in the middle of the answer; `mute` and
 * `late` never answer, before it is done and after; a number is a status of trouble (503), an answer is what somebody on the way says, with the request
 * not done.
 */
export type Fault = 'reset' | 'lost' | 'torn' | 'mute' | 'late' | number | S3Answer;

export interface S3ServerOptions {
  /** Asked for every request that is signed well. */
  readonly fault?: (call: S3Call) => Fault | undefined;
  readonly now?: () => Date;
  /** Milliseconds that each answer waits. */
  readonly latency?: number;
  /** Speaks TLS with this certificate (PEM). */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** What becomes of `If-None-Match`: kept where absent, taken for nothing, or refused. */
  readonly conditions?: 'ignored' | 'refused';
  /** `BUCKET.domain` in the place of the host names the bucket, which the path then does not. */
  readonly domain?: string | undefined;
  /** The largest object that one request may copy, in bytes; S3's 5 GB where absent. */
  readonly largestCopy?: number;
}

/** An S3 server in this process, for tests: objects in memory, signatures checked, faults on demand. */
export interface S3Server {
  /** `http://127.0.0.1:PORT`, or https. */
  readonly endpoint: string;
  readonly keys: ServerKeys;
  readonly buckets: ReadonlyMap<string, Bucket>;
  /** Every request since the start: method and path. */
  readonly calls: readonly S3Call[];
  close(): Promise<void>;
}

export const testKeys: ServerKeys = { accessKeyId: 'tester', secretAccessKey: 'tester-secret', region: 'us-east-1' };

/** Starts a server with empty buckets of these names. */
export async function startS3Server(names: readonly string[], options: S3ServerOptions = {}): Promise<S3Server> {
  const buckets = new Map<string, Bucket>(names.map((name) => [name, { objects: new Map(), uploads: new Map() }]));
  const calls: S3Call[] = [];
  const listen = (request: IncomingMessage, response: ServerResponse): void => {
    void serve(request, response, { buckets, calls, options });
  };
  const server = options.tls === undefined ? createServer(listen) : createTlsServer(options.tls, listen);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const endpoint = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  return { endpoint, keys: testKeys, buckets, calls, close: () => closeServer(server) };
}

interface Serving {
  readonly buckets: ReadonlyMap<string, Bucket>;
  readonly calls: S3Call[];
  readonly options: S3ServerOptions;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { buckets, calls, options }: Serving,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const call = callOf(request, body, options.domain);
  const isHead = call.method === 'HEAD';
  const now = options.now?.() ?? new Date();
  const refused = signatureFault(request, body, testKeys, now);
  if (options.latency !== undefined) await sleep(options.latency);
  if (refused !== undefined) return send(response, refusalOf(refused, now), isHead);
  calls.push(call);
  const fault = options.fault?.(call);
  if (fault === 'mute') return;
  if (fault === 'reset') return void request.socket.destroy();
  if (typeof fault === 'number')
    return send(response, s3Error(fault, fault === 503 ? 'SlowDown' : 'InternalError'), isHead);
  if (typeof fault === 'object') return send(response, fault, isHead);
  const made = answer(buckets, call, {
    conditions: options.conditions ?? 'kept',
    now,
    largestCopy: options.largestCopy ?? 5 * 1024 ** 3,
  });
  if (fault === 'late') return;
  if (fault === 'lost') return void request.socket.destroy();
  if (fault !== 'torn') return send(response, made, isHead);
  response.writeHead(made.status, { ...made.headers, 'content-length': String(made.body.length) });
  response.write(made.body.subarray(0, Math.floor(made.body.length / 2)), () => request.socket.destroy());
}

function refusalOf(code: string, now: Date): S3Answer {
  const { body, headers, status } =
    code === 'AuthorizationHeaderMalformed' ? s3Error(400, code, { Region: testKeys.region }) : s3Error(403, code);
  return { status, body, headers: { ...headers, date: now.toUTCString() } };
}

function callOf(request: IncomingMessage, body: Uint8Array, domain: string | undefined): S3Call {
  const url = new URL(request.url ?? '/', 'http://server');
  const [host = ''] = (request.headers.host ?? '').split(':');
  const named = domain !== undefined && host.endsWith(`.${domain}`) ? `/${host.slice(0, -domain.length - 1)}` : '';
  const [, bucket = '', ...key] = (named + url.pathname).split('/');
  return {
    method: request.method ?? 'GET',
    bucket: decodeURIComponent(bucket),
    key: decodeURIComponent(key.join('/')),
    query: url.searchParams,
    headers: request.headers as Readonly<Record<string, string | undefined>>,
    body,
  };
}

function send(response: ServerResponse, { status, headers, body }: S3Answer, isHead = false): void {
  response.writeHead(status, { 'content-length': String(body.length), ...headers });
  response.end(isHead ? undefined : body);
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
}
