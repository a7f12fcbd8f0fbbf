import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreError } from '../errors.ts';
import { countTry } from '../traffic.ts';
import { httpClient } from './client.ts';
import type { Line, RemoteAnswer, RemoteRequest, RemoteResponse, Sender, SentAnswer, SentRequest } from './exchange.ts';
import { isForGood, unanswered } from './failure.ts';

/** What one protocol of buckets says otherwise than another; `K` is what requests are signed with. */
export interface Protocol<R extends RemoteRequest, K> {
  /** Asked before each try, so that expiring keys may be renewed. */
  readonly keys: () => Promise<K> | K;
  /** Keys in the place of those that the server says have run out; undefined where there are no others. */
  readonly renewed: (stale: K) => Promise<K | undefined>;
  /** The request as it goes over the line. */
  readonly prepare: (request: R, keys: K) => Promise<PreparedRequest> | PreparedRequest;
  /** The server's name of what is wrong; undefined for an answer that tells of nothing wrong, or has no name for it. */
  readonly errorName: (request: R, answer: RemoteAnswer) => string | undefined;
  /** Names of what a later try may not meet, status 408, 429 and 5xx apart. */
  readonly passing: RegExp;
  /** Names that say that the keys have run out. */
  readonly stale: RegExp;
  /** Asks why a request was refused whose answer has no room for it. */
  readonly explaining?: (request: R) => R | undefined;
  /** What an answer means to a person; `more` ends the message. */
  readonly refusal: (request: R, answer: RemoteAnswer, more: string) => StoreError;
}

export type PreparedRequest = Omit<SentRequest, 'signal'> & { readonly url: string };

const defaultWaits = [50, 150, 400, 1000, 2500, 5000];

/** Milliseconds without a byte after which a try is over, and those after which no other one begins. */
const [defaultTimeout, defaultPatience] = [60_000, 120_000];

/** Bytes in a millisecond that the slowest line is given time for. */
const slowest = 100;

/** Server errors that stay: what it does not do, and a full disk. */
const lasting = new Set([501, 505, 507]);

type Outcome = { readonly answer: RemoteAnswer } | { readonly failure: unknown };

/** Sends requests by a protocol, as often as it takes. Every bucket of every sort is asked by this function. */
export function remoteSender<R extends RemoteRequest, K>(protocol: Protocol<R, K>, line: Line): Sender<R> {
  const { patience = defaultPatience, waits = defaultWaits } = line;
  return async (request) => {
    const end = performance.now() + patience;
    let keys = await protocol.keys();
    let repeated = false;
    for (let turn = 0; ; turn++) {
      const outcome = await explained(protocol, line, request, keys);
      if ('answer' in outcome && !isPassing(protocol, request, outcome.answer)) {
        const { answer } = outcome;
        const fresh = isStale(protocol, request, answer) ? await protocol.renewed(keys) : undefined;
        if (fresh === undefined) return settled(protocol, request, { ...answer, repeated });
        keys = fresh;
        continue;
      }
      const wait = isOver(request, outcome) ? undefined : waits[turn];
      if (wait === undefined || performance.now() + wait > end) {
        if ('failure' in outcome) throw unanswered(request.doing, line, outcome.failure, turn + 1);
        throw protocol.refusal(request, outcome.answer, ` (${turn + 1} tries)`);
      }
      repeated ||= !('answer' in outcome) || outcome.answer.status >= 500;
      await sleep(wait * (0.5 + Math.random() / 2));
      keys = await protocol.keys();
    }
  };
}

function isOver({ once = false }: RemoteRequest, outcome: Outcome): boolean {
  return once || ('failure' in outcome && isForGood(outcome.failure));
}

