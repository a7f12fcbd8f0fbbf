import { randomBytes } from 'node:crypto';
import { StoreError, withoutConditions } from '../errors.ts';
import { checkKey } from '../key.ts';
import type { ObjectStat, Store } from '../store.ts';
import { escapeUri, type S3Access } from './access.ts';
import { listBucket, namesInBucket } from './list.ts';
import { type S3Sender, s3Sender } from './request.ts';
import { copyInParts, largestCopy, partSize, putInParts } from './upload.ts';

/** Carries the name of one put: who asks again after an answer that was lost finds out whether the object is its own. */
const putName = 'x-amz-meta-eider-put';

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
    try {
      await send({ method: 'PUT', key: at(to), headers: { 'x-amz-copy-source': source }, doing });
    } catch (cause) {
      // Servers refuse what is too large for one request each in words of their own.
      const bytes = cause instanceof StoreError && cause.code === 'store/failed' ? ((await stat(from))?.bytes ?? 0) : 0;
      const { largestCopy: part = largestCopy } = access;
      if (bytes <= part) throw cause;
      await copyInParts(send, { bytes, doing, key: at(to), part, source });
    }
  };
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
      const doing = `write ${uri(key)}`;
      if (bytes.length > partSize) await putInParts(send, at(key), bytes, doing);
      else await send({ method: 'PUT', key: at(key), body: bytes, doing });
    },
    putIfAbsent: async (key, bytes) => create(send, at(key), bytes, `create ${uri(key)}`),
    sync: async (keys) => {
      const found = await Promise.all([...new Set(keys)].map(async (key) => ({ key, there: await stat(key) })));
      const lost = found.find(({ there }) => there === undefined);
      if (lost !== undefined) throw missing(uri(lost.key));
    },
    list: (options) => listBucket(send, below, options, `list s3://${bucket}/${below}`),
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
    read.push(...(await Promise.all(keys.slice(start, start + readsAtOnce).map(get))));
  }
  return read;
}

/**
 * A conditional PUT (`If-None-Match: *`). Where an earlier try may have won without our hearing of it, the object tells by its name of the put whose it is.
 */
async function create(send: S3Sender, path: string, bytes: Uint8Array, doing: string): Promise<'created' | 'exists'> {
  const name = randomBytes(12).toString('hex');
  const headers = { 'if-none-match': '*', [putName]: name };
  const answer = await send({ method: 'PUT', key: path, headers, body: bytes, accept: [412, 501], doing });
  const { status, repeated } = answer;
  if (status === 501) throw withoutConditions(doing.replace(/^create /, ''));
  if (status !== 412) return 'created';
  if (!repeated) return 'exists';
  const there = await send({ method: 'HEAD', key: path, accept: [404], doing });
  return there.headers.get(putName) === name ? 'created' : 'exists';
}
