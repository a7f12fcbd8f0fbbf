import type { SendRequest } from './exchange.ts';

const known = new Map<string, Promise<SendRequest>>();

/** A `fetch` that trusts the certificates of a PEM text beside those that node does, which node's own takes from the environment alone. One for each text. */
export function trustingFetch(ca: string): Promise<SendRequest> {
  const made = known.get(ca) ?? makeFetch(ca);
  known.set(ca, made);
  return made;
}

async function makeFetch(ca: string): Promise<SendRequest> {
  const { Agent, fetch } = await import('undici');
  const dispatcher = new Agent({ connect: { ca: [...usualCertificates(), ca] } });
  const send: (url: string, init: object) => Promise<unknown> = (url, init) => fetch(url, { ...init, dispatcher });
  return send as SendRequest;
}

/** What node trusts by itself (PEM); NODE_EXTRA_CA_CERTS included where this version of node tells. */
export function usualCertificates(): readonly string[] {
  const tls = process.getBuiltinModule('node:tls');
  const { getCACertificates, rootCertificates } = tls as typeof tls & {
    readonly getCACertificates?: (type: 'default') => readonly string[];
  };
  return getCACertificates?.('default') ?? rootCertificates;
}
