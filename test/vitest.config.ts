import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const conditions = ['eider-source', 'node', 'import', 'module', 'default'];

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/interop/**', 'test/canary/**', 'test/bench/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
