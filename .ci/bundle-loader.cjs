// Stands in `packages/cli/bundle` as `load.cjs`. Gives V8 the code that it made of the chunks before (`<chunk>.code`): compiling them takes longer than a
// small command, and node 20 keeps no compiled modules itself. Code of another V8 or of other flags is refused, and the chunk compiled.
const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

const chunks = new Map();

/** Code that V8 kept cannot import: it forgets by whom it was loaded. So chunks ask this file. */
const importLater = (name) => import(name);

function load(path) {
  const known = chunks.get(path);
  if (known !== undefined) return known.module.exports;
  const text = readFileSync(path, 'utf8');
  const kept = `${path}.code`;
  const script = new Script(`(function (exports, require, module, __filename, __dirname, importLater) {${text}\n})`, {
    filename: path,
    ...(existsSync(kept) && { cachedData: readFileSync(kept) }),
  });
  const module = { exports: {} };
  chunks.set(path, { module, script });
  const outside = createRequire(path);
  const requireFrom = (name) => (name.startsWith('./') ? load(join(dirname(path), name)) : outside(name));
  const given = [module.exports, requireFrom, module, path, dirname(path), importLater];
  script.runInThisContext().call(module.exports, ...given);
  return module.exports;
}

/** The program's exports. */
exports.program = () => load(join(__dirname, 'main.cjs'));

/** Keeps the code of all chunks that were loaded, with every function that has run. */
exports.keepCode = () => {
  for (const [path, { script }] of chunks) {
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, script.createCachedData());
    renameSync(draft, `${path}.code`);
  }
};
