import { lstat, readdir, rm, stat } from 'node:fs/promises';
import { accessTo, openStore, parseUri, type Store, type StoreAccess } from '@eider/store';
import { isRemote } from '../session/place.ts';
import { filesBelow } from './alias-folder.ts';
import { inBatches } from './in-batches.ts';

/** A bucket, and a key in it. */
export interface RemotePlace {
  readonly store: Store;
  readonly key: string;
}

/** Files by absolute path or by URI, wherever a lake's data lies. */
export interface Reach {
  /** The bucket of a URI, and the key in it; undefined for a path of this machine. */
  remote(place: string): Promise<RemotePlace | undefined>;
  /** The names in a folder; none where there is no such folder. */
  names(folder: string): Promise<readonly string[]>;
  /** Bytes of a file; undefined where there is none. */
  bytes(file: string): Promise<number | undefined>;
  /** The files below a folder, relative to it; none where there is no such folder. */
  below(folder: string): Promise<readonly FoundFile[]>;
  /** Deletes a file, or a folder with all that is in it. Nothing there is no error. */
  remove(place: string): Promise<void>;
}

export interface FoundFile {
  readonly name: string;
  readonly bytes: number;
  /** Of a file with several names on this machine: counted once. */
  readonly inode?: string;
}

/** `buckets` says how a bucket is reached; as the environment does where absent. */
export function openReach(buckets: StoreAccess = {}): Reach {
  const stores = new Map<string, Map<unknown, Promise<Store>>>();
  const remote = async (place: string): Promise<RemotePlace | undefined> => {
    if (!isRemote(place)) return undefined;
    const uri = parseUri(place);
    if (uri.scheme === 'file') return undefined;
    const access = accessTo(uri, buckets);
    const known = stores.get(uri.root) ?? new Map<unknown, Promise<Store>>();
    stores.set(uri.root, known);
    const fixed = access === undefined ? {} : { [uri.scheme]: () => access };
    const store = known.get(access) ?? openStore(uri.root, fixed);
    known.set(access, store);
    return { store: await store, key: uri.key };
  };
  return {
    remote,
    names: async (folder) => {
      const there = await remote(folder);
      return there === undefined
        ? await readdir(folder).catch(() => [])
        : await there.store.names(keysBelow(there.key));
    },
    bytes: async (file) => {
      const there = await remote(file);
      if (there !== undefined) return (await there.store.stat(there.key))?.bytes;
      return (await stat(file).catch(() => undefined))?.size;
    },
    below: async (folder) => {
      const there = await remote(folder);
      return there === undefined ? await localBelow(folder) : await remoteBelow(there);
    },
    remove: async (place) => {
      const there = await remote(place);
      if (there === undefined) return await rm(place, { recursive: true, force: true });
      const { key, store } = there;
      await inBatches(await remoteBelow(there), 8, ({ name }) => store.delete(`${key}/${name}`));
      await store.delete(key);
    },
  };
}

/** What the keys of a folder's objects begin with; the bucket itself has no key. */
export function keysBelow(key: string): string {
  return key === '' ? '' : `${key}/`;
}

async function remoteBelow({ key, store }: RemotePlace): Promise<readonly FoundFile[]> {
  const prefix = keysBelow(key);
  const found: FoundFile[] = [];
  let after: string | undefined;
  do {
    const page = await store.list({ prefix, ...(after !== undefined && { after }) });
    for (const object of page.objects) found.push({ name: object.key.slice(prefix.length), bytes: object.bytes });
    after = page.next;
  } while (after !== undefined);
  return found;
}

async function localBelow(folder: string): Promise<readonly FoundFile[]> {
  const names = await filesBelow(folder).catch(() => []);
  const found: FoundFile[] = [];
  await inBatches([...names.entries()], 32, async ([i, name]) => {
    const there = await lstat(`${folder}/${name}`).catch(() => undefined);
    if (there !== undefined) found[i] = { name, bytes: there.size, inode: `${there.dev} ${there.ino}` };
  });
  return found.filter((file) => file !== undefined);
}
