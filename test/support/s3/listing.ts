import { type Bucket, sortedKeys } from './objects.ts';

/** ListObjectsV2: prefix, start-after, continuation-token, delimiter, max-keys, encoding-type. */
export function listing(name: string, bucket: Bucket, query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const limit = Math.min(Number(query.get('max-keys') ?? 1000), 1000);
  const token = query.get('continuation-token');
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  const isAfter = (key: string): boolean => after === '' || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0;
  const names = new Map<string, 'key' | 'prefix'>();
  for (const key of sortedKeys(bucket).filter((each) => each.startsWith(prefix))) {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const shown = end === -1 ? key : key.slice(0, end + delimiter.length);
    if (isAfter(shown)) names.set(shown, end === -1 ? 'key' : 'prefix');
  }
  const page = [...names].slice(0, limit);
  const isTruncated = names.size > page.length;
  const written = (text: string): string =>
    query.get('encoding-type') === 'url'
      ? encodeURIComponent(text).replaceAll('%20', '+').replaceAll('%2F', '/')
      : escapeXml(text);
  const entries = page.map(([key, kind]) => {
    if (kind === 'prefix') return `<CommonPrefixes><Prefix>${written(key)}</Prefix></CommonPrefixes>`;
    const object = bucket.objects.get(key);
    const time = object?.modified.toISOString();
    return `<Contents><Key>${written(key)}</Key><LastModified>${time}</LastModified><ETag>${escapeXml(object?.etag ?? '')}</ETag><Size>${object?.bytes.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
  });
  const next = isTruncated
    ? `<NextContinuationToken>${Buffer.from(page.at(-1)?.[0] ?? '').toString('base64url')}</NextContinuationToken>`
    : '';
  const encoding = query.get('encoding-type') === 'url' ? '<EncodingType>url</EncodingType>' : '';
  return `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${name}</Name><Prefix>${written(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${limit}</MaxKeys>${encoding}<IsTruncated>${isTruncated}</IsTruncated>${next}${entries.join('')}</ListBucketResult>`;
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
