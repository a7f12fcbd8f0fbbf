import { join, resolve } from 'node:path';
import {
  createParseCache,
  type KnownFile,
  type KnownMacros,
  type KnownProperties,
  type ParseCache,
} from '../cache/parse-cache.ts';
import { fromPlainJson, plainJson } from '../cache/plain-json.ts';
import { once } from '../once.ts';
import type { PackageProject } from '../project/project.ts';
import { coreBuild } from './core-build.ts';
import { libraryMacros } from './library-macros.ts';
import { openParts, type PartedFile, writeParts } from './parted-file.ts';
import { restoredMacros, type SavedMacros, savedMacros } from './saved-macros.ts';
import { restoredProperties, type SavedProperties, savedProperties } from './saved-properties.ts';
import { restoredUnits, type SavedUnits, savedUnits } from './saved-units.ts';
import { createSavedWholes } from './saved-wholes.ts';

export interface SavedParseCacheOptions {
  /** The program and its version: another one's file is of no use. */
  readonly maker: string;
  /** Whether the root package wants its parse kept. */
  readonly isWanted: (root: PackageProject) => boolean;
}

/** To be raised whenever what the file holds means something else. */
const format = 3;

/** What every command that renders asks for. */
interface SavedTexts {
  readonly files: readonly (readonly [key: string, file: KnownFile])[];
  readonly macros: readonly (readonly [path: string, macros: SavedMacros])[];
}

/** What a parse asks for beside that. */
interface SavedParse {
  readonly world: string;
  readonly properties: readonly (readonly [path: string, properties: SavedProperties])[];
  readonly units: SavedUnits;
}

/**
 * A parse cache kept in the target folder, as `partial_parse.eider`: texts and macros, what else a parse asks for, and a line of JSON for the record of each
 * unit, each read when somebody asks for it; a parse that was kept whole (`createSavedWholes`) often spares that. A file of another version, or one that is
 * not whole, is as good as none; nobody is told. Without one the macros of dbt's library still need not be parsed. Values of the environment and of
 * variables are in it as hashes only; what templates made of them is there as it is in manifest.json.
 */
export function createSavedParseCache({ maker, isWanted }: SavedParseCacheOptions): ParseCache {
  const cache = createParseCache();
  const stores = [cache.files, cache.properties, cache.macros, cache.units];
  const seal = `${maker} ${process.version} ${coreBuild()}`;
  const title = `eider parse cache ${format} ${seal}`;
  const isChanged = (): boolean => stores.some((one) => one.isChanged);
  const wholes = createSavedWholes(seal, cache.environment, isChanged);
  let file: string | null = null;
  let world: string | undefined;
  let savedWorld = (): string => '';
  return {
    ...cache,
    get world() {
      world ??= savedWorld();
      return world;
    },
    set world(print) {
      world = print;
    },
    restore: (root) => {
      const folder = isWanted(root) ? resolve(root.root, root.targetPath) : null;
      file = folder === null ? null : join(folder, 'partial_parse.eider');
      wholes.open(folder);
      world = undefined;
      savedWorld = restoreInto(
        cache,
        root,
        once(() => (file === null ? null : openParts(file, title))),
      );
    },
    async save() {
      if (file !== null && isChanged()) await writeParts(file, title, savedParts(cache, this.world));
    },
    wholes,
  };
}

/** What a file holds, taken apart as far as it is asked for. Gives the world that its units are of. */
function restoreInto(cache: ParseCache, root: PackageProject, parts: () => PartedFile | null): () => string {
  const textOf = (part: string): string | null => parts()?.text(part) ?? null;
  const texts = once(() => parsed<SavedTexts>(textOf('texts')));
  const parse = once(() => (texts() === null ? null : parsed<SavedParse>(textOf('parse'))));
  const sources = once(() => new Map(texts()?.files.map(([, { source }]) => [source.fullPath, source])));
  cache.files.restore(() => new Map(texts()?.files));
  cache.properties.restore(() => {
    const known = parse()?.properties.flatMap(([path, one]): [string, KnownProperties][] => {
      const source = sources().get(path);
      return source === undefined ? [] : [[path, restoredProperties(one, source)]];
    });
    return new Map(known);
  });
  cache.macros.restore(() => {
    const saved = texts();
    if (saved === null) return libraryMacros(root.root, cache.environment);
    const known = saved.macros.flatMap(([path, one]): [string, KnownMacros][] => {
      const source = sources().get(path);
      return source === undefined ? [] : [[path, restoredMacros(one, source.text, cache.environment)]];
    });
    return new Map(known);
  });
  cache.units.restore(() => {
    const [saved, records] = [parse(), textOf('records')];
    return saved === null || records === null ? new Map() : restoredUnits(saved.units, records.split('\n'));
  });
  return () => parse()?.world ?? '';
}

function parsed<T>(json: string | null): T | null {
  return json === null ? null : (fromPlainJson(json) as T);
}

/** Lines that are encoded at once: all of them in one text would be copied several times over. */
const linesAtOnce = 500;

function savedParts(cache: ParseCache, world: string): Readonly<Record<string, Uint8Array>> {
  const texts: SavedTexts = {
    files: [...cache.files.entries()],
    macros: Array.from(cache.macros.entries(), ([path, one]) => [path, savedMacros(one)]),
  };
  const parse: SavedParse = {
    world,
    properties: Array.from(cache.properties.entries(), ([path, one]) => [path, savedProperties(one)]),
    units: savedUnits(cache.units.entries()),
  };
  const encoder = new TextEncoder();
  const records = Array.from(cache.units.entries(), ([, { record }]) => record);
  const lines: Uint8Array[] = [];
  for (let at = 0; at < records.length; at += linesAtOnce)
    lines.push(encoder.encode(`${at === 0 ? '' : '\n'}${records.slice(at, at + linesAtOnce).join('\n')}`));
  return {
    texts: encoder.encode(plainJson(texts)),
    parse: encoder.encode(plainJson(parse)),
    records: Buffer.concat(lines),
  };
}
