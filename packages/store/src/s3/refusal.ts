import { StoreError } from '../errors.ts';
import type { S3Access } from './access.ts';
import type { S3Answer, S3Request } from './exchange.ts';
import { xmlText } from './xml.ts';

/** The code of an S3 error document; undefined where the bytes are none. A success may carry one (copies, completed uploads). */
export function errorName(bytes: Uint8Array): string | undefined {
  if (bytes.length > 20_000) return undefined;
  const text = new TextDecoder().decode(bytes);
  return /<Error\b/.test(text) ? (xmlText(text, 'Code') ?? 'Unknown') : undefined;
}

const stale = /^(ExpiredToken|ExpiredTokenException|TokenRefreshRequired|RequestExpired)$/;

/** Whether an answer says that the keys have run out. */
export function isStale({ status, bytes }: S3Answer): boolean {
  return status >= 400 && stale.test(errorName(bytes) ?? '');
}

const otherRegion =
  /^(AuthorizationHeaderMalformed|PermanentRedirect|TemporaryRedirect|Redirect|IllegalLocationConstraintException)$/;
// The last one is versitygw's, with the status 404.
const wrongKeys = /^(InvalidAccessKeyId|InvalidTokenId|SignatureDoesNotMatch|InvalidToken|XAdminUserNotFound)$/;

/** What the server's answer means to a person; `more` ends the message. */
export function refusal(
  { doing, key }: Pick<S3Request, 'doing' | 'key'>,
  bucket: string,
  { status, bytes, headers }: S3Answer,
  more = '',
): StoreError {
  const text = new TextDecoder().decode(bytes.subarray(0, 20_000));
  const name =
    errorName(bytes) ?? headers.get('x-amz-error-code') ?? (status === 404 && key === '' ? 'NoSuchBucket' : '');
  const said = xmlText(text, 'Message') ?? '';
  const reason = [name === '' ? `HTTP ${status}` : name, said].filter((part) => part !== '').join(': ');
  const message = `Could not ${doing}: ${reason}${more}`;
  if (name === 'NoSuchBucket')
    return new StoreError(
      'store/not-found',
      message,
      `Make the bucket '${bucket}', or check its name, region and endpoint.`,
    );
  if (name === 'NoSuchUpload')
    return new StoreError('store/failed', message, 'Something took back the upload before its end: try again.');
  if (wrongKeys.test(name))
    return new StoreError(
      'store/denied',
      message,
      'Check key_id, secret and session_token, and that they are meant for this server.',
    );
  if (status === 404) return new StoreError('store/not-found', message, 'Check the key.');
  if (name === 'RequestTimeTooSkewed')
    return new StoreError(
      'store/denied',
      `${message}${skew(headers)}`,
      "Set this machine's clock: the server refuses requests that are minutes off.",
    );
  if (otherRegion.test(name) || (status >= 300 && status < 400))
    return new StoreError(
      'store/denied',
      message,
      regionHint(xmlText(text, 'Region') ?? headers.get('x-amz-bucket-region')),
    );
  if (stale.test(name))
    return new StoreError('store/denied', message, 'The keys have run out: sign in again, or renew session_token.');
  if (status === 401 || status === 403)
    return new StoreError('store/denied', message, 'Give these keys the right to list, read, write and delete there.');
  if (status === 507 || name === 'XMinioStorageFull')
    return new StoreError('store/full', message, 'Free some room on the server.');
  return new StoreError('store/failed', message, 'Try again; if it stays so, look at the server.');
}

function regionHint(region: string | null | undefined): string {
  return region === undefined || region === null
    ? 'Set the region of the secret to that of the bucket, and check its endpoint.'
    : `The bucket is in ${region}: set \`region: ${region}\` in the secret, and an endpoint of that region if one is named.`;
}

/** How far this machine's clock is off, by what the server wrote on its answer. */
function skew(headers: Headers): string {
  const ahead = Date.now() - Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(ahead)) return '';
  const minutes = Math.abs(ahead) / 60_000;
  return ` This machine's clock is ${minutes.toFixed(minutes < 10 ? 1 : 0)} minutes ${ahead > 0 ? 'ahead of' : 'behind'} the server's.`;
}

/** What it means that no answer came. */
export function unanswered(request: S3Request, access: S3Access, failure: unknown, tries: number): StoreError {
  const why = networkReason(failure);
  const message = `Could not ${request.doing}: ${why} (${tries === 1 ? 'one try' : `${tries} tries`})`;
  return new StoreError('store/failed', message, networkHint(why, access), { cause: failure });
}

/** What no later try will change: a certificate that is not trusted, a host name that means nothing. */
export function isForGood(failure: unknown): boolean {
  return certificate.test(networkReason(failure)) || /ENOTFOUND/.test(networkReason(failure));
}

const certificate = /certificate|self.signed|unable to verify/i;

function networkHint(why: string, { ca, caSetting = 'NODE_EXTRA_CA_CERTS', endpoint = '' }: S3Access): string {
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
  return 'Check the endpoint and `use_ssl`, and whether the server answers.';
}

/** Node's fetch hides the reason in causes. */
function networkReason(failure: unknown): string {
  for (let cause = failure; cause instanceof Error; cause = cause.cause)
    if (cause.cause === undefined && cause.message !== '') return cause.message;
  return String(failure);
}
