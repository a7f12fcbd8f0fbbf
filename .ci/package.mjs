// What `npm pack` and `npm publish` do around a package, called in its folder: `put` builds and brings what lies elsewhere in the repository, `take` removes it.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, unbundle } from './bundle.mjs';
import { root, step, tool } from './install.mjs';
import { keepLibrary } from './library.mjs';

const folder = process.cwd();
const { files, exports, bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
// npm takes a file LICENSE without being told.
const brought = ['LICENSE', ...files.filter((name) => name === 'templates')];

for (const name of brought) rmSync(join(folder, name), { recursive: true, force: true });
unbundle(folder);
if (process.argv[2] === 'put') {
  step('build', process.execPath, [tool('typescript', 'tsc'), '-b'], { stdio: ['ignore', process.stderr, 'inherit'] });
  removeStale();
  if (existsSync(join(folder, 'macros'))) await keepLibrary(root);
  await bundle(folder, entries());
  for (const name of brought) cpSync(join(root, name), join(folder, name), { recursive: true });
}

/** What others import of `dist`: what package.json exports, and what the programs in `bin` begin with. */
function entries() {
  const exported = Object.values(exports).map((ways) => ways.default.replace('./dist/', ''));
  const begun = Object.values(bin ?? {}).flatMap((path) =>
    [...readFileSync(join(folder, path), 'utf8').matchAll(/import\('\.\.\/dist\/([^']+)'\)/g)].map((match) => match[1]),
  );
  return [...new Set([...exported, ...begun])];
}

/** The compiler leaves what it made of sources that are gone. */
function removeStale() {
  for (const path of readdirSync(join(folder, 'dist'), { recursive: true })) {
    const source = path.replace(/\.(js|js\.map|d\.ts)$/, '.ts');
    if (source !== path && !existsSync(join(folder, 'src', source))) rmSync(join(folder, 'dist', path));
  }
}
