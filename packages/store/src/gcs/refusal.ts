import type { StoreError } from '../errors.ts';
import type { RemoteAnswer } from '../remote/exchange.ts';
import { type Meaning, refusalOf } from '../remote/refusal.ts';

interface ErrorDocument {
  readonly error?: {
    readonly message?: string;
    readonly errors?: readonly { readonly reason?: string }[];
  };
}

/** Google's name of what is wrong; undefined for a success. */
export function errorName({ bytes, status }: RemoteAnswer): string | undefined {
  // 308 is how an upload goes on.
  if (status < 400 && status !== 301 && status !== 302 && status !== 307) return undefined;
  const { reason, text } = read(bytes);
  return /bucket does not exist/i.test(text) ? 'bucketNotFound' : reason;
}

function read(bytes: Uint8Array): { readonly reason: string; readonly text: string } {
  const body = new TextDecoder().decode(bytes.subarray(0, 20_000));
  try {
    const { error } = JSON.parse(body) as ErrorDocument;
    return { reason: error?.errors?.[0]?.reason ?? '', text: error?.message ?? '' };
  } catch {
    // Answers to who reads an object are plain text.
    return { reason: '', text: /^[^<]{1,300}$/.test(body) ? body : '' };
  }
}

/** What the server's answer means to a person; `more` ends the message. */
export function refusal(doing: string, bucket: string, answer: RemoteAnswer, more: string): StoreError {
  const { text } = read(answer.bytes);
  const said = { name: errorName(answer) ?? '', text, headers: answer.headers, body: '' };
  return refusalOf({ doing, more, meanings: meanings(bucket) }, said, answer);
}

function meanings(bucket: string): readonly Meaning[] {
  return [
    { when: /^bucketNotFound /, code: 'store/not-found', hint: `Make the bucket '${bucket}', or check its name.` },
    {
      when: / 401$/,
      code: 'store/denied',
      hint: 'The token was not taken: sign in again (`gcloud auth application-default login`), or correct the secret of type gcs.',
    },
    {
      when: / 403$/,
      code: 'store/denied',
      hint: 'Give this account the role Storage Object Admin on the bucket (roles/storage.objectAdmin).',
    },
    { when: / 3\d\d$/, code: 'store/denied', hint: 'Check the endpoint.' },
  ];
}
