import { Agent, type IncomingMessage, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { SendRequest } from './exchange.ts';

/** A line that nobody used for so long, in milliseconds, is given up before the server does: what is sent to a server that hangs up is lost. */
const idle = 4000;

const plain = new Agent({ keepAlive: true, timeout: idle });
const tls = new Map<string | undefined, TlsAgent>();

/**
 * Sends requests by lines that stay open; trusts the certificates of a PEM text beside those that node does. Of node's own clients the one that costs least:
 * `fetch` takes twice the time of a processor for a small object.
 */
export function httpClient(ca?: string): SendRequest {
  return (url, { body, headers, method, signal }) =>
    new Promise((answered, failed) => {
      const isTls = url.startsWith('https:');
      const options = { method, headers, signal, agent: isTls ? tlsAgent(ca) : plain };
      const sent = isTls ? tlsRequest(url, options) : request(url, options);
      sent.on('response', (message) => answered(answerOf(message)));
      sent.on('error', failed);
      sent.end(body);
    });
}

function tlsAgent(ca: string | undefined): TlsAgent {
  const trusted = ca === undefined ? {} : { ca: [...usualCertificates(), ca] };
  const agent = tls.get(ca) ?? new TlsAgent({ keepAlive: true, timeout: idle, ...trusted });
  tls.set(ca, agent);
  return agent;
}

function answerOf(message: IncomingMessage): Awaited<ReturnType<SendRequest>> {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(message.headersDistinct))
    for (const value of values) headers.append(name, value);
  return { status: message.statusCode ?? 0, headers, body: message };
}

/** What node trusts by itself (PEM); NODE_EXTRA_CA_CERTS included where this version of node tells. */
export function usualCertificates(): readonly string[] {
  const tls = process.getBuiltinModule('node:tls');
  const { getCACertificates, rootCertificates } = tls as typeof tls & {
    readonly getCACertificates?: (type: 'default') => readonly string[];
  };
  return getCACertificates?.('default') ?? rootCertificates;
}
