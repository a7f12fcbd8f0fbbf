import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inRepository } from './source-files.ts';

const packages = readdirSync(inRepository('packages'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

test.each(packages)(
  'the README of packages/%s names every folder, and what the package may and will never do',
  (name) => {
    const text = readFileSync(inRepository('packages', name, 'README.md'), 'utf8');
    const entries = readdirSync(inRepository('packages', name, 'src'), { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => `src/${entry.name}`);
    const files = entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
      .map((entry) => `src/${entry.name}`);
    const rows = [...text.matchAll(/^\| `(src\/[^`]+?)\/?`/gm)].map((match) => match[1]);
    expect(rows.toSorted()).toEqual([...folders, ...files].sort());
    expect(text).toMatch(/May import/);
    expect(text).toMatch(/[Ww]ill never/);
    expect(text.split('\n').length - 1).toBeLessThanOrEqual(40);
  },
);
