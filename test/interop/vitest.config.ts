import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { cacheFolder } from '../support/cache-folder.ts';

const conditions = ['eider-source', 'node', 'import', 'module', 'default'];

export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/interop/**/*.test.ts', 'test/canary/**/*.test.ts'],
    env: { EIDER_CACHE_DIR: cacheFolder },
    globalSetup: join(import.meta.dirname, '../support/cache-folder.ts'),
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Each comparison starts several engines: one at a time keeps their times and memory apart.
    fileParallelism: false,
  },
});
