import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { metered, newMeters, type Traffic } from '@eider/store';

/** An object as the gate hands it out. */
export interface ServedObject {
  readonly bytes: number;
  /** The bytes from `start` up to and without `end`, in pieces. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}

/**
 * A server of this process, for its own DuckDB alone: it answers what httpfs asks of a bucket, and the extension azure of a container, HEAD and GET, with what `find` gives. So statements, views
 * and errors name objects by their URIs, wherever the bytes come from.
 */
export interface Gate {
  /** `127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** Who does not know it gets nothing: the id of the key that requests are signed with. */
  readonly key: string;
  /** What was asked of servers to answer requests for a URL, since the last call; undefined where the URL is not this server's. */
  fetched(url: string): Traffic | undefined;
  close(): void;
}

/** `find` gives undefined for an object that is not there. What it throws is answered with 503 and its message. */
export async function openGate(
  find: (bucket: string, key: string) => Promise<ServedObject | undefined>,
): Promise<Gate> {
  const key = randomBytes(18).toString('hex');
  const meters = newMeters();
  const server = createServer((request, response) => {
    const answered = metered(meters.of(request.url ?? '/'), () => answer(request, response, key, find));
    void answered.catch((cause: unknown) => {
      if (response.headersSent) return void response.destroy();
      refuse(response, 503, cause instanceof Error ? cause.message : String(cause));
    });
  });
  await new Promise<void>((ready, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', ready);
  });
  server.unref();
  // A line that is kept open holds up no process.
  server.on('connection', (socket) => socket.setNoDelay(true).unref());
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `127.0.0.1:${port}`,
    key,
    fetched: (url) => {
      const own = `http://127.0.0.1:${port}`;
      return url.startsWith(`${own}/`) ? meters.take(url.slice(own.length)) : undefined;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  key: string,
  find: (bucket: string, key: string) => Promise<ServedObject | undefined>,
): Promise<void> {
  request.resume();
  if (!isOwn(request.headers.authorization, key)) return refuse(response, 403, 'AccessDenied');
  const url = new URL(request.url ?? '/', 'http://gate');
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead || url.searchParams.size > 0)
    return refuse(response, 501, 'Objects of a lake are read one by one, and written by eider alone.');
  const [, bucket = '', ...parts] = url.pathname.split('/').map(decodeURIComponent);
  const found = await find(bucket, parts.join('/'));
  if (found === undefined) return refuse(response, 404, 'NoSuchKey');
  const { bytes } = found;
  const asked = request.headers['x-ms-range'] ?? request.headers.range;
  const range = rangeOf(typeof asked === 'string' ? asked : undefined, bytes);
  const isAzure = request.headers.authorization?.startsWith('SharedKey ') === true;
  response.sendDate = isAzure;
  const headers = {
    ...{ 'accept-ranges': 'bytes', etag: `"${bytes}"`, 'last-modified': never },
    ...(isAzure ? ofAzure : {}),
  };
  if (range === 'beyond') {
    response.writeHead(416, { ...headers, 'content-range': `bytes */${bytes}` }).end();
    return;
  }
  const [start, end] = range ?? [0, bytes];
  const partly = range === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${bytes}` };
  response.writeHead(range === undefined ? 200 : 206, { ...headers, ...partly, 'content-length': String(end - start) });
  if (request.method === 'HEAD') response.end();
  else if (end - start > inOnePiece) await pipeline(found.read(start, end), response);
  else {
    const pieces: Uint8Array[] = [];
    for await (const piece of found.read(start, end)) pieces.push(piece);
    response.end(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces));
  }
}

/** Bytes of an answer that is not worth a stream: DuckDB asks for footers more often than for anything else. */
const inOnePiece = 1024 * 1024;

const never = new Date(0).toUTCString();

/** What Azure's library reads of each answer. */
const ofAzure = {
  ...{ 'x-ms-blob-type': 'BlockBlob', 'x-ms-creation-time': never, 'x-ms-version': '2021-12-02' },
  ...{ 'x-ms-server-encrypted': 'true', 'x-ms-request-id': '0' },
  ...{ 'x-ms-lease-status': 'unlocked', 'x-ms-lease-state': 'available' },
};

/** First byte and the one behind the last, of `bytes=1-5`, `bytes=1-` or `bytes=-5`; undefined for the whole object. */
function rangeOf(text: string | undefined, bytes: number): readonly [number, number] | 'beyond' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(text ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') return [Math.max(0, bytes - Number(last)), bytes];
  if (Number(first) >= bytes) return 'beyond';
  return [Number(first), last === '' ? bytes : Math.min(bytes, Number(last) + 1)];
}

/** Requests are signed with the key's id: as S3 does it, or as Azure does with the name of an account. */
function isOwn(authorization = '', key: string): boolean {
  return authorization.includes(`Credential=${key}/`) || authorization.startsWith(`SharedKey ${key}:`);
}

function refuse(response: ServerResponse, status: number, text: string): void {
  const escaped = text.replace(/[<&>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<Error><Code>${/^\w+$/.test(text) ? text : 'Refused'}</Code><Message>${escaped}</Message></Error>`);
}
