import { renameSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, makeFolder, syncPath } from '@eider/store';
import { globText } from '../catalog/view-query.ts';
import { isRemote } from '../session/place.ts';
import { quoteText } from '../session/quote.ts';
import { aliasFolder, fillAliasFolder } from './alias-folder.ts';
import { type DataFolders, linksFolder } from './data-folder.ts';
import type { FilesGeneration } from './generation.ts';
import { inBatches } from './in-batches.ts';
import type { Head } from './lake.ts';
import { nodeKey } from './state-keys.ts';
import { temporaryName } from './temporary-name.ts';

/** From a moment on, in tenths of a second since 1970, the live file shows an entry. */
interface Switch {
  readonly at: number;
  readonly entry: number;
}

export interface LiveContext {
  /** The state's folder. */
  readonly state: string;
  readonly folders: DataFolders;
  readonly randomId: () => string;
  /** The build or other command that publishes. */
  readonly worker: string;
}

/** Digits of a moment. */
const digits = 11;

/** The moment of a query as SQL, a folder for each digit. It stays the same through a transaction. */
const moment = `regexp_replace(lpad(CAST(epoch_ms(now()) // 100 AS VARCHAR), ${digits}, '0'), '(.)', '\\1/', 'g')`;

/** How long a switch is announced before: longer than the announcement takes. */
const noticeMs = 200;
const longestNoticeMs = 10_000;

/** Names of moments keep their meaning for as long as this many switches are remembered. */
const remembered = 32;

/** Nobody is still on the way through a clock that was replaced so long ago. */
const abandonedAfterMs = 600_000;

/**
 * Where a query of the live file finds a generation's files, as SQL of a text with a glob. The folder is `S/live/at/<digits of now>/<node>/`: a name of a
 * moment leads to the same files for good, so a query that opens a file twice opens the same one, and all queries of a transaction see one commit.
 */
export function livePattern(state: string, { folder, format, node }: FilesGeneration): string {
  const clock = quoteText(`${globText(join(state, 'live', 'at'))}/`);
  const files = quoteText(`${globText(nodeKey(node))}/${folder ? `*/**/*.${format}*` : '*'}`);
  return `${clock} || ${moment} || ${files}`;
}

/** Whether the clock can show a generation: links lead to files of this machine only. */
export function isOnClock({ files }: FilesGeneration): boolean {
  return files.every(({ path }) => !isRemote(path));
}

/**
 * Makes the live file show a head, and returns when it does. `S/live/at` leads to a tree of folders by digits of the time, whose leaves lead to
 * `S/live/entries/<entry>`. The tree that replaces it differs from a moment on that is still to come, so nothing changes under a running query. A kill leaves the
 * old tree or the new one. Throws what the file system throws where symbolic links cannot be made.
 */
export async function switchLive(context: LiveContext, head: Head): Promise<void> {
  const live = join(context.state, 'live');
  const { number } = head.entry;
  const before = await switchesOf(join(live, 'at'));
  const newest = before.at(-1);
  if (newest !== undefined && newest.entry > number) return;
  // One that seems to be far away was announced before somebody set the clock back.
  const isAnnounced = newest?.entry === number && untilMs(newest.at) <= longestNoticeMs;
  const at = isAnnounced ? newest.at : await announce(context, live, head, before);
  await sleep(untilMs(at));
  await forgetOld(live);
}

async function announce(context: LiveContext, live: string, head: Head, before: readonly Switch[]): Promise<number> {
  const { number: entry } = head.entry;
  await fillEntry(context, live, head);
  for (let notice = noticeMs; ; notice *= 2) {
    // Before the first, nobody reads.
    const at = before.length === 0 ? 0 : Math.ceil((Date.now() + notice) / 100);
    const switches = [...before.filter((each) => each.at < at && each.entry !== entry), { at, entry }].slice(
      -remembered,
    );
    const clock = join(live, 'clocks', `${entry}-${context.randomId()}`);
    await makeClock(live, clock, switches);
    const link = join(live, temporaryName(context.worker, context.randomId()));
    await symlink(relative(live, clock), link);
    if (at === 0 || notice >= longestNoticeMs || untilMs(at) > noticeMs / 4) {
      // At once: no other work of this process comes between the look at the time and the switch.
      renameSync(link, join(live, 'at'));
      await syncPath(live);
      return at;
    }
    for (const late of [link, clock]) await rm(late, { recursive: true, force: true });
  }
}

/** None for a folder that is no whole clock. */
async function switchesOf(clock: string): Promise<readonly Switch[]> {
  try {
    return JSON.parse(await readFile(join(clock, 'switches.json'), 'utf8')) as readonly Switch[];
  } catch {
    return [];
  }
}

