import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Store } from '@eider/store';
import { isRemote, joinPlace } from '../session/place.ts';
import { jsonBytes } from './json-object.ts';
import { keys, nodeKey } from './state-keys.ts';

/** Knows where a node's generations lie. */
export interface DataFolders {
  /** `S/data/<node>`, or `_eider/<project>/<target>-<schema>/<node>` beside a location on another device or in another bucket. Nothing is made. */
  of(node: string, location: string | null): Promise<string>;
  /** As `of`; makes the folder, durable with the files in it only, and remembers it where it is outside the state. */
  make(node: string, location: string | null): Promise<string>;
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
  return {
    of,
    make: async (node, location) => {
      const folder = await of(node, location);
      if (!isRemote(folder)) await mkdir(folder, { recursive: true });
      if (!folder.startsWith(`${store.root}/`)) {
        await store.put(keys.place(folder), jsonBytes({ folder }), { durable: false });
      }
      return folder;
    },
  };
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
