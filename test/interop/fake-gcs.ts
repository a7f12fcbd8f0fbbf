import type { GcsAccess } from '../../packages/store/src/gcs/access.ts';
import type { SendRequest } from '../../packages/store/src/remote/exchange.ts';
import { temporaryFolder } from '../support/temporary-project.ts';
import { findFakeGcs } from './peers.ts';
import { startProgram } from './real-server.ts';

/** A server of Google Cloud Storage's own interface with an empty bucket `lake`. */
export interface FakeGcs {
  readonly endpoint: string;
  readonly access: GcsAccess & { readonly fetch: SendRequest };
  close(): void;
}

/** Starts fake-gcs-server, which asks nobody who he is and keeps everything in memory. */
export async function startFakeGcs(): Promise<FakeGcs> {
  const program = await findFakeGcs();
  const { close, endpoint } = await startProgram({
    ...{ folder: temporaryFolder('fake-gcs'), secure: false, env: {} },
    command: (port) => [program, '-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-backend', 'memory'],
  });
  const body = JSON.stringify({ name: 'lake' });
  const made = await fetch(`${endpoint}/storage/v1/b?project=test`, { method: 'POST', body });
  if (!made.ok) throw new Error(`fake-gcs-server made no bucket: ${made.status} ${await made.text()}`);
  return { endpoint, access: { endpoint, credentials: () => null, fetch: passingOver() }, close };
}

/**
 * Google passes over the bytes of an upload that it has already (https://cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload); this server
 * appends them once more, so they are taken off on the way.
 */
function passingOver(): SendRequest {
  const has = new Map<string, number>();
  return async (url, init) => {
    const upload = new URL(url).searchParams.get('upload_id');
    const [, start, end, total] =
      /^bytes (\d+)-(\d+)\/(\d+)$/.exec(new Headers(init.headers).get('content-range') ?? '') ?? [];
    if (upload === null || start === undefined) return await fetch(url, init);
    const known = has.get(upload) ?? 0;
    if (known > Number(end) && known < Number(total))
      return new Response(null, { status: 308, headers: { range: `bytes=0-${known - 1}` } });
    const answer = await fetch(url, init);
    if (answer.status === 308) has.set(upload, Number(end) + 1);
    return answer;
  };
}
