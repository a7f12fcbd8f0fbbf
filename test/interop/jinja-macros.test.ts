import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { absentMacros } from './absent-macros.ts';
import { type JinjaPeer, startJinjaPeer } from './jinja-peer.ts';
import { macrosOf } from './own-jinja.ts';

// dbt's own macros, by name and parameters. What they print is compared by the project `macro-texts`.

let peer: JinjaPeer;
beforeAll(() => {
  peer = startJinjaPeer();
});
afterAll(() => {
  peer.close();
});

const ownFolder = join(import.meta.dirname, '../../packages/core/macros');

interface Found {
  readonly place: string;
  readonly parameters: readonly string[];
}

/** Macros by name; the adapter's own come last and count. */
function byName(files: readonly { readonly path: string; readonly text: string }[]): Map<string, Found> {
  const isAdapters = (path: string): number => Number(path.includes('duckdb'));
  const ordered = [...files].sort((a, b) => isAdapters(a.path) - isAdapters(b.path));
  return new Map(
    ordered.flatMap(({ path, text }) =>
      macrosOf(text, true).map(({ name, parameters }): [string, Found] => [
        name,
        { place: `${path}: ${name}`, parameters },
      ]),
    ),
  );
}

test("dbt's macros are here, with its parameters", async () => {
  const theirs = byName((await peer.sources()).filter(({ path }) => !path.includes('/tests/')));
  const paths = readdirSync(ownFolder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.sql'));
  const own = byName(paths.map((path) => ({ path, text: readFileSync(join(ownFolder, path), 'utf8') })));
  const used = new Set<RegExp>();
  const missing: string[] = [];
  const different: unknown[] = [];
  for (const [name, { place, parameters }] of theirs) {
    const found = own.get(name);
    if (found !== undefined) {
      if (found.parameters.join() !== parameters.join()) different.push({ place, parameters, own: found.parameters });
      continue;
    }
    const absent = absentMacros.find(({ pattern }) => pattern.test(place));
    if (absent === undefined) missing.push(place);
    else used.add(absent.pattern);
  }
  process.stdout.write(`${theirs.size} macros of dbt, ${own.size} of eider\n`);
  expect(theirs.size).toBeGreaterThan(400);
  expect(missing).toEqual([]);
  expect(different).toEqual([]);
  expect(absentMacros.filter(({ pattern }) => !used.has(pattern))).toEqual([]);
});
