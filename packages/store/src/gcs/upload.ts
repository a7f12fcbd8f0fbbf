import { StoreError } from '../errors.ts';
import type { Bucket } from '../remote/bucket.ts';
import { newPutName } from '../remote/create.ts';
import type { PartSource } from '../remote/parts.ts';
import { takenBack } from '../remote/refusal.ts';
import { type GcsPlace, putName } from './request.ts';

/** Parts of an upload are multiples of this, but for the last. */
const unit = 256 * 1024;

/** Puts a large object by a resumable upload, part after part: the server says how far it has come. It is seen when the last part is there. */
export async function putInTurn(
  { send, uploads }: GcsPlace,
  head: Bucket['head'],
  { bytes, read }: PartSource,
  { doing, key, part: wanted }: { readonly key: string; readonly doing: string; readonly part: number },
): Promise<void> {
  const part = Math.max(unit, Math.floor(wanted / unit) * unit);
  const name = newPutName();
  const begun = await send({
    ...{ method: 'POST', path: uploads, query: { uploadType: 'resumable', name: key }, doing },
    headers: { 'content-type': 'application/json', 'x-upload-content-type': 'application/octet-stream' },
    body: new TextEncoder().encode(JSON.stringify({ name: key, metadata: { [putName]: name } })),
  });
  const { pathname: path, searchParams } = new URL(begun.headers.get('location') ?? '', 'http://upload');
  const query = Object.fromEntries(searchParams);
  for (let start = 0; start < bytes; ) {
    const end = Math.min(start + part, bytes);
    const headers = { 'content-range': `bytes ${start}-${end - 1}/${bytes}` };
    const body = await read(start, end);
    // What the server has already is passed over, so a part may be sent again.
    const answer = await send({ method: 'PUT', path, query, headers, body, doing, accept: [308, 404, 410] });
    if (answer.status === 404 || answer.status === 410) {
      // Gone: either an earlier try ended it, or somebody else took it back.
      if (answer.repeated && (await head(key, doing))?.put === name) return;
      throw new StoreError(takenBack.code, `Could not ${doing}: the upload is gone`, takenBack.hint);
    }
    if (answer.status !== 308) return;
    const [, last] = /bytes=0-(\d+)/.exec(answer.headers.get('range') ?? '') ?? [];
    start = last === undefined ? 0 : Number(last) + 1;
  }
}
