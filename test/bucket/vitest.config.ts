import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import interop from '../interop/vitest.config.ts';
import { suites } from './suites.ts';

// End-to-end suites once more, with each project's data in a bucket: `support/into-bucket.ts` moves them there.

export default defineConfig({
  ...interop,
  test: {
    ...interop.test,
    include: suites.map((name) => `test/${name}.test.ts`),
    globalSetup: [join(import.meta.dirname, 'setup.ts')],
    fileParallelism: true,
  },
});
