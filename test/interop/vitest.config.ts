import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const conditions = ['eider-source', 'node', 'import', 'module', 'default'];

/** Where the programs of a run keep copies of objects, instead of the user's own folder. */
const copies = join(tmpdir(), `eider-interop-${process.pid}`);
process.on('exit', () => rmSync(copies, { recursive: true, force: true }));

export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/interop/**/*.test.ts', 'test/canary/**/*.test.ts'],
    env: { EIDER_CACHE_DIR: copies },
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Each comparison starts several engines: one at a time keeps their times and memory apart.
    fileParallelism: false,
  },
});
