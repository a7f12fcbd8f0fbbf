import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

// The programs that benches start are plain JavaScript on the built packages, which no compiler looks at.

const folder = new URL('bench', import.meta.url).pathname;
const programs = readdirSync(folder).filter((name) => name.endsWith('.mjs'));
const imports = programs.flatMap((program) =>
  [
    ...readFileSync(join(folder, program), 'utf8').matchAll(
      /^import \{([^}]*)\} from '(\.[^']*\/)dist(\/[^']*)\.js';/gm,
    ),
  ].map(([, names = '', above = '', rest = '']) => ({
    program,
    names: names.split(',').map((name) => name.trim().replace(/ as .*/, '')),
    source: join(folder, `${above}src${rest}.ts`),
  })),
);

test.each(imports)('$program asks for names that $source exports', async ({ names, source }) => {
  expect(Object.keys(await import(source))).toEqual(expect.arrayContaining(names));
});
