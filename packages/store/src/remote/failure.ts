import { StoreError } from '../errors.ts';
import type { Line } from './exchange.ts';

/** What it means that no answer came. */
export function unanswered(doing: string, line: Line, failure: unknown, tries: number): StoreError {
  const why = networkReason(failure);
  const message = `Could not ${doing}: ${why} (${tries === 1 ? 'one try' : `${tries} tries`})`;
  return new StoreError('store/failed', message, networkHint(why, line), { cause: failure });
}

/** What no later try will change: a certificate that is not trusted, a host name that means nothing. */
export function isForGood(failure: unknown): boolean {
  return certificate.test(networkReason(failure)) || /ENOTFOUND/.test(networkReason(failure));
}

const certificate = /certificate|self.signed|unable to verify/i;

function networkHint(why: string, { ca, caSetting = 'NODE_EXTRA_CA_CERTS', endpoint = '' }: Line): string {
  if (/wrong version number|packet length too long|http_?parser|Parse Error/i.test(why))
    return endpoint.startsWith('http:')
      ? 'The server seems to speak TLS: set `use_ssl: true`.'
      : 'The server seems to speak plain http: set `use_ssl: false`, if nobody else listens on the line.';
  if (/altnames|does not match certificate/i.test(why))
    return 'The certificate is for other names: write the endpoint as one of those, or give the server a certificate for this one.';
  if (/certificate has expired|not yet valid/i.test(why))
    return "Renew the server's certificate, or set this machine's clock.";
  if (certificate.test(why))
    return ca === undefined
      ? `The certificate is not one that this machine trusts: name the file of the authority that signed it in ${caSetting}.`
      : `The authority of ${caSetting} did not sign this certificate: name the file of the one that did.`;
  if (/ENOTFOUND/.test(why) && endpoint !== '')
    return "Check the endpoint. A server of one's own mostly wants `url_style: path`: then the bucket is no part of its name.";
  return 'Check the endpoint and `use_ssl`, and whether the server answers.';
}

/** Node's fetch hides the reason in causes. */
function networkReason(failure: unknown): string {
  for (let cause = failure; cause instanceof Error; cause = cause.cause)
    if (cause.cause === undefined && cause.message !== '') return cause.message;
  return String(failure);
}
