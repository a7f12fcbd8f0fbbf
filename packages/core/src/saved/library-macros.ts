import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { KnownMacros, ParseCache } from '../cache/parse-cache.ts';
import { fromPlainJson, plainJson } from '../cache/plain-json.ts';
import type { JinjaEnvironment } from '../jinja/environment.ts';
import { packageFolder } from '../package-folder.ts';
import { displayPath } from '../project/display-path.ts';
import { coreBuild } from './core-build.ts';
import { restoredMacros, type SavedMacros, savedMacros } from './saved-macros.ts';

/** Where the build of this package leaves what its own macros say. */
const libraryFile = join(packageFolder, 'dist/library.json');

interface SavedLibrary {
  /** The build that wrote it. */
  readonly build: string;
  /** Files by their path in the package's folder, with the text that was read. */
  readonly files: readonly (readonly [path: string, text: string, macros: SavedMacros])[];
}

/** Keeps the macros of dbt's library for the first parse of every project. `cache`: what parsing any project has filled. */
export async function saveLibraryMacros(cache: ParseCache, file: string = libraryFile): Promise<void> {
  const own = [...cache.macros.entries()].filter(([path]) => path.startsWith(packageFolder));
  const files = own.map(([path, known]) => [relative(packageFolder, path), known.text, savedMacros(known)] as const);
  await writeFile(file, plainJson({ build: coreBuild(), files } satisfies SavedLibrary));
}

/**
 * The macros of dbt's library as the build of this package read them, for a project in the folder `root`; none where it left nothing, or was another
 * build. A file whose text is another by now is parsed all the same.
 */
export function libraryMacros(
  root: string,
  environment: JinjaEnvironment,
  file: string = libraryFile,
): Map<string, KnownMacros> {
  const saved = savedLibrary(file);
  const build = coreBuild();
  if (saved === null || (saved.build !== build && build !== 'installed')) return new Map();
  return new Map(
    saved.files.map(([path, code, macros]) => {
      const fullPath = join(packageFolder, path);
      return [fullPath, restoredMacros({ ...macros, shownAs: displayPath(root, fullPath) }, code, environment)];
    }),
  );
}

function savedLibrary(file: string): SavedLibrary | null {
  try {
    return fromPlainJson(readFileSync(file, 'utf8')) as SavedLibrary;
  } catch {
    return null;
  }
}