/** A folder that answers to every further digit with itself, and holds a link for each node. */
async function fillEntry(context: LiveContext, live: string, head: Head): Promise<void> {
  const folder = entryFolder(live, head.entry.number);
  if (await isFolder(folder)) return;
  const temporary = join(live, 'entries', temporaryName(context.worker, context.randomId()));
  await makeFolder(temporary);
  await inBatches(range(10), 10, (digit) => symlink('.', join(temporary, String(digit))));
  await inBatches(Object.keys(head.entry.nodes), 16, async (node) => {
    const generation = await head.generation(node);
    if (generation?.kind !== 'files' || !isOnClock(generation)) return;
    await symlink(relative(temporary, await fillGeneration(context, generation)), join(temporary, nodeKey(node)));
  });
  await syncPath(temporary);
  await moveFolder(temporary, folder);
}

/** A folder beside the generation's files, that goes with them. Every name in it holds the generation's: no two share a file's path. */
async function fillGeneration({ folders, randomId }: LiveContext, generation: FilesGeneration): Promise<string> {
  const data = await linksFolder(folders, generation);
  const folder = liveFolder(data, generation.id);
  if (await isFolder(folder)) return folder;
  const target = aliasFolder(data, generation.id);
  if (generation.folder) await fillAliasFolder(generation, target);
  const links = generation.folder
    ? [{ path: target, name: generation.id }]
    : generation.files.map(({ name, path }) => ({ path, name: `${generation.id}-${basename(name)}` }));
  const temporary = `${folder}-${randomId()}`;
  await mkdir(temporary, { recursive: true });
  for (const { name, path } of links) await symlink(relative(folder, path), join(temporary, name));
  await syncPath(temporary);
  await moveFolder(temporary, folder);
  return folder;
}

/** The folder that the live file reads a generation from. */
export function liveFolder(data: string, generation: string): string {
  return join(data, `${generation}.live`);
}

/** Another one who settles the same head may be quicker. */
async function moveFolder(temporary: string, folder: string): Promise<void> {
  await rename(temporary, folder).catch(async (cause: unknown) => {
    if (!['EEXIST', 'ENOTEMPTY'].includes(errorCode(cause))) throw cause;
    await rm(temporary, { recursive: true, force: true });
  });
  await syncPath(dirname(folder));
}

/** Folders by digit, one level each, down to where a single switch holds. */
async function makeClock(live: string, clock: string, switches: readonly Switch[]): Promise<void> {
  const made: string[] = [];
  const fill = async (folder: string, from: number, width: number): Promise<void> => {
    await mkdir(folder);
    made.push(folder);
    for (const digit of range(10)) {
      const start = from + digit * width;
      const shown = shownFrom(switches, start);
      const child = join(folder, String(digit));
      if (shown === shownFrom(switches, start + width - 1))
        await symlink(relative(folder, entryFolder(live, shown)), child);
      else await fill(child, start, width / 10);
    }
  };
  await makeFolder(dirname(clock));
  await fill(clock, 0, 10 ** (digits - 1));
  await writeFile(join(clock, 'switches.json'), JSON.stringify(switches));
  await inBatches([join(clock, 'switches.json'), ...made, dirname(clock)], 16, syncPath);
}

/** The entry that is shown at a moment: before the first switch that is remembered, that one's. */
function shownFrom(switches: readonly Switch[], at: number): number {
  const [first] = switches;
  return (switches.findLast((each) => each.at <= at) ?? first)?.entry ?? 0;
}

function entryFolder(live: string, entry: number): string {
  return join(live, 'entries', String(entry));
}

/** Deletes clocks that were replaced a while ago, and entries that no clock shows any more. */
async function forgetOld(live: string): Promise<void> {
  const clocks = join(live, 'clocks');
  const current = basename(await readlink(join(live, 'at')));
  const now = (await stat(join(clocks, current))).mtimeMs;
  const shown = new Set<string>();
  for (const name of await readdir(clocks)) {
    const clock = join(clocks, name);
    const there = await stat(clock).catch(() => undefined);
    const isOld = name !== current && there !== undefined && now - there.mtimeMs > abandonedAfterMs;
    if (isOld) await rm(clock, { recursive: true, force: true });
    else for (const { entry } of await switchesOf(clock)) shown.add(String(entry));
  }
  const newest = Math.max(...[...shown].map(Number));
  for (const name of await readdir(join(live, 'entries'))) {
    if (/^\d+$/.test(name) && !shown.has(name) && Number(name) < newest)
      await rm(join(live, 'entries', name), { recursive: true, force: true });
  }
}

function untilMs(at: number): number {
  return Math.max(0, at * 100 - Date.now() + 1);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

function range(count: number): readonly number[] {
  return [...Array(count).keys()];
}
