import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createParseCache, type ParseCache } from '../cache/parse-cache.ts';
import { JinjaEnvironment } from '../jinja/environment.ts';
import { parseProject } from '../parse/parse-project.ts';
import { readProject } from '../project/read-project.ts';
import { libraryMacros, saveLibraryMacros } from './library-macros.ts';

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eider-library-'));
  file = join(folder, 'library.json');
  writeFileSync(join(folder, 'dbt_project.yml'), 'name: p\nprofile: p\n');
  writeFileSync(join(folder, 'profiles.yml'), 'p: {target: dev, outputs: {dev: {type: duckdb}}}\n');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

async function macrosWith(cache: ParseCache) {
  const { project } = await readProject({ projectDir: folder, profilesDir: folder, env: {}, cache });
  if (project === null) throw new Error('the project of a test can be read');
  const read = vi.spyOn(JinjaEnvironment.prototype, 'macroFile');
  const { manifest } = parseProject(project, { startedAt: new Date(0), cache });
  return { macros: manifest.macros, read: read.mock.calls.map(([text]) => text) };
}

test('a project parses no macro of the library that the build has kept, and has the same macros', async () => {
  const first = createParseCache();
  const parsed = await macrosWith(first);
  expect(parsed.read.length).toBeGreaterThan(10);
  await saveLibraryMacros(first, file);
  vi.restoreAllMocks();

  const second = createParseCache();
  second.macros.restore(() => libraryMacros(folder, second.environment, file));
  const kept = await macrosWith(second);
  expect(kept.read).toEqual([]);
  expect(kept.macros).toEqual(parsed.macros);
  vi.restoreAllMocks();

  // A file whose text is another is parsed: the list is by text.
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('generate_alias_name', 'generate_other_name'));
  const third = createParseCache();
  third.macros.restore(() => libraryMacros(folder, third.environment, file));
  const changed = await macrosWith(third);
  expect(changed.read.length).toBeGreaterThan(0);
  expect(changed.macros).toEqual(parsed.macros);
});

test('what another build kept, or nobody, is none', () => {
  const environment = new JinjaEnvironment();
  expect(libraryMacros(folder, environment, file).size).toBe(0);
  writeFileSync(file, JSON.stringify({ build: 'of yesterday', files: [['macros/a.sql', '', { definitions: [] }]] }));
  expect(libraryMacros(folder, environment, file).size).toBe(0);
});
