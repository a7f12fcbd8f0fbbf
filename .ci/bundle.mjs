// Puts the compiled files of a package together, a file for each way in, for `npm pack`: node takes longer to find two hundred modules than to run them.
import { cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** The folder `dist` as the compiler left it, while a bundle stands in its place. */
const compiled = 'dist.compiled';

/** Replaces `dist` of a package by a bundle; declarations and data stay as they are. `entries`: paths in `dist` that others import. */
export async function bundle(folder, entries) {
  const [from, made] = [join(folder, 'dist'), join(folder, 'dist.bundled')];
  rmSync(made, { recursive: true, force: true });
  const input = Object.fromEntries(entries.map((path) => [path.replace(/\.js$/, ''), join(from, path)]));
  const build = await rolldown({ input, platform: 'node', external: /^(?!\.|\/|[A-Za-z]:)/ });
  await build.write({ dir: made, format: 'esm', chunkFileNames: '[name]-[hash].js' });
  await build.close();
  for (const path of readdirSync(from, { recursive: true }))
    if (path.endsWith('.d.ts') || path === 'library.json') cpSync(join(from, path), join(made, path));
  renameSync(from, join(folder, compiled));
  renameSync(made, from);
}

/** Puts back what `bundle` replaced, also after a run that was broken off. */
export function unbundle(folder) {
  const kept = join(folder, compiled);
  if (!existsSync(kept)) return;
  rmSync(join(folder, 'dist'), { recursive: true, force: true });
  renameSync(kept, join(folder, 'dist'));
}
