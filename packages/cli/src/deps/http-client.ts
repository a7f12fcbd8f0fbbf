import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { EiderError, error, withoutPassword } from '@eider/core';

/** Asks a server, again and again where it does not answer. */
export interface HttpClient {
  /** The JSON of an address; null where there is nothing (404). */
  json(url: string): Promise<unknown>;
  /** Writes what an address gives to a file. */
  download(url: string, path: string): Promise<void>;
  close(): Promise<void>;
}

export interface HttpOptions {
  /** Told before each question, and of each answer. */
  readonly onRequest: (text: string) => void;
  /** Milliseconds between two attempts. Default: one second, as dbt. */
  readonly pause?: number;
}

/** As often as dbt asks. */
const attempts = 6;
const patience = 30_000;
/** No package is as large. */
const mostBytes = 512 * 1024 * 1024;

/** What may pass by itself. */
class Passing extends Error {}

/** A client that goes through the proxies which `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` name. Methods throw EiderError with `package/unreachable`. */
export async function createHttpClient(options: HttpOptions): Promise<HttpClient> {
  const { EnvHttpProxyAgent, fetch } = await import('undici');
  const agent = new EnvHttpProxyAgent({
    connect: { timeout: patience },
    headersTimeout: patience,
    bodyTimeout: patience,
  });
  const ask = async <T>(written: string, use: (response: Response) => Promise<T>): Promise<T> => {
    const { url, headers } = withoutCredentials(written);
    options.onRequest(`GET ${url}`);
    const response = (await fetch(url, { headers, dispatcher: agent })) as unknown as Response;
    options.onRequest(`${response.status} ${url}`);
    if (response.status >= 500 || response.status === 429) throw new Passing(`HTTP status ${response.status}`);
    return use(response);
  };
  return {
    json: (url) =>
      persist(url, options, () =>
        ask(url, async (response) => {
          if (response.status === 404) return null;
          if (!response.ok) throw refused(url, response.status);
          return jsonOf(await response.text());
        }),
      ),
    download: (url, path) =>
      persist(url, options, () =>
        ask(url, async (response) => {
          if (!response.ok || response.body === null) throw refused(url, response.status);
          const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
          await pipeline(body, atMost(url), createWriteStream(path));
        }),
      ),
    close: () => agent.close(),
  };
}

/** `user:password@` goes into a header: fetch takes no such address. */
function withoutCredentials(written: string): { readonly url: string; readonly headers: Record<string, string> } {
  if (!/^https?:\/\//i.test(written) || !URL.canParse(written)) {
    const message = `${withoutPassword(written)} is no address of a server.`;
    const hint = 'Write an address that begins with https://; a folder on this machine is `local:`.';
    throw new EiderError([error('package/invalid', message, { hint })]);
  }
  const url = new URL(written);
  const headers: Record<string, string> = { 'user-agent': 'eider' };
  if (url.username !== '' || url.password !== '') {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
    url.username = '';
    url.password = '';
  }
  return { url: url.href, headers };
}

/** Repeats what fails for a reason that may pass: no answer, a broken one, an overloaded server. */
async function persist<T>(url: string, { pause = 1000 }: HttpOptions, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (failure) {
      if (failure instanceof EiderError) throw failure;
      if (attempt === attempts) throw unreachable(url, reasonOf(failure));
      await wait(pause);
    }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Passing('the answer is no JSON');
  }
}

function atMost(url: string): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes <= mostBytes) return done(null, chunk);
      const message = `${withoutPassword(url)} is larger than ${mostBytes / 1024 / 1024} MB.`;
      done(new EiderError([error('package/invalid', message, { hint: 'Get the package by `git:` or `local:`.' })]));
    },
  });
}

function refused(url: string, status: number): EiderError {
  const message = `${withoutPassword(url)} cannot be read: the server answers with HTTP status ${status}.`;
  const hint =
    status === 401 || status === 403
      ? "Check the credentials: https://user:{{ env_var('DBT_ENV_SECRET_TOKEN') }}@host/…"
      : 'Check the address.';
  return new EiderError([error('package/unreachable', message, { hint })]);
}

function unreachable(url: string, reason: string): EiderError {
  const message = `${withoutPassword(url)} cannot be read, after ${attempts} attempts: ${reason}.`;
  const hint = 'Check the network; proxies are taken from HTTPS_PROXY, HTTP_PROXY and NO_PROXY.';
  return new EiderError([error('package/unreachable', message, { hint })]);
}

/** fetch says "fetch failed", and why one or more causes deep. */
function reasonOf(failure: unknown): string {
  const { cause, message } = failure as Error;
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0]);
  return cause instanceof Error ? reasonOf(cause) : message || String((failure as NodeJS.ErrnoException).code);
}
