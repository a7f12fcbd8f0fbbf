import type { StoreError } from '../errors.ts';
import type { RemoteAnswer } from '../remote/exchange.ts';
import { type Meaning, refusalOf, takenBack, wrongClock } from '../remote/refusal.ts';
import { xmlText } from '../remote/xml.ts';

/** Azure's name of what is wrong, with names of ours where one of its own stands for several things; undefined for a success. */
export function errorName({ bytes, headers, status }: RemoteAnswer): string | undefined {
  if (status < 400) return undefined;
  const body = bodyOf(bytes);
  const name = headers.get('x-ms-error-code') ?? xmlText(body, 'Code') ?? '';
  if (/date header .*(too old|not within)|RequestDateHeader/i.test(body)) return 'WrongClock';
  if (/Lifetime validation failed|token is expired/i.test(body)) return 'TokenExpired';
  if (/not valid in the specified time frame|Signature not yet valid|signature.*expired/i.test(body))
    return 'SasExpired';
  return /failed to authenticate the request/i.test(body) ? 'AuthenticationFailed' : name;
}

function bodyOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, 20_000));
}

/** What the server's answer means to a person; `more` ends the message. */
export function refusal(doing: string, container: string, answer: RemoteAnswer, more: string): StoreError {
  const body = bodyOf(answer.bytes);
  const text = (xmlText(body, 'Message') ?? '').split('\n')[0] ?? '';
  const said = { name: errorName(answer) ?? '', text, headers: answer.headers, body };
  return refusalOf({ doing, more, meanings: meanings(container) }, said, answer);
}

function meanings(container: string): readonly Meaning[] {
  return [
    {
      when: /^ContainerNotFound /,
      code: 'store/not-found',
      hint: `Make the container '${container}', or check its name and the account.`,
    },
    { when: /^InvalidBlockList /, ...takenBack },
    { when: /^WrongClock /, ...wrongClock },
    { when: /^TokenExpired /, code: 'store/denied', hint: 'The token has run out: sign in again, or renew it.' },
    { when: /^SasExpired /, code: 'store/denied', hint: 'The shared access signature has run out: make a new one.' },
    {
      when: /^(AuthenticationFailed|InvalidAuthenticationInfo|NoAuthenticationInformation) /,
      code: 'store/denied',
      hint: 'Check the connection string or the key, and that they are meant for this account.',
    },
    {
      when: / (401|403)$|^PublicAccessNotPermitted /,
      code: 'store/denied',
      hint: 'Give this user the role Storage Blob Data Contributor there, or this signature the rights to read, add, create, write, delete and list.',
    },
    {
      when: / 3\d\d$/,
      code: 'store/denied',
      hint: 'Check the name of the account and the endpoint.',
    },
  ];
}
