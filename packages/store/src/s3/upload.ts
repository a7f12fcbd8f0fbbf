import { allEnded } from '../all-ended.ts';
import { StoreError } from '../errors.ts';
import type { S3Sender } from './exchange.ts';
import { newPutName, putName, putThere } from './put-name.ts';
import { readXml } from './xml.ts';

/** Objects above this size go up in parts of it, in bytes. */
export const partSize: number = 16 * 1024 * 1024;

const partsAtOnce = 4;

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

/** What is put in parts: its size, and the bytes from `start` to before `end`. */
export interface PartSource {
  readonly bytes: number;
  read(start: number, end: number): Promise<Uint8Array> | Uint8Array;
}

/** Puts a large object in parts. It is seen when the last request ends; a failed upload is taken back. */
export async function putInParts(send: S3Sender, { bytes, read }: PartSource, what: InParts): Promise<void> {
  const { doing, key } = what;
  const part = Math.max(what.part, Math.ceil(bytes / mostParts));
  await inParts(send, { ...what, part, bytes }, async (i, query) => {
    const body = await read(i * part, Math.min((i + 1) * part, bytes));
    return (await send({ method: 'PUT', key, query, body, doing })).headers.get('etag') ?? '';
  });
}

/** Copies an object of `bytes` in parts that the server copies; `source` is the value of `x-amz-copy-source`. */
export async function copyInParts(
  send: S3Sender,
  source: string,
  what: InParts & { readonly bytes: number },
): Promise<void> {
  const { bytes, doing, key, part } = what;
  await inParts(send, what, async (i, query) => {
    const range = `bytes=${i * part}-${Math.min((i + 1) * part, bytes) - 1}`;
    const headers = { 'x-amz-copy-source': source, 'x-amz-copy-source-range': range };
    return String(readXml((await send({ method: 'PUT', key, query, headers, doing })).bytes).ETag);
  });
}

type SendPart = (index: number, query: Readonly<Record<string, string>>) => Promise<string>;

async function inParts(
  send: S3Sender,
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
    if (done.repeated && (await putThere(send, key, doing)) === name) return;
    throw new StoreError(
      'store/failed',
      `Could not ${doing}: NoSuchUpload`,
      'Something took back the upload before its end: try again.',
    );
  } catch (cause) {
    await send({ method: 'DELETE', key, query: { uploadId }, accept: [404], doing }).catch(() => undefined);
    throw cause;
  }
}

/** The tags of all parts, in order; some are sent at once. */
async function allParts(count: number, sendPart: (index: number) => Promise<string>): Promise<readonly string[]> {
  const tags: string[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    try {
      for (let i = next++; i < count; i = next++) tags[i] = await sendPart(i);
    } catch (cause) {
      next = count;
      throw cause;
    }
  };
  // A part that is still on its way when the upload is taken back may stay for good.
  await allEnded(Array.from({ length: partsAtOnce }, work));
  return tags;
}
