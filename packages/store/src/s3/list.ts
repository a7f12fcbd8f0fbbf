import type { BucketPage } from '../remote/bucket.ts';
import { wholeSeconds } from '../remote/bucket-store.ts';
import { readXml } from '../remote/xml.ts';
import type { ListPage, ObjectStat } from '../store.ts';
import type { S3Sender } from './request.ts';

/** One page of ListObjectsV2, by key rather than by token: a listing can be gone on with in another process. */
export async function listBucket(
  send: S3Sender,
  { prefix, after, limit }: BucketPage,
  doing: string,
): Promise<ListPage> {
  const query = {
    'list-type': '2',
    'encoding-type': 'url',
    'max-keys': String(Math.min(limit, 1000)),
    prefix,
    ...(after === undefined ? {} : { 'start-after': after }),
  };
  const document = readXml((await send({ method: 'GET', key: '', query, doing })).bytes);
  const contents = (document.Contents ?? []) as readonly Readonly<Record<string, string>>[];
  const objects = contents.map((entry) => statOf(entry, document));
  return { objects, next: document.IsTruncated === 'true' ? objects.at(-1)?.key : undefined };
}

/** The names right below a prefix, page after page. */
export async function namesInBucket(
  send: S3Sender,
  prefix: string,
  after: string | undefined,
  doing: string,
): Promise<readonly string[]> {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const start = after === undefined ? {} : { 'start-after': after };
    const page = { 'list-type': '2', 'encoding-type': 'url', delimiter: '/', prefix, ...start };
    const query = token === undefined ? page : { ...page, 'continuation-token': token };
    const document = readXml((await send({ method: 'GET', key: '', query, doing })).bytes);
    const keys = [...entries(document.Contents, 'Key'), ...entries(document.CommonPrefixes, 'Prefix')];
    for (const text of keys) names.push(decoded(text, document).slice(prefix.length).replace(/\/$/, ''));
    token = document.IsTruncated === 'true' ? String(document.NextContinuationToken) : undefined;
  } while (token !== undefined);
  return names;
}

function entries(list: unknown, name: string): readonly string[] {
  return ((list ?? []) as readonly Readonly<Record<string, string>>[]).map((entry) => entry[name] ?? '');
}

function decoded(text: string, { EncodingType: encoding }: Readonly<Record<string, unknown>>): string {
  return encoding === 'url' ? decodeURIComponent(text.replaceAll('+', '%20')) : text;
}

function statOf(entry: Readonly<Record<string, string>>, document: Readonly<Record<string, unknown>>): ObjectStat {
  const key = decoded(entry.Key ?? '', document);
  return { key, bytes: Number(entry.Size), modified: wholeSeconds(entry.LastModified) };
}
