import type { Store } from '@eider/store';
import { processLives, processSpace, processStart } from '../session/process-space.ts';
import type { Generation } from './generation.ts';
import { jsonBytes, readHint, readJson } from './json-object.ts';
import { fromMovable, mapPlaces, toMovable } from './movable-place.ts';
import { keys } from './state-keys.ts';

/** What a running build says of itself: `S/builds/<build>.json`, put again as a heartbeat. */
export interface Heartbeat {
  readonly build: string;
  readonly pid: number;
  /** Where that pid means something: boot and pid namespace; null where this cannot be told. */
  readonly space: string | null;
  /** When the process was started: another one may get its id. Absent where nobody can tell. */
  readonly started?: string;
  /** Ids of builds without a commit whose finished generations this one may take: they are kept for it. */
  readonly continues?: readonly string[];
  /** The entry that the build reads: retained while it runs; 0 for none. */
  readonly head: number;
}

/** A build that began and did not end: it runs, or it was killed. */
export interface OpenBuild extends Heartbeat {
  readonly lives: boolean;
  /** The last heartbeat, by the store's clock. */
  readonly seen: Date;
}

/** A build of another machine whose heartbeat is older is taken for dead. */
export const deadAfterMs = 120_000;

/** The generation object of a node in a build; undefined where retention deleted it. */
export async function readGeneration(store: Store, build: string, node: string): Promise<Generation | undefined> {
  const generation = await readJson<Generation>(store, keys.generation(build, node));
  return generation && mapPlaces(generation, store.root, fromMovable);
}

/** Puts a generation object. It is durable only after `store.sync` of the key that comes back. */
export async function putGeneration(store: Store, generation: Generation): Promise<string> {
  const key = keys.generation(generation.build, generation.node);
  await store.put(key, jsonBytes(mapPlaces(generation, store.root, toMovable)), { durable: false });
  return key;
}

export async function putHeartbeat(store: Store, beat: Heartbeat): Promise<void> {
  await store.put(keys.heartbeat(beat.build), jsonBytes(beat), { durable: false });
}

/** Builds that began and did not end, but for one that asks. A build of this machine lives as long as its process; another one while its heartbeat is young by the store's clock. */
export async function openBuilds(store: Store, probe: string, own?: string): Promise<readonly OpenBuild[]> {
  const page = await store.list({ prefix: 'builds/' });
  const others = page.objects.filter(({ key }) => own === undefined || key !== keys.heartbeat(own));
  if (others.length === 0) return [];
  const space = await processSpace();
  let clock: Promise<Date> | undefined;
  const isYoung = async (modified: Date): Promise<boolean> => {
    clock ??= storeTime(store, probe);
    return (await clock).getTime() - modified.getTime() < deadAfterMs;
  };
  const builds = await Promise.all(
    others.map(async ({ key, modified }) => {
      const beat = await readBeat(store, key);
      if (beat === undefined) return undefined;
      const isHere = space !== null && beat.space === space;
      return { ...beat, lives: isHere ? await runsHere(beat) : await isYoung(modified), seen: modified };
    }),
  );
  return builds.filter((build) => build !== undefined);
}

/** A process that got the id of one that is gone is another. */
async function runsHere({ pid, started }: Heartbeat): Promise<boolean> {
  const found = started === undefined ? undefined : await processStart(pid);
  // A system may hide the processes of others.
  return found === undefined ? processLives(pid) : found === started;
}

/** Undefined where the build ended meanwhile. A heartbeat that a crash of the machine tore tells nothing but whose it is. */
async function readBeat(store: Store, key: string): Promise<Heartbeat | undefined> {
  const beat = await readHint<Heartbeat>(store, key);
  if (beat !== undefined) return beat;
  const torn = (await store.stat(key)) !== undefined;
  return torn ? { build: key.slice('builds/'.length, -'.json'.length), pid: 0, space: null, head: 0 } : undefined;
}

/** The store's own clock, by an object put and deleted. */
export async function storeTime(store: Store, probe: string): Promise<Date> {
  const key = `clock/${probe}`;
  await store.put(key, new Uint8Array(), { durable: false });
  const modified = (await store.stat(key))?.modified;
  await store.delete(key);
  return modified ?? new Date(0);
}
