import { lstat, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Store } from '@eider/store';
import { isRemote, joinPlace } from '../session/place.ts';
import type { FilesGeneration, Generation } from './generation.ts';
import { jsonBytes } from './json-object.ts';
import { LakeError } from './lake-error.ts';
import { keys, nodeKey } from './state-keys.ts';

/** Where generations lie outside of `S/data`: `S/places/<hash>.json`. */
export interface Place {
  /** A node's folder; with `table` the folder of a Delta table, in which others write too. */
  readonly folder: string;
  readonly table?: true;
}

/** Knows where a node's generations lie. */
export interface DataFolders {
  /** `S/data/<node>`, or `_eider/<project>/<target>-<schema>/<node>` beside a location on another device or in another bucket. Nothing is made. */
  of(node: string, location: string | null): Promise<string>;
  /** As `of`; makes the folder, durable with the files in it only, and remembers it where it is outside the state. */
  make(node: string, location: string | null): Promise<string>;
  /** The folder of a Delta table, whose files lie in it. Throws `lake/location-holds` where something else than a folder stands there. */
  makeTable(location: string): Promise<string>;
}

/** The folder that a generation's own files lie in. */
export async function folderOf(folders: DataFolders, generation: Generation): Promise<string> {
  if (generation.kind === 'sql') return await folders.of(generation.node, null);
  return tableFolder(generation) ?? (await folders.of(generation.node, generation.location));
}

/** The folder of links to a generation's files. A Delta table's folder is for what its log names. */
export async function linksFolder(folders: DataFolders, generation: FilesGeneration): Promise<string> {
  return await folders.of(generation.node, generation.delta === undefined ? generation.location : null);
}

/** The folder of the Delta table whose files a generation lists; undefined for any other generation. */
export function tableFolder(generation: Generation): string | undefined {
  if (generation.kind === 'sql' || generation.delta === undefined) return undefined;
  return generation.location ?? undefined;
}

export function dataFolders(store: Store): DataFolders {
  const devices = new Map<string, Promise<number | string>>();
  const deviceOf = (folder: string): Promise<number | string> => {
    const known = devices.get(folder) ?? (isRemote(folder) ? bucketOf(folder) : nearestDevice(folder));
    devices.set(folder, known);
    return known;
  };
  const of = async (node: string, location: string | null): Promise<string> => {
    const own = joinPlace(store.root, 'data', nodeKey(node));
    if (location === null) return own;
    const beside = dirname(location);
    const [here, there] = await Promise.all([deviceOf(store.root), deviceOf(beside)]);
    const state = store.root.split('/').slice(-2);
    return here === there ? own : joinPlace(beside, '_eider', ...state, nodeKey(node));
  };
  const remember = (place: Place): Promise<void> =>
    store.put(keys.place(place.folder), jsonBytes(place), { durable: false });
  return {
    of,
    make: async (node, location) => {
      const folder = await of(node, location);
      if (!isRemote(folder)) await mkdir(folder, { recursive: true });
      if (!folder.startsWith(`${store.root}/`)) await remember({ folder });
      return folder;
    },
    makeTable: async (location) => {
      if (!isRemote(location)) {
        const there = await lstat(location).catch(() => undefined);
        if (there !== undefined && !there.isDirectory()) throw noFolder(location);
        await mkdir(location, { recursive: true });
      }
      await remember({ folder: location, table: true });
      return location;
    },
  };
}

function noFolder(location: string): LakeError {
  const text = `A Delta table cannot be made at ${location}: files of another format stand there.`;
  return new LakeError('lake/location-holds', text, 'Give the table another location, or delete what stands there.');
}

async function bucketOf(folder: string): Promise<string> {
  return /^[^/]+:\/\/[^/]+/.exec(folder)?.[0] ?? folder;
}

/** The device of the folder, or of the nearest one above it that exists. */
async function nearestDevice(folder: string): Promise<number> {
  const found = await stat(folder).catch(() => undefined);
  if (found !== undefined || folder === dirname(folder)) return found?.dev ?? -1;
  return await nearestDevice(dirname(folder));
}
