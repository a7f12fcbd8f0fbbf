import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from '../cache/print-of.ts';
import { packageFolder } from '../package-folder.ts';

/**
 * What tells one build of this package from another of the same version: nothing where it was installed; in a working copy, where it changes from one
 * minute to the next, the looks of its files.
 */
export function coreBuild(): string {
  const folder = join(packageFolder, 'src');
  if (!existsSync(folder)) return 'installed';
  const built = statSync(join(packageFolder, 'dist/.tsbuildinfo'), { throwIfNoEntry: false });
  if (built !== undefined && import.meta.url.endsWith('.js')) return `built ${built.mtimeMs}`;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const looks = files.sort().map((path) => `${path} ${statSync(join(folder, path)).mtimeMs}`);
  return hashOf(looks.join('\n'));
}
