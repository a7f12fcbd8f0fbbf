import { StoreError } from '../errors.ts';
import type { Bucket } from '../remote/bucket.ts';
import { createBucketStore, wholeSeconds } from '../remote/bucket-store.ts';
import { newPutName } from '../remote/create.ts';
import type { Sender } from '../remote/exchange.ts';
import { allPages, pageBehind } from '../remote/page.ts';
import { partSize } from '../remote/parts.ts';
import { escapeUri } from '../remote/url.ts';
import type { Store } from '../store.ts';
import type { GcsAccess } from './access.ts';
import { type GcsPlace, type GcsRequest, gcsSender, putName } from './request.ts';
import { putInTurn } from './upload.ts';

/** A bucket of Google Cloud Storage, or the part of it under a prefix, as a store. `root`: as its URIs begin, `gs://lake` or `gcs://lake`. */
export function createGcsStore(
  { bucket, root }: { readonly bucket: string; readonly root: string },
  prefix: string,
  access: GcsAccess,
): Store {
  return createBucketStore(gcsBucket(bucket, root, access), prefix);
}

interface Item {
  readonly name: string;
  readonly size: string;
  readonly updated: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

interface Listing {
  readonly items?: readonly Item[];
  readonly prefixes?: readonly string[];
  readonly nextPageToken?: string;
}

function gcsBucket(bucket: string, root: string, access: GcsAccess): Bucket {
  const objects = `/storage/v1/b/${escapeUri(bucket)}/o`;
  const place: GcsPlace = {
    send: gcsSender(access, bucket),
    object: (key) => `${objects}/${escapeUri(key)}`,
    uploads: `/upload${objects}`,
  };
  const { object, send, uploads } = place;
  const head: Bucket['head'] = async (key, doing, once = false) => {
    const answer = await send({ method: 'GET', path: object(key), doing, once, accept: [404] });
    if (answer.status === 404) return undefined;
    const item = document<Item>(answer.bytes);
    return { bytes: Number(item.size), modified: wholeSeconds(item.updated), put: item.metadata?.[putName] ?? null };
  };
  return {
    root,
    head,
    read: async (key, doing, range) => {
      const asked = { method: 'GET', path: object(key), query: { alt: 'media' }, doing } as const;
      if (range === undefined) return (await send(asked)).bytes;
      const headers = { range: `bytes=${range[0]}-${range[1]}` };
      const { bytes, status } = await send({ ...asked, headers, accept: [416] });
      return status === 416 ? new Uint8Array() : bytes;
    },
    write: async (key, source, doing) => {
      const { partSize: part = partSize } = access;
      if (source.bytes > part) return await putInTurn(place, head, source, { key, doing, part });
      const body = await source.read(0, source.bytes);
      const headers = { 'content-type': 'application/octet-stream' };
      await send({ method: 'POST', path: uploads, query: { uploadType: 'media', name: key }, headers, body, doing });
    },
    create: async (key, bytes, name, doing) => {
      const query = { uploadType: 'multipart', ifGenerationMatch: '0' };
      const upload = withMetadata({ name: key, metadata: { [putName]: name } }, bytes);
      const answer = await send({ method: 'POST', path: uploads, query, ...upload, doing, accept: [412] });
      return answer.status === 412 ? 'taken' : 'created';
    },
    remove: async (key, doing) => {
      await send({ method: 'DELETE', path: object(key), doing, accept: [404] });
    },
    copy: async (from, to, doing) => {
      const path = `${object(from)}/rewriteTo${object(to).slice('/storage/v1'.length)}`;
      let token: string | undefined;
      do {
        const query = token === undefined ? {} : { rewriteToken: token };
        const answer = await send({ method: 'POST', path, query, doing, body: new Uint8Array() });
        const rewrite = document<{ readonly done: boolean; readonly rewriteToken?: string }>(answer.bytes);
        token = rewrite.done ? undefined : rewrite.rewriteToken;
      } while (token !== undefined);
    },
    ...listings(send, objects),
  };
}

/** `startOffset` is where a listing begins, and belongs to it. */
function listings(send: Sender<GcsRequest>, path: string): Pick<Bucket, 'list' | 'names'> {
  const fetchPage = async (asked: Readonly<Record<string, string>>, pageToken: string, doing: string) => {
    const query = pageToken === '' ? asked : { ...asked, pageToken };
    const {
      items = [],
      nextPageToken = '',
      prefixes = [],
    } = document<Listing>((await send({ method: 'GET', path, query, doing })).bytes);
    return { items, prefixes, mark: nextPageToken };
  };
  return {
    list: async ({ after, limit, prefix }, doing) => {
      const start = after === undefined ? {} : { startOffset: after };
      const asked = { prefix, maxResults: String(Math.min(limit, 1000)), ...start };
      const { objects, next } = await pageBehind(async (token) => {
        const { items, mark } = await fetchPage(asked, token, doing);
        const found = items.map(({ name: key, size, updated }) => {
          return { key, bytes: Number(size), modified: wholeSeconds(updated) };
        });
        return { objects: found, mark };
      }, after);
      return { objects, next };
    },
    names: async (prefix, after, doing) => {
      const start = after === undefined ? {} : { startOffset: after };
      return await allPages(async (token) => {
        const { items, mark, prefixes } = await fetchPage({ prefix, delimiter: '/', ...start }, token, doing);
        const keys = [...items.map(({ name }) => name), ...prefixes];
        return { found: keys.map((key) => key.slice(prefix.length).replace(/\/$/, '')), mark };
      });
    },
  };
}

function document<T>(bytes: Uint8Array): T {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as T;
  } catch (cause) {
    const message = 'The answer of Google Cloud Storage is no JSON document.';
    throw new StoreError('store/failed', message, 'Check the endpoint.', { cause });
  }
}

/** Metadata and bytes as one body (RFC 2387). */
function withMetadata(metadata: unknown, bytes: Uint8Array): Required<Pick<GcsRequest, 'headers' | 'body'>> {
  const boundary = newPutName();
  const head = `--${boundary}\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify(metadata)}\r\n`;
  const start = `${head}--${boundary}\r\ncontent-type: application/octet-stream\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(start), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return { body, headers: { 'content-type': `multipart/related; boundary=${boundary}` } };
}
