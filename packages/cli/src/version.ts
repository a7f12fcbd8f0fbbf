import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from './package-folder.ts';

/** eider's version, from its own package.json. */
export function eiderVersion(): string {
  const text = readFileSync(join(packageFolder, 'package.json'), 'utf8');
  return String((JSON.parse(text) as { readonly version: unknown }).version);
}
