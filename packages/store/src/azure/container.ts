import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../errors.ts';
import type { Bucket } from '../remote/bucket.ts';
import { createBucketStore, wholeSeconds } from '../remote/bucket-store.ts';
import { newPutName } from '../remote/create.ts';
import type { RemoteResponse, Sender } from '../remote/exchange.ts';
import { allParts, type PartSource, partSize } from '../remote/parts.ts';
import { takenBack } from '../remote/refusal.ts';
import { otherKeys } from '../remote/renewing.ts';
import { remoteSender } from '../remote/sender.ts';
import type { Store } from '../store.ts';
import type { AzureAccess, AzureCredentials } from './access.ts';
import { blobLists } from './list.ts';
import { errorName, refusal } from './refusal.ts';
import { type AzureRequest, blobUrl, signedRequest } from './sign.ts';

/** The header that carries the name of one put with the blob. */
const putName = 'x-ms-meta-eiderput';

/** As many blocks as a blob may have. */
const mostBlocks = 50_000;

export interface AzureContainer {
  readonly container: string;
  /** As URIs of it begin: `az://container`, `abfss://account.dfs.core.windows.net/container`. */
  readonly root: string;
}

/** A container of Azure Blob Storage, or the part of it under a prefix, as a store. */
export function createAzureStore(place: AzureContainer, prefix: string, access: AzureAccess): Store {
  return createBucketStore(azureBucket(place, access), prefix);
}

function azureSender(access: AzureAccess, container: string): Sender<AzureRequest> {
  return remoteSender<AzureRequest, AzureCredentials | null>(
    {
      keys: () => access.credentials(),
      renewed: (old) => otherKeys(access.credentials, old),
      prepare: (request, keys) => signedRequest(access, container, request, keys),
      errorName: (_, answer) => errorName(answer),
      passing: /^(ServerBusy|InternalError|OperationTimedOut|ContainerBeingDeleted)$/,
      stale: /^(TokenExpired|SasExpired)( |$)/,
      refusal: ({ doing }, answer, more) => refusal(doing, container, answer, more),
    },
    access,
  );
}

function azureBucket({ container, root }: AzureContainer, access: AzureAccess): Bucket {
  const send = azureSender(access, container);
  const look = (key: string, doing: string, once = false): Promise<RemoteResponse> =>
    send({ method: 'HEAD', key, doing, once, accept: [404] });
  const head: Bucket['head'] = async (key, doing, once) => {
    const { headers, status } = await look(key, doing, once);
    if (status === 404) return undefined;
    const modified = wholeSeconds(headers.get('last-modified'));
    return { bytes: Number(headers.get('content-length')), modified, put: headers.get(putName) };
  };
  const put = async (key: string, body: Uint8Array, doing: string): Promise<void> => {
    await send({ method: 'PUT', key, doing, body, headers: blockBlob });
  };
  return {
    root,
    head,
    read: async (key, doing, range) => {
      if (range === undefined) return (await send({ method: 'GET', key, doing })).bytes;
      const headers = { 'x-ms-range': `bytes=${range[0]}-${range[1]}` };
      const { bytes, status } = await send({ method: 'GET', key, doing, headers, accept: [416] });
      return status === 416 ? new Uint8Array() : bytes;
    },
    write: async (key, source, doing) => {
      const { partSize: part = partSize } = access;
      if (source.bytes <= part) return await put(key, await source.read(0, source.bytes), doing);
      await putBlocks({ send, head }, source, { key, doing, part });
    },
    create: async (key, body, name, doing) => {
      const headers = { ...blockBlob, 'if-none-match': '*', [putName]: name };
      const accept = [412, 'BlobAlreadyExists'];
      return (await send({ method: 'PUT', key, doing, headers, body, accept })).status === 201 ? 'created' : 'taken';
    },
    remove: async (key, doing) => {
      const headers = { 'x-ms-delete-snapshots': 'include' };
      await send({ method: 'DELETE', key, doing, headers, accept: [404] });
    },
    copy: async (from, to, doing) => {
      const keys = await access.credentials();
      const query = keys !== null && 'sas' in keys ? `?${keys.sas}` : '';
      const headers = { 'x-ms-copy-source': `${blobUrl(access, container, from)}${query}` };
      const begun = await send({ method: 'PUT', key: to, doing, headers });
      await untilCopied(begun, () => look(to, doing), doing);
    },
    ...blobLists(send),
  };
}

const blockBlob = { 'x-ms-blob-type': 'BlockBlob' };

/** Milliseconds between two looks at a copy that goes on, and the looks that nothing moves in before it counts as stuck. */
const [copyWait, mostLooks] = [500, 240];

/** Within an account a copy is done with its request, or soon after. */
async function untilCopied(begun: RemoteResponse, look: () => Promise<RemoteResponse>, doing: string): Promise<void> {
  let [answer, progress, still] = [begun, '', 0];
  while (answer.headers.get('x-ms-copy-status') === 'pending' && still < mostLooks) {
    await sleep(copyWait);
    answer = await look();
    const now = answer.headers.get('x-ms-copy-progress') ?? '';
    still = now === progress ? still + 1 : 0;
    progress = now;
  }
  const status = answer.headers.get('x-ms-copy-status') ?? 'success';
  if (status === 'success') return;
  const why = answer.headers.get('x-ms-copy-status-description') ?? `the copy is ${status}`;
  throw new StoreError('store/failed', `Could not ${doing}: ${why}`, 'Try again; if it stays so, look at the account.');
}

/** Puts a large blob in blocks. It is seen when the list of them is put; blocks that no list names go by themselves. */
async function putBlocks(
  { head, send }: { readonly send: Sender<AzureRequest> } & Pick<Bucket, 'head'>,
  { bytes, read }: PartSource,
  what: { readonly key: string; readonly doing: string; readonly part: number },
): Promise<void> {
  const { doing, key } = what;
  const part = Math.max(what.part, Math.ceil(bytes / mostBlocks));
  const name = newPutName();
  const ids = await allParts(Math.ceil(bytes / part), async (i) => {
    const blockid = Buffer.from(`${name}-${String(i).padStart(6, '0')}`).toString('base64');
    const body = await read(i * part, Math.min((i + 1) * part, bytes));
    await send({ method: 'PUT', key, doing, query: { comp: 'block', blockid }, body });
    return blockid;
  });
  const list = `<BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`;
  const done = await send({
    ...{ method: 'PUT', key, doing, query: { comp: 'blocklist' }, headers: { [putName]: name } },
    ...{
      body: new TextEncoder().encode(`<?xml version="1.0" encoding="utf-8"?>${list}`),
      accept: ['InvalidBlockList'],
    },
  });
  if (done.status === 201) return;
  // Gone: either an earlier try put the list and somebody wrote over it, or another upload to this key took the blocks away.
  if (done.repeated && (await head(key, doing))?.put === name) return;
  throw new StoreError(takenBack.code, `Could not ${doing}: InvalidBlockList`, takenBack.hint);
}
