import { dirname } from 'node:path';
import { keptKeys, vacuum } from '@eider/delta';
import type { Store } from '@eider/store';
import { newestSnapshot } from '../delta/newest-snapshot.ts';
import { joinPlace } from '../session/place.ts';
import { buildOfName } from './build-id.ts';
import type { Place } from './data-folder.ts';
import { readHint } from './json-object.ts';
import type { TableLogs } from './table-logs.ts';

/** Every place outside of `S/data` where generations lie. */
export async function readPlaces(store: Store): Promise<readonly Place[]> {
  const names = await store.names('places/');
  const found = await Promise.all(names.map((name) => readHint<Place>(store, `places/${name}`)));
  return found.filter((place) => place !== undefined);
}

/** Tells of files in Delta tables whether the table needs them: its log names them, or did within the table's own retention. */
export interface TableFiles {
  /** Whether a file of a table, or one below a folder of it, is needed. All are where the log cannot be read. */
  isNeeded(root: string, path: string): Promise<boolean>;
}

/** Each log is read once. */
export function tableFiles(tables: TableLogs, now: Date): TableFiles {
  const known = new Map<string, Promise<ReadonlySet<string> | 'all'>>();
  const read = async (root: string): Promise<ReadonlySet<string> | 'all'> => {
    try {
      const snapshot = await newestSnapshot(await tables.open(root));
      return snapshot === undefined ? new Set() : withFolders(root, keptKeys(snapshot, now.getTime()));
    } catch {
      return 'all';
    }
  };
  return {
    isNeeded: async (root, path) => {
      const asked = known.get(root) ?? read(root);
      known.set(root, asked);
      const needed = await asked;
      return needed === 'all' || needed.has(path);
    },
  };
}

/** Absolute paths of keys, with the folders that they lie in below the table's. */
function withFolders(root: string, keys: Iterable<string>): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const key of keys)
    for (let path = joinPlace(root, key); path.length > root.length && !paths.has(path); path = dirname(path))
      paths.add(path);
  return paths;
}

export interface VacuumRequest {
  readonly tables: TableLogs;
  readonly now: Date;
  /** Absolute paths that stay whatever the log says: of retained generations. */
  readonly kept: ReadonlySet<string>;
  /** Builds that live: what they wrote stays. */
  readonly lives: ReadonlySet<string>;
}

/** The files of a table that its log and its retention need no more, and that no generation has. None where the log cannot be read. */
export async function overInTable(
  root: string,
  { kept, lives, now, tables }: VacuumRequest,
): Promise<readonly string[]> {
  const isLive = (key: string): boolean => key.split('/').some((part) => lives.has(buildOfName(part) ?? ''));
  const keep = (key: string): boolean => isLive(key) || kept.has(joinPlace(root, key));
  try {
    const ports = await tables.open(root);
    const snapshot = await newestSnapshot(ports);
    if (snapshot === undefined) return [];
    const { keys } = await vacuum(ports, snapshot, now.getTime(), { dryRun: true, keep });
    return keys.map((key) => joinPlace(root, key));
  } catch {
    return [];
  }
}
