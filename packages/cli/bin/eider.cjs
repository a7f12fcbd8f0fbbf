#!/usr/bin/env node
// CommonJS on purpose: its loader reads files synchronously, so libuv's pool is not started yet and takes the size set here.
process.env.UV_THREADPOOL_SIZE ??= '64';
// A command is over before most of what V8 optimizes has paid for it: so it optimizes later. A V8 that does not know the flag would say so.
if (Number.parseInt(process.versions.node, 10) <= 24)
  require('node:v8').setFlagsFromString('--interrupt-budget=1000000');
// Node 22 and later keep compiled modules between runs; Node 20 has no such function.
require('node:module').enableCompileCache?.();
const { statSync } = require('node:fs');
const { join } = require('node:path');

/** Whether this is a clone whose program was put together (`npm run build`), and nothing was compiled since. */
function isBundled() {
  const timeOf = (...way) => statSync(join(__dirname, '..', ...way), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const bundled = timeOf('bundle', 'load.cjs');
  const isOlder = (name) => timeOf('..', name, 'dist', '.tsbuildinfo') > bundled;
  return bundled > 0 && !['store', 'delta', 'core', 'engine', 'cli'].some(isOlder);
}

/** The program, put together or as it was compiled. */
const program = async () => (isBundled() ? require('../bundle/load.cjs').program() : import('../dist/main.js'));
void program().then((cli) => cli.main(process.argv.slice(2)));
