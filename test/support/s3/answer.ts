import { randomUUID } from 'node:crypto';
import { escapeXml, listing } from './listing.ts';
import { type Bucket, type StoredObject, stored } from './objects.ts';

/** A request, with its body. */
export interface S3Call {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export interface S3Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What answers depend on beside the buckets. */
export interface S3Rules {
  readonly now: Date;
  readonly conditions: 'kept' | 'ignored' | 'refused';
  /** Bytes. */
  readonly largestCopy: number;
}

/** Does what a request asks for, as S3 does it (path style). */
export function answer(buckets: ReadonlyMap<string, Bucket>, call: S3Call, rules: S3Rules): S3Answer {
  const bucket = buckets.get(call.bucket);
  if (bucket === undefined) return s3Error(404, 'NoSuchBucket');
  if (call.key === '') return answerBucket(bucket, call);
  const upload = call.query.get('uploadId');
  if (call.method === 'POST' && call.query.has('uploads')) return begin(bucket, call);
  if (upload !== null) return inUpload(buckets, bucket, call, { ...rules, upload });
  if (call.method === 'PUT') return put(buckets, bucket, call, rules);
  if (call.method === 'DELETE') {
    bucket.objects.delete(call.key);
    return empty(204);
  }
  const object = bucket.objects.get(call.key);
  return object === undefined ? s3Error(404, 'NoSuchKey') : get(object, call);
}

/** An error document; `more` are elements of it beside code and message. */
export function s3Error(status: number, code: string, more: Readonly<Record<string, string>> = {}): S3Answer {
  const elements = Object.entries(more).map(([name, text]) => `<${name}>${escapeXml(text)}</${name}>`);
  const message = `<Message>${code} of the test server</Message>`;
  return xml(status, `<Error><Code>${code}</Code>${message}${elements.join('')}</Error>`);
}

function xml(status: number, text: string): S3Answer {
  const body = new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8"?>${text}`);
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

function empty(status: number, headers: Readonly<Record<string, string>> = {}): S3Answer {
  return { status, headers, body: new Uint8Array() };
}

function answerBucket(bucket: Bucket, { bucket: name, method, query, body }: S3Call): S3Answer {
  if (method === 'HEAD') return empty(200);
  if (method === 'GET') return xml(200, listing(name, bucket, query));
  if (method !== 'POST' || !query.has('delete')) return s3Error(405, 'MethodNotAllowed');
  for (const [, key = ''] of new TextDecoder().decode(body).matchAll(/<Key>([^<]*)<\/Key>/g))
    bucket.objects.delete(key);
  return xml(200, '<DeleteResult/>');
}

function put(buckets: ReadonlyMap<string, Bucket>, bucket: Bucket, call: S3Call, rules: S3Rules): S3Answer {
  if (rules.conditions === 'refused' && call.headers['if-none-match'] !== undefined)
    return s3Error(501, 'NotImplemented');
  const refused = rules.conditions === 'kept' ? conditionFault(bucket.objects.get(call.key), call) : undefined;
  if (refused !== undefined) return refused;
  if (call.headers['x-amz-copy-source'] !== undefined) return copy(buckets, bucket, call, rules);
  const object = stored(call.body, metadataOf(call), rules.now);
  bucket.objects.set(call.key, object);
  return empty(200, { etag: object.etag });
}

/** `If-None-Match: *` and `If-Match: etag` of a write. */
function conditionFault(there: StoredObject | undefined, { headers }: S3Call): S3Answer | undefined {
  if (headers['if-none-match'] === '*' && there !== undefined) return s3Error(412, 'PreconditionFailed');
  const wanted = headers['if-match'];
  if (wanted === undefined || wanted === there?.etag) return undefined;
  return there === undefined ? s3Error(404, 'NoSuchKey') : s3Error(412, 'PreconditionFailed');
}

function metadataOf({ headers }: S3Call): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (name.startsWith('x-amz-meta-') ? [[name, value ?? '']] : [])),
  );
}

