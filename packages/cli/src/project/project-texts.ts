import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { maskProfile } from '../ui/scrubber.ts';

/** Reads the files that findings name, each once. `inline` is the text of `--inline`, which findings name like a file. */
export function textsOf(folder: string, inline?: string): (file: string) => string | undefined {
  const texts = new Map<string, string | undefined>(inline === undefined ? [] : [['--inline', inline]]);
  return (file) => {
    if (!texts.has(file)) texts.set(file, textOf(resolve(folder, file)));
    return texts.get(file);
  };
}

function textOf(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return basename(path) === 'profiles.yml' ? maskProfile(text) : text;
  } catch {
    return undefined;
  }
}
