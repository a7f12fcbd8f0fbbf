import { isKey } from './key.ts';
import type { S3Sender } from './s3-request.ts';
import { readXml } from './s3-xml.ts';
import type { ListOptions, ListPage, ObjectStat } from './store.ts';

/** One page of ListObjectsV2, by key rather than by token: a listing can be gone on with in another process. */
export async function listBucket(
  send: S3Sender,
  below: string,
  { prefix = '', after, limit = 1000 }: ListOptions = {},
  doing: string,
): Promise<ListPage> {
  const query = {
    'list-type': '2',
    'encoding-type': 'url',
    'max-keys': String(Math.min(limit, 1000)),
    prefix: below + prefix,
    ...(after === undefined ? {} : { 'start-after': below + after }),
  };
  const document = readXml((await send({ method: 'GET', key: '', query, doing })).bytes);
  const isEncoded = document.EncodingType === 'url';
  const contents = (document.Contents ?? []) as readonly Readonly<Record<string, string>>[];
  const all = contents.map((entry) => statOf(entry, isEncoded, below));
  // Others may put markers of folders and keys that a local store could not hold.
  const objects = all.filter(({ key }) => isKey(key));
  return { objects, next: document.IsTruncated === 'true' ? all.at(-1)?.key : undefined };
}

function statOf(entry: Readonly<Record<string, string>>, isEncoded: boolean, below: string): ObjectStat {
  const text = entry.Key ?? '';
  const key = isEncoded ? decodeURIComponent(text.replaceAll('+', '%20')) : text;
  // Whole seconds, as a HEAD request tells them.
  const time = Math.floor(Date.parse(entry.LastModified ?? '') / 1000) * 1000;
  return { key: key.slice(below.length), bytes: Number(entry.Size), modified: new Date(time) };
}
