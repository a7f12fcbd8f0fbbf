import type { S3Sender } from './s3-request.ts';
import { readXml } from './s3-xml.ts';

/** Objects above this size go up in parts of it, in bytes. */
export const partSize: number = 16 * 1024 * 1024;

const partsAtOnce = 4;

/** Puts a large object in parts. It is seen when the last request ends; a failed upload is taken back. */
export async function putInParts(send: S3Sender, key: string, bytes: Uint8Array, doing: string): Promise<void> {
  const begun = await send({ method: 'POST', key, query: { uploads: '' }, doing });
  const uploadId = String(readXml(begun.bytes).UploadId);
  try {
    const tags = await putParts(send, key, bytes, { uploadId, doing });
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

async function putParts(
  send: S3Sender,
  key: string,
  bytes: Uint8Array,
  { uploadId, doing }: { readonly uploadId: string; readonly doing: string },
): Promise<readonly string[]> {
  const tags: string[] = [];
  const count = Math.ceil(bytes.length / partSize);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) {
      const body = bytes.subarray(i * partSize, (i + 1) * partSize);
      const query = { partNumber: String(i + 1), uploadId };
      tags[i] = (await send({ method: 'PUT', key, query, body, doing })).headers.get('etag') ?? '';
    }
  };
  await Promise.all(Array.from({ length: partsAtOnce }, work));
  return tags;
}
