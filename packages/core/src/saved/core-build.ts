import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashOf } from '../cache/print-of.ts';

/**
 * What tells one build of this package from another of the same version: nothing where it was installed; in a working copy, where it changes from one
 * minute to the next, the looks of its files.
 */
export function coreBuild(): string {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  if (/[\\/]node_modules[\\/]/.test(folder)) return 'installed';
  const info = statSync(join(folder, '.tsbuildinfo'), { throwIfNoEntry: false });
  if (info !== undefined) return `built ${info.mtimeMs}`;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const looks = files.sort().map((path) => `${path} ${statSync(join(folder, path)).mtimeMs}`);
  return hashOf(looks.join('\n'));
}
