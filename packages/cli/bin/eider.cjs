#!/usr/bin/env node
// CommonJS on purpose: its loader reads files synchronously, so libuv's pool is not started yet and takes the size set here.
process.env.UV_THREADPOOL_SIZE ??= '64';
// Node 22 and later keep compiled modules between runs; Node 20 has no such function.
require('node:module').enableCompileCache?.();
void import('../dist/main.js').then((cli) => cli.main(process.argv.slice(2)));
