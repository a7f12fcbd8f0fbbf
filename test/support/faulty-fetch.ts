import { httpClient } from '../../packages/store/src/remote/client.ts';
import type { SendRequest } from '../../packages/store/src/remote/exchange.ts';

/** What a request meets: nothing is done, or all is done and the answer is lost, broken off, or another one; or the server refuses. */
export type LineFault = 'reset' | 'lost' | 'torn' | 'bad gateway when done' | 429 | 503 | 412;

/** A client whose requests meet faults by their turn, in front of any server. */
export function faultyFetch(fault: (turn: number) => LineFault | undefined): SendRequest {
  const client = httpClient();
  let turn = 0;
  return async (url, init) => {
    const met = fault(turn++);
    if (met === 'reset') throw new TypeError('fetch failed', { cause: new Error('read ECONNRESET') });
    if (typeof met === 'number') return new Response('', { status: met });
    const answer = await client(url, init);
    if (met === undefined) return answer;
    const pieces: Uint8Array[] = [];
    for await (const piece of answer.body ?? []) pieces.push(piece);
    const bytes = new Uint8Array(Buffer.concat(pieces));
    if (met === 'bad gateway when done') return new Response('<html>Bad Gateway</html>', { status: 502 });
    if (met === 'lost' || bytes.length === 0 || init.method === 'HEAD') throw new TypeError('other side closed');
    const headers = new Headers(answer.headers);
    headers.set('content-length', String(bytes.length));
    return new Response(bytes.subarray(0, bytes.length - 1), { status: answer.status, headers });
  };
}
