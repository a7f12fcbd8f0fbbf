import type { StoreError } from '../errors.ts';
import type { RemoteAnswer } from '../remote/exchange.ts';
import { type Meaning, refusalOf, type Said, takenBack, wrongClock } from '../remote/refusal.ts';
import { xmlText } from '../remote/xml.ts';
import type { S3Request } from './request.ts';

/** The code of an S3 error document; undefined where the bytes are none. A success may carry one (copies, completed uploads). */
export function errorName(bytes: Uint8Array): string | undefined {
  if (bytes.length > 20_000) return undefined;
  const text = new TextDecoder().decode(bytes);
  return /<Error\b/.test(text) ? (xmlText(text, 'Code') ?? 'Unknown') : undefined;
}

/** Whether a name says that the keys have run out. */
export const stale: RegExp = /^(ExpiredToken|ExpiredTokenException|TokenRefreshRequired|RequestExpired)( |$)/;

/** What the server's answer means to a person; `more` ends the message. */
export function refusal(
  { doing, key }: Pick<S3Request, 'doing' | 'key'>,
  bucket: string,
  answer: RemoteAnswer,
  more = '',
): StoreError {
  const { status, bytes, headers } = answer;
  const body = new TextDecoder().decode(bytes.subarray(0, 20_000));
  const name =
    errorName(bytes) ?? headers.get('x-amz-error-code') ?? (status === 404 && key === '' ? 'NoSuchBucket' : '');
  const said = { name, headers, body, text: xmlText(body, 'Message') ?? '' };
  return refusalOf({ doing, more, meanings: meanings(bucket) }, said, answer);
}

function meanings(bucket: string): readonly Meaning[] {
  return [
    {
      when: /^NoSuchBucket /,
      code: 'store/not-found',
      hint: `Make the bucket '${bucket}', or check its name, region and endpoint.`,
    },
    { when: /^NoSuchUpload /, ...takenBack },
    {
      // The last one is versitygw's, with the status 404.
      when: /^(InvalidAccessKeyId|InvalidTokenId|SignatureDoesNotMatch|InvalidToken|XAdminUserNotFound) /,
      code: 'store/denied',
      hint: 'Check key_id, secret and session_token, and that they are meant for this server.',
    },
    { when: / 404$/, code: 'store/not-found', hint: 'Check the key.' },
    { when: /^RequestTimeTooSkewed /, ...wrongClock },
    {
      when: /^(AuthorizationHeaderMalformed|PermanentRedirect|TemporaryRedirect|Redirect|IllegalLocationConstraintException) | 3\d\d$/,
      code: 'store/denied',
      hint: regionHint,
    },
    {
      when: stale,
      code: 'store/denied',
      hint: 'The keys have run out: sign in again, or renew session_token.',
    },
    { when: /^XMinioStorageFull /, code: 'store/full', hint: 'Free some room on the server.' },
  ];
}

function regionHint({ body, headers }: Said): string {
  const region = xmlText(body, 'Region') ?? headers.get('x-amz-bucket-region');
  return region === null
    ? 'Set the region of the secret to that of the bucket, and check its endpoint.'
    : `The bucket is in ${region}: set \`region: ${region}\` in the secret, and an endpoint of that region if one is named.`;
}