/** What a request copies from: all of it, or the range that it names. */
function copied(buckets: ReadonlyMap<string, Bucket>, { headers }: S3Call): StoredObject | undefined {
  const source = headers['x-amz-copy-source'] ?? '';
  const [name = '', ...key] = decodeURIComponent(source).replace(/^\//, '').split('/');
  const from = buckets.get(name)?.objects.get(key.join('/'));
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers['x-amz-copy-source-range'] ?? '') ?? [];
  if (from === undefined || first === undefined) return from;
  return { ...from, bytes: from.bytes.subarray(Number(first), Number(last) + 1) };
}

function copy(
  buckets: ReadonlyMap<string, Bucket>,
  bucket: Bucket,
  call: S3Call,
  { largestCopy, now }: S3Rules,
): S3Answer {
  const from = copied(buckets, call);
  if (from === undefined) return s3Error(404, 'NoSuchKey');
  if (from.bytes.length > largestCopy) return s3Error(400, 'InvalidRequest');
  bucket.objects.set(call.key, stored(from.bytes, from.metadata, now));
  return xml(200, `<CopyObjectResult><ETag>${escapeXml(from.etag)}</ETag></CopyObjectResult>`);
}

function get(object: StoredObject, { headers, method }: S3Call): S3Answer {
  const { bytes, etag, metadata, modified } = object;
  const about = { etag, 'last-modified': modified.toUTCString(), 'accept-ranges': 'bytes', ...metadata };
  const asked = headers['if-match'];
  if (asked !== undefined && asked !== etag) return s3Error(412, 'PreconditionFailed');
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '') ?? [];
  if (method === 'HEAD' || (first === '' && last === '')) return { status: 200, headers: about, body: bytes };
  const start = first === '' ? Math.max(0, bytes.length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? bytes.length - 1 : Math.min(Number(last), bytes.length - 1);
  if (start >= bytes.length) return s3Error(416, 'InvalidRange');
  const range = { 'content-range': `bytes ${start}-${end}/${bytes.length}` };
  return { status: 206, headers: { ...about, ...range }, body: bytes.subarray(start, end + 1) };
}

function begin(bucket: Bucket, call: S3Call): S3Answer {
  const { key, bucket: name } = call;
  const id = randomUUID();
  bucket.uploads.set(id, { key, metadata: metadataOf(call), parts: new Map() });
  const text = `<Bucket>${name}</Bucket><Key>${escapeXml(key)}</Key><UploadId>${id}</UploadId>`;
  return xml(200, `<InitiateMultipartUploadResult>${text}</InitiateMultipartUploadResult>`);
}

function inUpload(
  buckets: ReadonlyMap<string, Bucket>,
  bucket: Bucket,
  call: S3Call,
  { largestCopy, now, upload: id }: S3Rules & { readonly upload: string },
): S3Answer {
  const upload = bucket.uploads.get(id);
  if (upload === undefined || upload.key !== call.key) return s3Error(404, 'NoSuchUpload');
  if (call.method === 'PUT') {
    const isCopy = call.headers['x-amz-copy-source'] !== undefined;
    const body = isCopy ? copied(buckets, call)?.bytes : call.body;
    if (body === undefined) return s3Error(404, 'NoSuchKey');
    if (isCopy && body.length > largestCopy) return s3Error(400, 'InvalidRequest');
    upload.parts.set(Number(call.query.get('partNumber')), body);
    const { etag } = stored(body, {}, now);
    return isCopy ? xml(200, `<CopyPartResult><ETag>${escapeXml(etag)}</ETag></CopyPartResult>`) : empty(200, { etag });
  }
  if (call.method === 'DELETE') {
    bucket.uploads.delete(id);
    return empty(204);
  }
  const refused = conditionFault(bucket.objects.get(call.key), call);
  if (refused !== undefined) return refused;
  const numbers = [...new TextDecoder().decode(call.body).matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map(([, n]) =>
    Number(n),
  );
  const parts = numbers.map((number) => upload.parts.get(number));
  if (parts.length === 0 || parts.includes(undefined)) return s3Error(400, 'InvalidPart');
  bucket.uploads.delete(id);
  const object = stored(Buffer.concat(parts.filter((part) => part !== undefined)), upload.metadata, now);
  bucket.objects.set(call.key, object);
  return xml(
    200,
    `<CompleteMultipartUploadResult><ETag>${escapeXml(object.etag)}</ETag></CompleteMultipartUploadResult>`,
  );
}
