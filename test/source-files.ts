import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const repository: string = dirname(dirname(fileURLToPath(import.meta.url)));

export interface SourceText {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Every TypeScript file of the packages' sources. */
export function packageSources(): readonly SourceText[] {
  return readdirSync(join(repository, 'packages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => filesBelow(join(repository, 'packages', entry.name, 'src')))
    .map((file) => ({ path: relative(repository, file).replaceAll('\\', '/'), text: readFileSync(file, 'utf8') }));
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

/** What a file imports: relative ones as paths of the repository, others as written. Dynamic imports count. */
export function importsOf(file: SourceText): readonly { readonly target: string; readonly typeOnly: boolean }[] {
  const found: { target: string; typeOnly: boolean }[] = [];
  const pattern =
    /^(?:import|export)\s(type\s)?[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\b(?:import|require)\('([^']+)'\)/gm;
  for (const match of file.text.matchAll(pattern)) {
    const specifier = match[2] ?? match[3] ?? match[4] ?? '';
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : specifier;
    found.push({ target, typeOnly: match[1] !== undefined });
  }
  return found;
}

/** An absolute path in the repository. */
export function inRepository(...parts: readonly string[]): string {
  return resolve(repository, ...parts);
}
