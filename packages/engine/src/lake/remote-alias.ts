import { basename, dirname } from 'node:path';
import { joinPlace } from '../session/place.ts';
import type { AliasOutcome, AliasRecord } from './alias.ts';
import type { FilesGeneration } from './generation.ts';
import { inBatches } from './in-batches.ts';
import type { Reach } from './reach.ts';
import { nodeKey } from './state-keys.ts';

export interface RemoteAliasRequest {
  readonly reach: Reach;
  readonly generation: FilesGeneration;
  readonly location: string;
  /** What this state put there last. */
  readonly before: AliasRecord | undefined;
  /** Whether an object of that very name is there. */
  readonly stands: (location: string) => Promise<boolean>;
}

/** Looks for objects at locations, so many of them: in each folder by one listing where there are many. */
export function lookAtLocations(reach: Reach, count: number): RemoteAliasRequest['stands'] {
  if (count < many) return async (location) => (await reach.bytes(location)) !== undefined;
  const listed = new Map<string, Promise<ReadonlySet<string>>>();
  const list = async (folder: string): Promise<ReadonlySet<string>> => new Set(await reach.names(folder));
  return async (location) => {
    const folder = dirname(location);
    const found = listed.get(folder) ?? list(folder);
    listed.set(folder, found);
    return (await found).has(basename(location)) && (await reach.bytes(location)) !== undefined;
  };
}

const many = 16;

/**
 * Makes a location in a bucket show a generation: copies made by the server, new ones first, then what the generation before had there and this one has not
 * goes. Not atomic: for a moment readers of the location see both. What stood there and was not this state's is moved into `_eider/replaced`.
 */
export async function placeRemoteAlias(request: RemoteAliasRequest): Promise<AliasOutcome> {
  const { before, generation, location, reach } = request;
  const files = generation.files.map(({ name }) => (generation.folder ? name : ''));
  const record: AliasRecord = { generation: generation.id, location, how: 'copy', names: files };
  const own = before?.location === location ? (before.names ?? []) : [];
  const moved = generation.origin === 'adopted' && own.length === 0 ? {} : await moveForeign(request, new Set(own));
  await inBatches(generation.files, 8, async ({ name, path }) => {
    await copyObject(reach, path, generation.folder ? joinPlace(location, name) : location);
  });
  const stale = own.filter((name) => !files.includes(name));
  await removeNames(reach, location, stale);
  return { record, ...moved };
}

/** Takes a remote alias away. */
export async function removeRemoteAlias(reach: Reach, { location, names = [] }: AliasRecord): Promise<boolean> {
  if (location === null || names.length === 0) return false;
  await removeNames(reach, location, names);
  return true;
}

async function removeNames(reach: Reach, location: string, names: readonly string[]): Promise<void> {
  await inBatches(names, 8, async (name) => {
    const there = await reach.remote(name === '' ? location : joinPlace(location, name));
    await there?.store.delete(there.key);
  });
}

/** Objects at a location that this state did not put: at the name itself, and below it for a folder. */
async function moveForeign(
  { generation, location, reach, stands }: RemoteAliasRequest,
  own: ReadonlySet<string>,
): Promise<{ readonly movedTo?: string }> {
  const found = own.has('') || !(await stands(location)) ? [] : [''];
  const below = generation.folder ? (await reach.below(location)).map(({ name }) => name) : [];
  const foreign = [...found, ...below].filter((name) => !own.has(name));
  if (foreign.length === 0) return {};
  const aside = joinPlace(dirname(location), '_eider', 'replaced', `${basename(location)}-${nodeKey(generation.id)}`);
  await inBatches(foreign, 8, async (name) => {
    const at = (place: string): string => (name === '' ? place : joinPlace(place, name));
    await copyObject(reach, at(location), at(aside));
  });
  await removeNames(reach, location, foreign);
  return { movedTo: aside };
}

/** Within a bucket the server copies; between two, and from this machine, the bytes come this way. */
export async function copyObject(reach: Reach, from: string, to: string): Promise<void> {
  const [source, target] = await Promise.all([reach.remote(from), reach.remote(to)]);
  if (source === undefined || target === undefined) throw new Error(`${from} and ${to} must both be in buckets`);
  if (source.store === target.store) await source.store.copy(source.key, target.key);
  else await target.store.put(target.key, await source.store.get(source.key));
}
