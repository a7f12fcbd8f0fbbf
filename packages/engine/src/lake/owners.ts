import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { createLocalStore, type Store } from '@eider/store';
import { joinPlace } from '../session/place.ts';
import type { Identity } from './identity.ts';
import { jsonBytes, readHint, readJson } from './json-object.ts';
import { finding, type LakeFinding } from './lake-error.ts';
import { keysBelow, type Reach } from './reach.ts';
import { keys } from './state-keys.ts';

/** What a state owns in one folder: `<folder>/_eider/owner-<state>.json`. */
interface OwnerFile {
  readonly state: string;
  readonly path: string;
  readonly project: string;
  /** File or folder name → node. */
  readonly locations: Readonly<Record<string, string>>;
}

/** Node → location (absolute). */
export type Locations = ReadonlyMap<string, string>;

/** Finds `lake/same-location`: two nodes with one location, or one within the other's. */
export function findShared(locations: Locations): readonly LakeFinding[] {
  const findings: LakeFinding[] = [];
  const owners = new Map<string, string>();
  for (const [node, location] of locations) {
    const other = owners.get(location);
    if (other === undefined) owners.set(location, node);
    else findings.push(shared(node, `${other} and ${node} both write to ${location}.`));
  }
  for (const [node, location] of locations) {
    for (let folder = dirname(location); folder !== dirname(folder); folder = dirname(folder)) {
      const other = owners.get(folder);
      if (other !== undefined)
        findings.push(shared(node, `${node} writes to ${location}, within ${folder}, where ${other} writes to.`));
    }
  }
  return findings;
}

function shared(node: string, text: string): LakeFinding {
  const hint =
    'Give one of them another location, schema or alias. One that is gone from the project goes with a build of the whole project.';
  return finding('lake/same-location', text, hint, node);
}

/**
 * Finds `lake/location-taken`: a location that another state owns; no state where it has no identity yet. A state of this project that was deleted owns
 * nothing more.
 */
export async function findTaken(
  reach: Reach,
  state: string | undefined,
  project: string,
  locations: Locations,
): Promise<readonly LakeFinding[]> {
  const findings: LakeFinding[] = [];
  for (const [folder, nodes] of byFolder(locations)) {
    for (const owner of await readOwners(await marksIn(reach, folder))) {
      const claimed = Object.entries(nodes).filter(([name]) => owner.locations[name] !== undefined);
      if (owner.state === state || claimed.length === 0 || (await isGone(reach, owner, project))) continue;
      for (const [name, node] of claimed) {
        const text = `${joinPlace(folder, name)}, the location of ${node}, belongs to ${owner.locations[name]} of the state at ${owner.path} (project '${owner.project}').`;
        const hint = 'Give the node another location, or take it with --take-over.';
        findings.push(finding('lake/location-taken', text, hint, node));
      }
    }
  }
  return findings;
}

/** Whether the state behind a mark was deleted, or another one stands in its place. Of other projects nothing is assumed: they may be mounted elsewhere. */
async function isGone(reach: Reach, owner: OwnerFile, project: string): Promise<boolean> {
  if (owner.project !== project) return false;
  const { key, store } = await objectIn(reach, owner.path, keys.identity);
  const identity = await readJson<Identity>(store, key).catch(() => undefined);
  return identity?.id !== owner.state;
}

/** Finds `lake/location-holds`: a location that is a folder with something else of eider in it, which would be moved aside with it. */
export function findHolding(locations: Locations, paths: readonly string[]): readonly LakeFinding[] {
  return [...locations].flatMap(([node, location]) => {
    const inside = paths.find((path) => path === location || path.startsWith(`${location}/`));
    if (inside === undefined) return [];
    const text = `${node} writes to ${location}, and ${inside} is there.`;
    return [finding('lake/location-holds', text, 'Give it a location of its own.', node)];
  });
}

/** Writes down what this state owns in the folders that changed, and takes it from others where `takeOver`. Repeatable. */
export async function putOwners(
  reach: Reach,
  identity: Identity,
  statePath: string,
  locations: Locations,
  changed: ReadonlySet<string>,
  takeOver: boolean,
): Promise<void> {
  const all = byFolder(locations);
  for (const folder of changed) {
    const mine = all.get(folder) ?? {};
    const marks = await marksIn(reach, folder);
    const own: OwnerFile = { state: identity.id, path: statePath, project: identity.project, locations: mine };
    for (const other of takeOver ? await readOwners(marks) : []) {
      if (other.state === identity.id) continue;
      const left = Object.fromEntries(Object.entries(other.locations).filter(([name]) => mine[name] === undefined));
      if (Object.keys(left).length < Object.keys(other.locations).length)
        await write(marks, { ...other, locations: left });
    }
    await write(marks, own);
  }
}

function byFolder(locations: Locations): ReadonlyMap<string, Record<string, string>> {
  const folders = new Map<string, Record<string, string>>();
  for (const [node, location] of locations) {
    const names = folders.get(dirname(location)) ?? {};
    names[basename(location)] = node;
    folders.set(dirname(location), names);
  }
  return folders;
}

/** An object of a folder, on this machine or in a bucket. */
async function objectIn(
  reach: Reach,
  folder: string,
  key: string,
): Promise<{ readonly store: Store; readonly key: string }> {
  const there = await reach.remote(folder);
  return there === undefined
    ? { store: createLocalStore(folder), key }
    : { store: there.store, key: `${keysBelow(there.key)}${key}` };
}

/** Where the marks of a folder are: objects whose keys begin with `below`. */
interface Marks {
  readonly store: Store;
  readonly below: string;
  /** The folder to be made before one is put; null in a bucket. */
  readonly folder: string | null;
}

async function marksIn(reach: Reach, folder: string): Promise<Marks> {
  const there = await reach.remote(folder);
  const own = joinPlace(folder, '_eider');
  return there === undefined
    ? { store: createLocalStore(own), below: '', folder: own }
    : { store: there.store, below: `${keysBelow(there.key)}_eider/`, folder: null };
}

async function readOwners({ below, store }: Marks): Promise<readonly OwnerFile[]> {
  const names = (await store.names(below)).filter((name) => /^owner-.*\.json$/.test(name));
  const owners = await Promise.all(names.map((name) => readHint<OwnerFile>(store, below + name)));
  return owners.filter((owner) => owner !== undefined);
}

async function write({ below, folder, store }: Marks, owner: OwnerFile): Promise<void> {
  if (folder !== null) await mkdir(folder, { recursive: true });
  await store.put(`${below}owner-${owner.state}.json`, jsonBytes(owner), { durable: false });
}
