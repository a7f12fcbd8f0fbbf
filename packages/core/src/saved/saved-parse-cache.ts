import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  createParseCache,
  type KnownFile,
  type KnownMacros,
  type KnownProperties,
  type ParseCache,
} from '../cache/parse-cache.ts';
import { fromPlainJson, plainJson } from '../cache/plain-json.ts';
import type { PackageProject } from '../project/project.ts';
import { coreBuild } from './core-build.ts';
import { libraryMacros } from './library-macros.ts';
import { restoredMacros, type SavedMacros, savedMacros } from './saved-macros.ts';
import { restoredProperties, type SavedProperties, savedProperties } from './saved-properties.ts';
import { restoredUnits, type SavedUnits, savedUnits } from './saved-units.ts';

export interface SavedParseCacheOptions {
  /** The program and its version: another one's file is of no use. */
  readonly maker: string;
  /** Whether the root package wants its parse kept. */
  readonly isWanted: (root: PackageProject) => boolean;
}

/** To be raised whenever what the file holds means something else. */
const format = 2;

interface SavedCache {
  readonly world: string;
  readonly files: readonly (readonly [key: string, file: KnownFile])[];
  readonly properties: readonly (readonly [path: string, properties: SavedProperties])[];
  readonly macros: readonly (readonly [path: string, macros: SavedMacros])[];
  readonly units: SavedUnits;
}

/**
 * A parse cache kept in the target folder, as `partial_parse.eider`: a line that says who made it and a hash of the rest, a line of JSON, then a line
 * of JSON for the record of each unit.
 * A file of another version, or one that is not whole, is as good as none; nobody is told. Without one the macros of dbt's library still need not be parsed. Values of the environment and of variables are in it as
 * hashes only; what templates made of them is there as it is in manifest.json.
 */
export function createSavedParseCache({ maker, isWanted }: SavedParseCacheOptions): ParseCache {
  const cache = createParseCache();
  const stores = [cache.files, cache.properties, cache.macros, cache.units];
  const title = `eider parse cache ${format} ${maker} ${process.version} ${coreBuild()}`;
  let file: string | null = null;
  return Object.assign(cache, {
    restore: async (root: PackageProject) => {
      if (isWanted(root)) file = join(resolve(root.root, root.targetPath), 'partial_parse.eider');
      const body = file === null ? null : wholeBody(await readFile(file).catch(() => null), title);
      if (body !== null) restoreInto(cache, body);
      else cache.macros.restore(await libraryMacros(root.root, cache.environment));
    },
    save: async () => {
      if (file !== null && stores.some((one) => one.isChanged)) await write(file, title, savedBody(cache));
    },
  });
}

/** The text below the first line, where that line has the title and the text's own hash. */
function wholeBody(bytes: Buffer | null, title: string): string | null {
  if (bytes === null) return null;
  const end = bytes.indexOf('\n');
  const [first, body] = [bytes.toString('utf8', 0, Math.max(end, 0)), bytes.subarray(end + 1)];
  if (!first.startsWith(`${title} `) || first.slice(title.length + 1) !== hashOfParts([body])) return null;
  return body.toString('utf8');
}

function hashOfParts(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('base64url');
}

function restoreInto(cache: ParseCache, body: string): void {
  const [head = '', ...records] = body.split('\n');
  const saved = fromPlainJson(head) as SavedCache;
  const files = new Map(saved.files);
  const sources = new Map(saved.files.map(([, { source }]) => [source.fullPath, source]));
  const properties = saved.properties.flatMap(([path, one]): [string, KnownProperties][] => {
    const source = sources.get(path);
    return source === undefined ? [] : [[path, restoredProperties(one, source)]];
  });
  const macros = saved.macros.flatMap(([path, one]): [string, KnownMacros][] => {
    const source = sources.get(path);
    return source === undefined ? [] : [[path, restoredMacros(one, source.text, cache.environment)]];
  });
  cache.files.restore(files);
  cache.properties.restore(new Map(properties));
  cache.macros.restore(new Map(macros));
  cache.units.restore(restoredUnits(saved.units, records));
  cache.world = saved.world;
}

/** Lines that are encoded at once: all of them in one text would be copied several times over. */
const linesAtOnce = 500;

/** What is written below the first line. */
function savedBody(cache: ParseCache): readonly Uint8Array[] {
  const saved: SavedCache = {
    world: cache.world,
    files: [...cache.files.entries()],
    properties: Array.from(cache.properties.entries(), ([path, one]) => [path, savedProperties(one)]),
    macros: Array.from(cache.macros.entries(), ([path, one]) => [path, savedMacros(one)]),
    units: savedUnits(cache.units.entries()),
  };
  const lines = [plainJson(saved), ...Array.from(cache.units.entries(), ([, { record }]) => record)];
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (let at = 0; at < lines.length; at += linesAtOnce)
    parts.push(encoder.encode(`${at === 0 ? '' : '\n'}${lines.slice(at, at + linesAtOnce).join('\n')}`));
  return parts;
}

/** By rename, so that another process reads the old file or the new one. A folder that cannot be written to keeps no cache: no fault of the project. */
async function write(file: string, title: string, body: readonly Uint8Array[]): Promise<void> {
  const temporary = `${file}.${process.pid}.${Date.now()}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(temporary, [new TextEncoder().encode(`${title} ${hashOfParts(body)}\n`), ...body]);
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}
