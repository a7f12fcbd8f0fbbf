import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { EiderError, error, type Target } from '@eider/core';
import { systemReason } from '@eider/store';
import { processLives, processSpace } from './process-space.ts';
import { placeOfEntry } from './profile-entry.ts';
import { workingPath } from './working-database.ts';

/** Where a DuckDB instance puts what does not fit into memory: a folder of this process alone. Two that share one take each other's files. */
export interface SpillFolder {
  readonly path: string;
  /** Deletes it, with all that is in it; and the folder around it, where that is eider's own and empty. */
  remove(): Promise<void>;
}

/**
 * Makes a folder for spilled data: in the profile's `temp_directory`, else beside the working database (`<path>.tmp`), else in the project's `.eider/tmp`.
 * What processes that were killed left there is deleted. Throws EiderError `engine/profile` where `temp_directory` cannot be made.
 */
export async function makeSpillFolder(target: Target, folder: string): Promise<SpillFolder> {
  const given = givenFolder(target);
  const own = await processKey();
  const name = `eider-${own}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const make = async (base: string): Promise<SpillFolder> => {
    const path = join(base, name);
    await mkdir(path, { recursive: true });
    await removeAbandoned(base, own);
    return { path, remove: () => removeFolder(path, given === undefined ? folder : undefined) };
  };
  if (given !== undefined) return make(resolve(folder, given.path)).catch((cause) => refuse(target, given, cause));
  const database = workingPath(target, folder);
  const isBeside = isAbsolute(database) && existsSync(dirname(database));
  const usual = isBeside ? `${database}.tmp` : join(folder, '.eider', 'tmp');
  // A project that nobody may write to can still be compiled, and one that is not there is not made. Users do not share a folder: only its owner may write to it.
  const elsewhere = join(tmpdir(), `eider-spill-${process.getuid?.() ?? 'here'}`);
  return isBeside || existsSync(folder) ? make(usual).catch(() => make(elsewhere)) : make(elsewhere);
}

interface GivenFolder {
  readonly path: string;
  readonly entry: readonly [string, string];
}

function givenFolder({ configOptions, settings }: Target): GivenFolder | undefined {
  for (const [key, values] of [['settings', settings] as const, ['config_options', configOptions] as const]) {
    const path = values.temp_directory;
    if (typeof path === 'string' && path !== '') return { path, entry: [key, 'temp_directory'] };
  }
  return undefined;
}

function refuse(target: Target, { entry, path }: GivenFolder, cause: unknown): never {
  const reason = systemReason(cause);
  const text = `The temp_directory ${path} of the profile cannot be used: ${reason}`;
  const hint = 'Correct `temp_directory`, or give this user the right to write there.';
  throw new EiderError([error('engine/profile', text, { ...placeOfEntry(target, entry), hint })], { cause });
}

/** Tells processes whose ids can be asked for here from others: of another machine, another container, or before the machine began anew. */
async function processKey(): Promise<string> {
  const space = (await processSpace()) ?? hostname();
  return createHash('sha256').update(space).digest('hex').slice(0, 8);
}

const strangersLiveFor = 86_400_000;

/** Deletes the folders of processes that are gone. One that cannot be asked for is gone when its folder has not changed for a day. */
async function removeAbandoned(base: string, own: string): Promise<void> {
  for (const name of await readdir(base)) {
    const [, key, pid] = /^eider-([0-9a-f]{8})-(\d+)-[0-9a-f]{8}$/.exec(name) ?? [];
    if (key === undefined) continue;
    const path = join(base, name);
    const lives = key === own ? processLives(Number(pid)) : Date.now() - (await newest(path)) < strangersLiveFor;
    if (!lives) await rm(path, { recursive: true, force: true });
  }
}

async function newest(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const all = [folder, ...names.map((name) => join(folder, name))];
  const times = await Promise.all(all.map(async (path) => (await lstat(path).catch(() => undefined))?.mtimeMs ?? 0));
  return Math.max(...times);
}

/** `upTo`: empty folders around it go too, up to the project's; undefined where somebody else made them. */
async function removeFolder(path: string, upTo: string | undefined): Promise<void> {
  await rm(path, { recursive: true, force: true });
  if (upTo === undefined) return;
  const base = dirname(path);
  await rmdir(base).catch(() => undefined);
  if (dirname(base) === join(upTo, '.eider')) await rmdir(dirname(base)).catch(() => undefined);
}
