import { allEnded } from '../all-ended.ts';
import { StoreError, withoutConditions } from '../errors.ts';
import { checkKey } from '../key.ts';
import type { ObjectStat, Store } from '../store.ts';
import { escapeUri, type S3Access } from './access.ts';
import type { S3Sender } from './exchange.ts';
import { fromFile } from './file-source.ts';
import { firstLost } from './first-lost.ts';
import { listBucket, namesInBucket } from './list.ts';
import { newPutName, putName, putThere } from './put-name.ts';
import { s3Sender } from './request.ts';
import { copyInParts, largestCopy, type PartSource, partSize, putInParts, quickCopy } from './upload.ts';

/** A bucket, or the part of it under a prefix, as a store. Objects that a request made are durable, so `sync` only looks whether they are there. */
export function createS3Store(bucket: string, prefix: string, access: S3Access): Store {
  const send = s3Sender(access, bucket);
  const below = prefix === '' ? '' : `${prefix.replace(/\/+$/, '')}/`;
  const at = (key: string): string => below + checkKey(key);
  const uri = (key: string): string => `s3://${bucket}/${below}${key}`;
  const stat = (key: string): Promise<ObjectStat | undefined> => head(send, at(key), key, `look at ${uri(key)}`);
  const copy = async (from: string, to: string): Promise<void> => {
    const source = escapeUri(`${bucket}/${at(from)}`).replaceAll('%2F', '/');
    const doing = `copy ${uri(from)} to ${uri(to)}`;
    const size = async (): Promise<number> => (await stat(from))?.bytes ?? 0;
    await copyWithin(send, access, { source, key: at(to), doing, size });
  };
  const putWhole = async (
    source: PartSource,
    what: { readonly key: string; readonly doing: string },
  ): Promise<void> => {
    const { partSize: part = partSize } = access;
    if (source.bytes > part) await putInParts(send, source, { ...what, part });
    else await send({ method: 'PUT', ...what, body: await source.read(0, source.bytes) });
  };
  const list: Store['list'] = (options) => listBucket(send, below, options, `list s3://${bucket}/${below}`);
  const get = async (key: string): Promise<Uint8Array> =>
    (await send({ method: 'GET', key: at(key), doing: `read ${uri(key)}` })).bytes;
  return {
    root: `s3://${bucket}/${below}`.replace(/\/$/, ''),
    get,
    getMany: async (keys) => await readInBatches(keys, get),
    getRange: async (key, start, length) => {
      if (length > 0) return await range(send, at(key), [start, start + length - 1], `read ${uri(key)}`);
      if ((await stat(key)) === undefined) throw missing(uri(key));
      return new Uint8Array();
    },
    put: async (key, bytes) => {
      const read: PartSource['read'] = (start, end) => bytes.subarray(start, end);
      await putWhole({ bytes: bytes.length, read }, { key: at(key), doing: `write ${uri(key)}` });
    },
    putFile: async (key, path) => {
      const doing = `write ${uri(key)}`;
      await fromFile(path, (source) => putWhole(source, { key: at(key), doing }));
    },
    putIfAbsent: async (key, bytes) => create(send, at(key), bytes, `create ${uri(key)}`),
    sync: async (keys) => {
      const lost = await firstLost([...new Set(keys)], list, stat);
      if (lost !== undefined) throw missing(uri(lost));
    },
    list,
    names: (folder, after) => namesInBucket(send, below + folder, after, `list ${uri(folder)}`),
    delete: async (key) => {
      await send({ method: 'DELETE', key: at(key), accept: [404], doing: `delete ${uri(key)}` });
    },
    copy,
    link: async (from, to) => {
      await copy(from, to);
      return 'copied';
    },
    stat,
  };
}

/** One request, or parts where the server refuses or is too slow for that; `source` is the value of `x-amz-copy-source`. */
async function copyWithin(
  send: S3Sender,
  access: S3Access,
  {
    size,
    source,
    ...what
  }: Readonly<Record<'source' | 'key' | 'doing', string>> & { readonly size: () => Promise<number> },
): Promise<void> {
  try {
    await send({ method: 'PUT', ...what, headers: { 'x-amz-copy-source': source } });
  } catch (cause) {
    // Servers refuse what is too large for one request each in words of their own; a slow one copies longer than anybody waits.
    if (!(cause instanceof StoreError) || cause.code !== 'store/failed') throw cause;
    const { largestCopy: most = largestCopy } = access;
    const part = cause.cause === undefined ? most : Math.min(most, quickCopy);
    const bytes = await size();
    if (bytes <= part) throw cause;
    await copyInParts(send, source, { ...what, bytes, part });
  }
}

function missing(uri: string): StoreError {
  return new StoreError('store/not-found', `There is no object ${uri}.`, 'Check the key.');
}

async function range(
  send: S3Sender,
  path: string,
  [first, last]: readonly [number, number],
  doing: string,
): Promise<Uint8Array> {
  const headers = { range: `bytes=${first}-${last}` };
  const { status, bytes } = await send({ method: 'GET', key: path, headers, accept: [416], doing });
  // 416: all of it lies past the end.
  return status === 416 ? new Uint8Array() : bytes;
}

async function head(send: S3Sender, path: string, key: string, doing: string): Promise<ObjectStat | undefined> {
  const { status, headers } = await send({ method: 'HEAD', key: path, accept: [404], doing });
  if (status === 404) return undefined;
  const modified = new Date(headers.get('last-modified') ?? 0);
  return { key, bytes: Number(headers.get('content-length')), modified };
}

/** A bucket hides its latency behind several requests. */
const readsAtOnce = 32;

async function readInBatches(
  keys: readonly string[],
  get: (key: string) => Promise<Uint8Array>,
): Promise<readonly Uint8Array[]> {
  const read: Uint8Array[] = [];
  for (let start = 0; start < keys.length; start += readsAtOnce) {
    read.push(...(await allEnded(keys.slice(start, start + readsAtOnce).map(get))));
  }
  return read;
}

/** How often a server may say in turn that an object is there and that it is not. */
const mostDoubts = 3;

/**
 * A conditional PUT (`If-None-Match: *`). What is there tells by its name of the put whose it is: an earlier try, ours or that of something on the way, may have
 * won without our hearing of it.
 */
async function create(send: S3Sender, key: string, bytes: Uint8Array, doing: string): Promise<'created' | 'exists'> {
  const name = newPutName();
  const headers = { 'if-none-match': '*', [putName]: name };
  for (let turn = 0; turn < mostDoubts; turn++) {
    let status: number;
    try {
      ({ status } = await send({ method: 'PUT', key, headers, body: bytes, accept: [412, 501], doing }));
    } catch (cause) {
      // Nobody knows whether it was done: the answers may all have been lost.
      if (!(cause instanceof StoreError) || cause.code !== 'store/failed') throw cause;
      const there = await putThere(send, key, doing, true).catch(() => undefined);
      if (there === name) return 'created';
      throw cause;
    }
    if (status === 501) throw withoutConditions(doing.replace(/^create /, ''));
    if (status !== 412) return 'created';
    const there = await putThere(send, key, doing);
    if (there !== undefined) return there === name ? 'created' : 'exists';
  }
  const message = `Could not ${doing}: the server says that it is there, and that it is not.`;
  throw new StoreError(
    'store/failed',
    message,
    'Try again; if it stays so, look at the server and at what stands before it.',
  );
}
