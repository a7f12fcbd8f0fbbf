import { StoreError } from '../errors.ts';
import type { Bucket } from '../remote/bucket.ts';
import { createBucketStore, wholeSeconds } from '../remote/bucket-store.ts';
import { partSize } from '../remote/parts.ts';
import { escapeUri } from '../remote/url.ts';
import type { Store } from '../store.ts';
import type { S3Access } from './access.ts';
import { listBucket, namesInBucket } from './list.ts';
import { putName } from './put-name.ts';
import { type S3Sender, s3Sender } from './request.ts';
import { copyInParts, largestCopy, putInParts, quickCopy } from './upload.ts';

/** A bucket of S3, or the part of it under a prefix, as a store. */
export function createS3Store(bucket: string, prefix: string, access: S3Access): Store {
  return createBucketStore(s3Bucket(bucket, access), prefix);
}

function s3Bucket(bucket: string, access: S3Access): Bucket {
  const send = s3Sender(access, bucket);
  const head: Bucket['head'] = async (key, doing, once = false) => {
    const { status, headers } = await send({ method: 'HEAD', key, accept: [404], doing, once });
    if (status === 404) return undefined;
    const modified = wholeSeconds(headers.get('last-modified'));
    return { bytes: Number(headers.get('content-length')), modified, put: headers.get(putName) };
  };
  return {
    root: `s3://${bucket}`,
    head,
    read: async (key, doing, range) => {
      if (range === undefined) return (await send({ method: 'GET', key, doing })).bytes;
      const headers = { range: `bytes=${range[0]}-${range[1]}` };
      const { status, bytes } = await send({ method: 'GET', key, headers, accept: [416], doing });
      // 416: all of it lies past the end.
      return status === 416 ? new Uint8Array() : bytes;
    },
    write: async (key, source, doing) => {
      const { partSize: part = partSize } = access;
      if (source.bytes > part) await putInParts({ send, head }, source, { key, doing, part });
      else await send({ method: 'PUT', key, doing, body: await source.read(0, source.bytes) });
    },
    create: async (key, body, name, doing) => {
      const headers = { 'if-none-match': '*', [putName]: name };
      const { status } = await send({ method: 'PUT', key, headers, body, accept: [412, 501], doing });
      return status === 501 ? 'unsupported' : status === 412 ? 'taken' : 'created';
    },
    remove: async (key, doing) => {
      await send({ method: 'DELETE', key, accept: [404], doing });
    },
    copy: async (from, to, doing) => {
      const source = escapeUri(`${bucket}/${from}`).replaceAll('%2F', '/');
      const size = async (): Promise<number> => (await head(from, doing))?.bytes ?? 0;
      await copyWithin({ send, head }, access, { source, key: to, doing, size });
    },
    list: (page, doing) => listBucket(send, page, doing),
    names: (prefix, after, doing) => namesInBucket(send, prefix, after, doing),
  };
}

/** One request, or parts where the server refuses or is too slow for that; `source` is the value of `x-amz-copy-source`. */
async function copyWithin(
  bucket: { readonly send: S3Sender } & Pick<Bucket, 'head'>,
  access: S3Access,
  {
    size,
    source,
    ...what
  }: Readonly<Record<'source' | 'key' | 'doing', string>> & { readonly size: () => Promise<number> },
): Promise<void> {
  try {
    await bucket.send({ method: 'PUT', ...what, headers: { 'x-amz-copy-source': source } });
  } catch (cause) {
    // Servers refuse what is too large for one request each in words of their own; a slow one copies longer than anybody waits.
    if (!(cause instanceof StoreError) || cause.code !== 'store/failed') throw cause;
    const { largestCopy: most = largestCopy } = access;
    const part = cause.cause === undefined ? most : Math.min(most, quickCopy);
    const bytes = await size();
    if (bytes <= part) throw cause;
    await copyInParts(bucket, source, { ...what, bytes, part });
  }
}
