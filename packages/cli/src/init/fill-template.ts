import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** A file to be made. */
export interface ProjectFile {
  /** Below the project's folder, with `/`. */
  readonly path: string;
  readonly content: Buffer;
  /** Bits for chmod where the default is too open. */
  readonly mode?: number;
}

/** What takes the place of `@word@` in the paths of a template and in its files named `….tmpl`. */
export type TemplateValues = Readonly<Record<string, string>>;

/**
 * The files of a template, sorted by path. Files named `….tmpl` are filled in and lose that ending; all others are copied byte for byte. `gitignore`
 * becomes `.gitignore`: npm takes files of that name out of packages. Throws a RangeError for an `@word@` without a value.
 */
export async function fillTemplate(folder: string, values: TemplateValues): Promise<readonly ProjectFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sources = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    sources.sort().map(async (source) => {
      const path = fill(relative(folder, source).replaceAll('\\', '/'), values);
      const content = await readFile(source);
      return path.endsWith(filled)
        ? projectFile(path.slice(0, -filled.length), Buffer.from(fill(content.toString(), values)))
        : projectFile(path, content);
    }),
  );
  return files;
}

const filled = '.tmpl';

function projectFile(path: string, content: Buffer): ProjectFile {
  if (path === 'gitignore') return { path: '.gitignore', content };
  // Environments hold secrets sooner or later.
  return path.endsWith('.env') ? { path, content, mode: 0o600 } : { path, content };
}

function fill(text: string, values: TemplateValues): string {
  return text.replaceAll(/@([a-z_]+)@/g, (_, word: string) => {
    const value = values[word];
    if (value === undefined) throw new RangeError(`The template asks for @${word}@, which nothing gives.`);
    return value;
  });
}
