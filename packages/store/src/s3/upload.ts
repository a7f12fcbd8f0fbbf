import type { S3Sender } from './request.ts';
import { readXml } from './xml.ts';

/** Objects above this size go up in parts of it, in bytes. */
export const partSize: number = 16 * 1024 * 1024;

const partsAtOnce = 4;

/** The largest object that one request copies, and the part in which larger ones are copied, in bytes. */
export const largestCopy: number = 5 * 1024 ** 3;

/** Puts a large object in parts. It is seen when the last request ends; a failed upload is taken back. */
export async function putInParts(send: S3Sender, key: string, bytes: Uint8Array, doing: string): Promise<void> {
  await inParts(send, { key, doing, count: Math.ceil(bytes.length / partSize) }, async (i, query) => {
    const body = bytes.subarray(i * partSize, (i + 1) * partSize);
    return (await send({ method: 'PUT', key, query, body, doing })).headers.get('etag') ?? '';
  });
}

/** Copies an object of `bytes` in parts that the server copies; `source` is the value of `x-amz-copy-source`. */
export async function copyInParts(
  send: S3Sender,
  {
    bytes,
    doing,
    key,
    part,
    source,
  }: Readonly<Record<'doing' | 'key' | 'source', string>> & Readonly<Record<'bytes' | 'part', number>>,
): Promise<void> {
  await inParts(send, { key, doing, count: Math.ceil(bytes / part) }, async (i, query) => {
    const range = `bytes=${i * part}-${Math.min((i + 1) * part, bytes) - 1}`;
    const headers = { 'x-amz-copy-source': source, 'x-amz-copy-source-range': range };
    return String(readXml((await send({ method: 'PUT', key, query, headers, doing })).bytes).ETag);
  });
}

type SendPart = (index: number, query: Readonly<Record<string, string>>) => Promise<string>;

async function inParts(
  send: S3Sender,
  { count, doing, key }: { readonly key: string; readonly doing: string; readonly count: number },
  sendPart: SendPart,
): Promise<void> {
  const begun = await send({ method: 'POST', key, query: { uploads: '' }, doing });
  const uploadId = String(readXml(begun.bytes).UploadId);
  try {
    const tags = await allParts(count, (i) => sendPart(i, { partNumber: String(i + 1), uploadId }));
    const parts = tags.map((tag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${tag}</ETag></Part>`).join('');
    const body = new TextEncoder().encode(`<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`);
    const { status } = await send({ method: 'POST', key, query: { uploadId }, body, doing, accept: [404] });
    // Gone: an earlier try completed it. The object is what this upload made, for a put replaces whatever is there.
    if (status === 404) await send({ method: 'HEAD', key, doing });
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
    for (let i = next++; i < count; i = next++) tags[i] = await sendPart(i);
  };
  await Promise.all(Array.from({ length: partsAtOnce }, work));
  return tags;
}
