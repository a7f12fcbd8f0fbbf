import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

/** What stands at a path: a text; bytes; a text in another encoding; a folder; a link. null: deleted. */
export type FileContent =
  | string
  | null
  | { readonly base64: string }
  | { readonly utf16: string }
  | { readonly latin1: string }
  | { readonly folder: true }
  | { readonly link: string };

/** A mistake made on purpose: what it changes in the good project, and the command that meets it. */
export interface Mistake {
  readonly name: string;
  readonly files?: Readonly<Record<string, FileContent>>;
  /** Texts of the good project replaced by others, by path. */
  readonly edits?: Readonly<Record<string, readonly [from: string, to: string]>>;
  /** Run in the good project before anything is changed. */
  readonly before?: readonly string[];
  /** Default: `build`. */
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The mistakes of one file of `messages/`. */
export interface Subject {
  readonly subject: string;
  readonly mistakes: readonly Mistake[];
}

const folder = join(import.meta.dirname, 'messages');
const read = (file: string): unknown => parse(readFileSync(join(folder, file), 'utf8'));

/** The project that the mistakes are made in, by path. */
export const goodProject: Readonly<Record<string, string>> = read('good-project.yml') as Record<string, string>;

/** The table: every mistake, by the file of `messages/` that holds it. */
export const subjects: readonly Subject[] = readdirSync(folder)
  .filter((file) => file.endsWith('.yml') && file !== 'good-project.yml')
  .sort()
  .map((file) => ({ subject: file.replace('.yml', ''), mistakes: read(file) as readonly Mistake[] }));

/** Makes the good project. */
export function makeProject(root: string): void {
  for (const [path, text] of Object.entries(goodProject)) put(root, path, text);
}

/** Makes the mistake in the good project. Throws where an edit finds nothing to replace. */
export function makeMistake(root: string, { edits = {}, files = {} }: Mistake): void {
  for (const [path, [from, to]] of Object.entries(edits)) {
    const text = readFileSync(join(root, path), 'utf8');
    if (!text.includes(from)) throw new Error(`${path} has no ${JSON.stringify(from)}`);
    put(root, path, text.replaceAll(from, to));
  }
  for (const [path, content] of Object.entries(files)) put(root, path, content);
}

function put(root: string, path: string, content: FileContent): void {
  const at = join(root, path);
  mkdirSync(dirname(at), { recursive: true });
  if (content === null) rmSync(at, { recursive: true });
  else if (typeof content === 'string') writeFileSync(at, content);
  else if ('base64' in content) writeFileSync(at, Buffer.from(content.base64, 'base64'));
  else if ('utf16' in content) writeFileSync(at, Buffer.from(`\uFEFF${content.utf16}`, 'utf16le'));
  else if ('latin1' in content) writeFileSync(at, Buffer.from(content.latin1, 'latin1'));
  else if ('folder' in content) mkdirSync(at);
  else symlinkSync(content.link, at);
}
