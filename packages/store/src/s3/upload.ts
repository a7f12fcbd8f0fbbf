import { StoreError } from '../errors.ts';
import type { Bucket } from '../remote/bucket.ts';
import { newPutName } from '../remote/create.ts';
import { allParts, type PartSource } from '../remote/parts.ts';
import { takenBack } from '../remote/refusal.ts';
import { readXml } from '../remote/xml.ts';
import { putName } from './put-name.ts';
import type { S3Sender } from './request.ts';

/** The largest object that one request copies, and the part in which larger ones are copied, in bytes. */
export const largestCopy: number = 5 * 1024 ** 3;

/** As many parts as an upload may have. */
const mostParts = 10_000;

/** A part that a slow disk copies while one waits, in bytes. */
export const quickCopy: number = 64 * 1024 ** 2;

/** What goes up, or is copied, in parts of `part` bytes. */
interface InParts {
  readonly doing: string;
  readonly key: string;
  readonly part: number;
}

/** How requests are sent, and how one finds out what came of them. */
type Sending = { readonly send: S3Sender } & Pick<Bucket, 'head'>;

/** Puts a large object in parts. It is seen when the last request ends; a failed upload is taken back. */
export async function putInParts(by: Sending, { bytes, read }: PartSource, what: InParts): Promise<void> {
  const { doing, key } = what;
  const part = Math.max(what.part, Math.ceil(bytes / mostParts));
  await inParts(by, { ...what, part, bytes }, async (i, query) => {
    const body = await read(i * part, Math.min((i + 1) * part, bytes));
    return (await by.send({ method: 'PUT', key, query, body, doing })).headers.get('etag') ?? '';
  });
}

/** Copies an object of `bytes` in parts that the server copies; `source` is the value of `x-amz-copy-source`. */
export async function copyInParts(
  by: Sending,
  source: string,
  what: InParts & { readonly bytes: number },
): Promise<void> {
  const { bytes, doing, key, part } = what;
  await inParts(by, what, async (i, query) => {
    const range = `bytes=${i * part}-${Math.min((i + 1) * part, bytes) - 1}`;
    const headers = { 'x-amz-copy-source': source, 'x-amz-copy-source-range': range };
    return String(readXml((await by.send({ method: 'PUT', key, query, headers, doing })).bytes).ETag);
  });
}

type SendPart = (index: number, query: Readonly<Record<string, string>>) => Promise<string>;

async function inParts(
  { head, send }: Sending,
  { bytes, doing, key, part }: InParts & { readonly bytes: number },
  sendPart: SendPart,
): Promise<void> {
  const name = newPutName();
  const begun = await send({ method: 'POST', key, query: { uploads: '' }, headers: { [putName]: name }, doing });
  const uploadId = String(readXml(begun.bytes).UploadId);
  try {
    const tags = await allParts(Math.ceil(bytes / part), (i) => sendPart(i, { partNumber: String(i + 1), uploadId }));
    const parts = tags.map((tag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${tag}</ETag></Part>`).join('');
    const body = new TextEncoder().encode(`<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`);
    const done = await send({ method: 'POST', key, query: { uploadId }, body, doing, accept: [404] });
    if (done.status !== 404) return;
    // Gone: either an earlier try completed it, or somebody else took it back.
    if (done.repeated && (await head(key, doing))?.put === name) return;
    throw new StoreError(takenBack.code, `Could not ${doing}: NoSuchUpload`, takenBack.hint);
  } catch (cause) {
    await send({ method: 'DELETE', key, query: { uploadId }, accept: [404], doing }).catch(() => undefined);
    throw cause;
  }
}
