import { constants } from 'node:fs';
import { access, lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemReason } from '@eider/store';
import { isRemote, joinPlace } from '../session/place.ts';
import { readIdentity } from './identity.ts';
import type { PlacesRequest } from './lake.ts';
import { type LakeContext, readHead } from './lake-context.ts';
import { finding, type LakeFinding } from './lake-error.ts';
import type { LedgerEntry } from './ledger.ts';
import { findHolding, findShared, findTaken } from './owners.ts';
import { locationsOf, readAliases } from './place-aliases.ts';
import { findUnpublishable } from './settle.ts';
import { keys } from './state-keys.ts';

/** Finds what is wrong with the places of a build before it has made anything: what its commit would refuse, and folders that nobody may write. */
export async function findBadPlaces(context: LakeContext, request: PlacesRequest): Promise<readonly LakeFinding[]> {
  const { livePath, otherPaths = [], project, publishPath } = context.options;
  const [identity, head, unpublishable] = await Promise.all([
    readIdentity(context.store, project),
    readHead(context),
    findUnpublishable(context),
  ]);
  const locations = [...request.locations.values()].filter((location) => location !== null);
  const state = joinPlace(context.store.root, keys.settled);
  return [
    ...unpublishable,
    ...(await findMisplaced(context, identity?.id, head?.entry, request)),
    ...(await findClosed([...locations, publishPath, ...otherPaths, ...(livePath === null ? [] : [livePath]), state])),
  ];
}

/** Finds locations of what is published that meet others: of relations that stay, of other states, of eider's own files. */
export async function findMisplaced(
  context: LakeContext,
  state: string | undefined,
  head: LedgerEntry | undefined,
  { drops, locations }: PlacesRequest,
): Promise<readonly LakeFinding[]> {
  const { livePath, otherPaths = [], publishPath, takeOver } = context.options;
  const published = new Map(
    [...locations].flatMap(([node, location]) => (location === null ? [] : [[node, location]])),
  );
  const [aliases, taken] = await Promise.all([
    readAliases(context.store),
    takeOver === true ? [] : findTaken(context.reach, state, context.options.project, published),
  ]);
  const before = locationsOf(aliases);
  const stays = [...before].filter(([node]) => head?.nodes[node] !== undefined && !drops(node) && !locations.has(node));
  const own = [context.store.root, publishPath, ...otherPaths, ...(livePath === null ? [] : [livePath])];
  return [...findHolding(published, own), ...findShared(new Map([...stays, ...published])), ...taken];
}

/** Finds `lake/not-writable`: places in folders where this user may not write. */
async function findClosed(places: readonly string[]): Promise<readonly LakeFinding[]> {
  const folders = new Set<string>();
  // Whether a bucket may be written is known when the build announces itself in its state.
  const onDisk = places.filter((place) => !isRemote(place));
  for (const place of onDisk) folders.add(await nearestFolder(dirname(place)));
  const findings: LakeFinding[] = [];
  for (const folder of folders) {
    try {
      await access(folder, constants.W_OK | constants.X_OK);
    } catch (cause) {
      const place = places.find((each) => each.startsWith(`${folder}/`)) ?? folder;
      const text = `${place} cannot be written: ${systemReason(cause)}`;
      findings.push(finding('lake/not-writable', text, `Give this user the right to write into ${folder}.`));
    }
  }
  return findings;
}

async function nearestFolder(folder: string): Promise<string> {
  const there = await lstat(folder).catch(() => undefined);
  return there !== undefined || folder === dirname(folder) ? folder : await nearestFolder(dirname(folder));
}
