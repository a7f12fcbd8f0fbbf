import { createHash, randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessTo, type BucketUri, parseUri, type StoreAccess, type Traffic } from '@eider/store';
import type { Connection, Session } from '../session/session.ts';
import { bindGate, empty, probe, unbindGate } from './bind-gate.ts';
import { type Gate, openGate } from './gate.ts';
import { holdObjects } from './held-objects.ts';
import { type CacheOptions, openCache } from './object-cache.ts';
import { type ObjectPlace, objectReader } from './object-reader.ts';

export interface ObjectsOptions {
  readonly cache: CacheOptions;
  /** The folder whose objects never change, a URI without `/` at its end. */
  readonly folder: string;
  /** Reaches an object's bucket. */
  readonly place: (uri: string) => Promise<ObjectPlace>;
  /** How a bucket is reached: copies of one server's objects are not taken for another's. */
  readonly buckets: StoreAccess;
}

/**
 * The objects of a lake's generations as one machine sees them: written here first and sent by us, read from copies of this machine where there are some.
 * Nothing rests on the copies: whatever goes wrong with them, the bucket is asked.
 */
export interface Objects extends Desk {
  /** Lets the DuckDB of a run read through this process, and its nodes write drafts; where either does not work, it reads and writes the bucket. */
  serve(session: ServedSession): Promise<void>;
  /** Lets a DuckDB with httpfs read the folder's objects through this process. False where that does not work: then it reads the bucket. */
  bind(connection: Connection): Promise<boolean>;
  /** Sends an object that is held; does nothing for others. Throws StoreError. */
  send(uri: string): Promise<void>;
  /** What a request of DuckDB's to this process cost at the bucket; undefined for a URL that is not this process's. */
  fetched(url: string): Promise<Traffic | undefined>;
  /** Says how large objects are that may be asked for, so that the bucket need not be asked. */
  learn(files: readonly { readonly path: string; readonly bytes: number }[]): void;
  /** Ends a build whose name is in its URIs: what was sent becomes a copy, what was not is forgotten, and the copies are kept within their bound. */
  tidy(part: string): Promise<void>;
}

/** The DuckDB of a run. One that keeps nothing (`inMemory`) may be told paths of this machine. */
type ServedSession = Pick<Session, 'connect' | 'inMemory' | 'target'>;

/** Where the nodes of a run write. */
export interface Desk {
  /** Where a file or folder is written that is to become an object, or objects, at a URI; undefined where it must be written there itself. */
  draft(uri: string): Promise<string | undefined>;
  /** Says which object a written file is to be: who reads it in the run finds it from now on. */
  hold(uri: string, file: string): Promise<void>;
  /** Where the run's DuckDB may read an object until the build ends, without asking anybody; undefined where it is to be asked for by its URI. */
  near(uri: string): string | undefined;
  /** This machine has no room for drafts: what is held is sent, and from now on the bucket is read and written. Throws StoreError. */
  giveUp(): Promise<void>;
}

/** How much of the copies' bound drafts may take that stay until the end of their build. */
const nearShare = 0.5;

export function openObjects({ cache: cacheOptions, folder, place, buckets }: ObjectsOptions): Objects {
  const cache = openCache(cacheOptions);
  const sizes = new Map<string, number>();
  const desk = `${process.pid}-${randomBytes(6).toString('hex')}`;
  let served: ServedSession | undefined;
  let givenUp: Promise<void> | undefined;
  let gate: Promise<Gate> | undefined;
  const nameOf = (uri: string): string => copyName(bucketOf(uri), buckets);
  const held = holdObjects({ cache, nameOf, place, mostNear: nearShare * cacheOptions.maxSize });
  const draft = (uri: string): Promise<string> => cache.draft(join(desk, draftName(uri)));
  const bind = async (connection: Connection): Promise<boolean> => {
    const find = objectReader({ cache, held: held.files, sizes, nameOf, draft, place });
    const { root } = bucketOf(folder);
    gate ??= openGate((_, key) => (key === probe ? Promise.resolve(empty) : find(`${root}/${key}`)));
    return await bindGate(connection, await gate, folder);
  };
  return {
    serve: async (session) => {
      [served, givenUp] = [undefined, undefined];
      if (leavesThreads(session.target.threads) && (await isWritable(() => draft(folder))))
        served = (await withConnection(session, bind)) ? session : undefined;
    },
    bind,
    draft: async (uri) => {
      const isHere = served !== undefined && givenUp === undefined && uri.startsWith(`${folder}/`);
      return isHere ? await draft(uri).catch(() => undefined) : undefined;
    },
    hold: async (uri, file) => {
      await held.hold(uri, file, served?.inMemory === true);
      if (givenUp !== undefined) await held.send(uri);
    },
    near: held.near,
    giveUp: async () => {
      givenUp ??= Promise.all([...held.files.keys()].map(held.send)).then(
        () => served && withConnection(served, unbindGate),
      );
      await givenUp;
    },
    send: held.send,
    fetched: async (url) => (await gate)?.fetched(url),
    learn: (files) => {
      for (const { bytes, path } of files) if (path.startsWith(`${folder}/`)) sizes.set(path, bytes);
    },
    tidy: async (part) => {
      await held.end(part);
      if (held.files.size === 0) await cache.removeDrafts(desk);
      await cache.trim();
    },
  };
}

/** A name for each URI, with its ending. */
function draftName(uri: string): string {
  const [, name = ''] = /\/([^/]+)$/.exec(uri) ?? [];
  return `${createHash('sha256').update(uri).digest('hex').slice(0, 16)}-${name}`;
}

/** The same for everybody who reads the object on the same server. */
function copyName(uri: BucketUri, buckets: StoreAccess): string {
  const { endpoint, region = uri.scheme } = { ...accessTo(uri, buckets) } as { endpoint?: string; region?: string };
  return JSON.stringify([endpoint ?? region, uri.bucket, uri.key]);
}

/** Queries that wait for bytes hold a thread of libuv's each: some have to be left for those who bring the bytes. */
function leavesThreads(queries: number): boolean {
  return Number(process.env.UV_THREADPOOL_SIZE ?? 4) >= queries + 16;
}

async function isWritable(draft: () => Promise<string>): Promise<boolean> {
  try {
    const file = await draft();
    await writeFile(file, 'written');
    await rm(file);
    return true;
  } catch {
    return false;
  }
}

async function withConnection<T>(
  session: Pick<Session, 'connect'>,
  action: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await session.connect();
  return await action(connection).finally(() => connection.close());
}

function bucketOf(uri: string): BucketUri {
  const parsed = parseUri(uri);
  if (parsed.scheme === 'file') throw new Error(`bug: ${uri} is in no bucket`);
  return parsed;
}
