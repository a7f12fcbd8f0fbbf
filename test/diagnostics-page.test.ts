import { expect, test } from 'vitest';
import { catalogue, diagnosticsPage } from './diagnostics-page.ts';
import { inRepository, packageSources } from './source-files.ts';

const page = 'packages/cli/docs/diagnostics.md';

test(`${page} is what the catalogues say (\`npm run docs\` writes it)`, async () => {
  await expect(diagnosticsPage()).toMatchFileSnapshot(inRepository(page));
});

const sources = packageSources().filter(({ path }) => !/\.test\.ts$|codes\.ts$/.test(path));
const literal =
  /'((?:project|profile|env|package|jinja|macro|ref|source|graph|select|layout|config|engine|lake|cli)\/[a-z-]+)'/g;
const used = new Set(sources.flatMap(({ text }) => [...text.matchAll(literal)].map((match) => match[1] ?? '')));

test('every code that the sources report stands in a catalogue, and every one there is reported', () => {
  expect([...used].sort()).toEqual(Object.keys(catalogue).sort());
});

test('every code says what it is about and what to do, in full sentences', () => {
  for (const [code, { title, action }] of Object.entries(catalogue)) {
    expect(title, code).toMatch(/^[A-Z].*[^.]$/);
    expect(action, code).toMatch(/^[A-Z`].*\.$/);
  }
});
