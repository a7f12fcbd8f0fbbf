import { link, lstat, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode, type Store, syncPath } from '@eider/store';
import { isRemote } from '../session/place.ts';

/** What is known of a catalog file without opening it. */
export interface CatalogFile {
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** Where the catalogs of a state stand, `S/catalog/<number>.duckdb`: DuckDB writes and reads them on this machine, wherever the state lies. */
export interface CatalogShelf {
  /** Numbers of the catalogs that there are, in no order. */
  numbers(): Promise<readonly number[]>;
  look(number: number): Promise<CatalogFile | undefined>;
  /** A path of this machine where a catalog that is there can be read. */
  open(number: number): Promise<string>;
  /** The folder of this machine where a new one is written, under a temporary name. */
  desk(): Promise<string>;
  /** Puts what was written at its number; where one stands there already, it stays unless `over`. Gives a path where the one that stands there now can be read. */
  put(written: string, number: number, over: boolean): Promise<string>;
  /** Takes away what was fetched to this machine. */
  close(): Promise<void>;
}

const name = (number: number): string => `${number}.duckdb`;

/** The catalog of a commit, which never changes: absolute, or a URI. Who attaches it never fails for as long as the commit is retained. */
export function catalogPlace(state: string, number: number): string {
  return `${state}/catalog/${name(number)}`;
}

export function openShelf(store: Store): CatalogShelf {
  return isRemote(store.root) ? remoteShelf(store) : localShelf(store);
}

async function numbersIn(store: Store): Promise<readonly number[]> {
  const names = await store.names('catalog/');
  return names.flatMap((each) => /^(\d+)\.duckdb$/.exec(each)?.[1] ?? []).map(Number);
}

function localShelf(store: Store): CatalogShelf {
  const folder = join(store.root, 'catalog');
  const at = (number: number): string => join(folder, name(number));
  return {
    numbers: () => numbersIn(store),
    look: async (number) => {
      const there = await lstat(at(number)).catch(() => undefined);
      return there && { bytes: there.size, modifiedMs: there.mtimeMs };
    },
    open: async (number) => at(number),
    desk: async () => {
      await mkdir(folder, { recursive: true });
      return folder;
    },
    put: async (written, number, over) => {
      await (over ? rename(written, at(number)) : putOnce(written, at(number)));
      await syncPath(folder);
      return at(number);
    },
    close: async () => undefined,
  };
}

async function putOnce(written: string, path: string): Promise<void> {
  try {
    await link(written, path);
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return await rm(written);
    // No links here: all who build this number make the same file, so a rename does no harm.
    return await rename(written, path);
  }
  await rm(written);
}

/** Catalogs in a bucket: written in a folder of this process's own, then put; fetched once to be read. */
function remoteShelf(store: Store): CatalogShelf {
  let made: Promise<string> | undefined;
  const desk = (): Promise<string> => {
    made ??= mkdtemp(join(tmpdir(), 'eider-catalog-'));
    return made;
  };
  const key = (number: number): string => `catalog/${name(number)}`;
  const fetched = new Map<number, string>();
  const open = async (number: number): Promise<string> => {
    const path = fetched.get(number) ?? join(await desk(), name(number));
    if (!fetched.has(number)) await writeFile(path, await store.get(key(number)), { mode: 0o444 });
    fetched.set(number, path);
    return path;
  };
  return {
    numbers: () => numbersIn(store),
    look: async (number) => {
      const there = await store.stat(key(number));
      return there && { bytes: there.bytes, modifiedMs: there.modified.getTime() };
    },
    open,
    desk,
    put: async (written, number, over) => {
      const bytes = await readFile(written);
      const outcome = over ? await store.put(key(number), bytes) : await store.putIfAbsent(key(number), bytes);
      if (outcome === 'exists') {
        await rm(written);
        return await open(number);
      }
      const path = join(await desk(), name(number));
      await rename(written, path);
      fetched.set(number, path);
      return path;
    },
    close: async () => {
      if (made !== undefined) await rm(await made, { recursive: true, force: true });
    },
  };
}