async function attempt<R extends RemoteRequest, K>(
  protocol: Protocol<R, K>,
  line: Line,
  request: R,
  keys: K,
): Promise<Outcome> {
  const { url, ...prepared } = await protocol.prepare(request, keys);
  const quiet = line.timeout ?? defaultTimeout;
  const silence = new AbortController();
  const end = (): void => silence.abort(new Error(`no answer within ${quiet / 1000} s`));
  const bytesSent = request.body?.length ?? 0;
  const timer = setTimeout(end, quiet + Math.ceil(bytesSent / slowest));
  const began = performance.now();
  let bytesReceived = 0;
  const onBytes = (count: number): void => {
    bytesReceived += count;
    timer.refresh();
  };
  try {
    const send = line.fetch ?? httpClient(line.ca);
    const response = await send(url, { ...prepared, signal: silence.signal });
    // The body may break off as well: then the answer was not one.
    return { answer: await whole(response, request, onBytes) };
  } catch (failure) {
    return { failure: silence.signal.aborted ? silence.signal.reason : failure };
  } finally {
    clearTimeout(timer);
    countTry({ bytesSent, bytesReceived, requestMs: performance.now() - began });
  }
}

/** An attempt; where the answer has no room for what is wrong, it is said to who asks in another way. */
async function explained<R extends RemoteRequest, K>(
  protocol: Protocol<R, K>,
  line: Line,
  request: R,
  keys: K,
): Promise<Outcome> {
  const outcome = await attempt(protocol, line, request, keys);
  if ('failure' in outcome || isAsWanted(protocol, request, outcome.answer)) return outcome;
  const why = protocol.explaining?.(request);
  if (why === undefined) return outcome;
  const said = await attempt(protocol, line, why, keys);
  // What is not there tells nothing, nor does an empty object, of which no byte can be asked for.
  if (!('answer' in said) || said.answer.status === 404 || said.answer.status === 416) return outcome;
  return protocol.errorName(why, said.answer) === undefined ? outcome : said;
}

/** Throws where fewer bytes came than were announced. `onBytes` is told of the bytes of each piece. */
async function whole(
  response: SentAnswer,
  { method }: RemoteRequest,
  onBytes: (count: number) => void,
): Promise<RemoteAnswer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body ?? []) {
    pieces.push(piece);
    onBytes(piece.length);
  }
  const bytes = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  const announced = response.headers.get('content-length');
  const isEncoded = response.headers.has('content-encoding');
  if (method !== 'HEAD' && !isEncoded && announced !== null && Number(announced) !== bytes.length)
    throw new Error(`the answer broke off after ${bytes.length} of ${announced} bytes`);
  return { status: response.status, headers: response.headers, bytes };
}

function isPassing<R extends RemoteRequest, K>(protocol: Protocol<R, K>, request: R, answer: RemoteAnswer): boolean {
  const { status } = answer;
  if (status === 408 || status === 429 || (status >= 500 && !lasting.has(status))) return true;
  // Nobody set a condition: something on the way made this up.
  if (status === 412 && request.accept?.includes(412) !== true) return true;
  if (isAsWanted(protocol, request, answer)) return false;
  const name = protocol.errorName(request, answer);
  // What even the way of asking why tells nothing about.
  if (name === undefined) return protocol.explaining?.(request) !== undefined;
  return protocol.passing.test(name);
}

function isStale<R extends RemoteRequest, K>(protocol: Protocol<R, K>, request: R, answer: RemoteAnswer): boolean {
  return answer.status >= 400 && protocol.stale.test(protocol.errorName(request, answer) ?? '');
}

function settled<R extends RemoteRequest, K>(
  protocol: Protocol<R, K>,
  request: R,
  answer: RemoteResponse,
): RemoteResponse {
  if (!isAsWanted(protocol, request, answer)) throw protocol.refusal(request, answer, '');
  return answer;
}

function isAsWanted<R extends RemoteRequest, K>(protocol: Protocol<R, K>, request: R, answer: RemoteAnswer): boolean {
  const { status } = answer;
  if (request.accept?.includes(status)) return true;
  const name = protocol.errorName(request, answer);
  if (name !== undefined) return request.accept?.includes(name) === true;
  return status >= 200 && status < 300;
}
