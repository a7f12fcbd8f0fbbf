import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GcsAccess } from '../../packages/store/src/gcs/access.ts';
import { temporaryFolder } from '../support/temporary-project.ts';
import { findFakeGcs } from './peers.ts';
import { startProgram } from './real-server.ts';

/** A server of Google Cloud Storage's own interface with an empty bucket `lake`. */
export interface FakeGcs {
  readonly endpoint: string;
  readonly access: GcsAccess;
  close(): Promise<void>;
}

/** Starts fake-gcs-server, which asks nobody who he is and keeps everything in memory, behind a server that does what it lacks. */
export async function startFakeGcs(): Promise<FakeGcs> {
  const program = await findFakeGcs();
  const emulator = await startProgram({
    ...{ folder: temporaryFolder('fake-gcs'), secure: false, env: {} },
    command: (port) => [
      ...[program, '-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-backend', 'memory'],
      // Who reads by the XML interface names it.
      ...['-public-host', `127.0.0.1:${port}`],
    ],
  });
  const body = JSON.stringify({ name: 'lake' });
  const made = await fetch(`${emulator.endpoint}/storage/v1/b?project=test`, { method: 'POST', body });
  if (!made.ok) throw new Error(`fake-gcs-server made no bucket: ${made.status} ${await made.text()}`);
  const answer = inFront(emulator.endpoint);
  const front = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((ready) => front.listen(0, '127.0.0.1', ready));
  const endpoint = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    front.close();
    front.closeAllConnections();
    await emulator.close();
  };
  return { endpoint, access: { endpoint, credentials: () => null }, close };
}

/**
 * What Google does and the emulator does not: it passes over the bytes of an upload that it has already, where the emulator appends them once more
 * (https://cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload), and its XML interface
 * takes objects, as DuckDB sends them.
 */
function inFront(emulator: string): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const known = new Map<string, number>();
  return async (request, response) => {
    const url = new URL(request.url ?? '/', emulator);
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const [, bucket = '', key = ''] = /^\/([^/]+)\/(.+)$/.exec(url.pathname) ?? [];
    if (request.method === 'PUT' && key !== '' && !url.pathname.startsWith('/upload/')) {
      const name = encodeURIComponent(decodeURIComponent(key));
      const target = `${emulator}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${name}`;
      const { status } = await fetch(target, { method: 'POST', body });
      response.writeHead(status, { etag: '"1"' }).end();
      return;
    }
    const upload = url.searchParams.get('upload_id') ?? '';
    const [, , end, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(request.headers['content-range'] ?? '') ?? [];
    const has = known.get(upload) ?? 0;
    if (has > Number(end) && has < Number(total)) {
      response.writeHead(308, { range: `bytes=0-${has - 1}` }).end();
      return;
    }
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === 'string' && !/^(host|connection|content-length|transfer-encoding)$/.test(name)
        ? [[name, value] as [string, string]]
        : [],
    );
    const { method = 'GET' } = request;
    const answer = await fetch(url, { method, headers, ...(body.length > 0 && { body }), redirect: 'manual' });
    if (answer.status === 308) known.set(upload, Number(end) + 1);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const given = [...answer.headers].filter(([name]) => !/^(connection|transfer-encoding)$/.test(name));
    response.writeHead(answer.status, Object.fromEntries(given));
    response.end(method === 'HEAD' ? undefined : bytes);
  };
}
