import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { ParseMemory } from '../parse/parse-memory.ts';
import { parseProject } from '../parse/parse-project.ts';
import { readProject } from '../project/read-project.ts';
import { createSavedParseCache } from './saved-parse-cache.ts';

const folders: string[] = [];

// What a file looks like is trusted when it did not change just now: for these tests every edit was long ago.
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 }));
afterAll(() => void vi.useRealTimers());
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newProject(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'eider-whole-'));
  folders.push(folder);
  const all = {
    'dbt_project.yml': 'name: p\nprofile: p\n',
    'profiles.yml': 'p: {target: dev, outputs: {dev: {type: duckdb, path: p.duckdb}}}\n',
    'models/m.sql': "{{ config(tags=[env_var('TAG', 'none')]) }} select {{ two() }} as a, 'ü' as b",
    'models/m.yml': 'models: [{name: m, columns: [{name: a, data_tests: [unique]}]}]\n',
    'macros/two.sql': '{% macro two() %}{% do log("two") %}2{% endmacro %}',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) write(folder, path, text);
  return folder;
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const wholeOf = (folder: string): string => join(folder, 'target/whole_parse.eider');

interface Call {
  readonly env?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, unknown>>;
  readonly flags?: Readonly<Record<string, unknown>>;
  /** Milliseconds. */
  readonly at?: number;
  readonly isKept?: boolean;
}

/** Reads and parses as a command does. `isWhole`: whether the parse was a kept one. */
async function command(folder: string, { env = {}, vars = {}, flags = {}, at = 0, isKept = true }: Call = {}) {
  const cache = createSavedParseCache({ maker: 'test', isWanted: () => isKept });
  const { diagnostics, project } = await readProject({ projectDir: folder, profilesDir: folder, env, vars, cache });
  if (project === null) throw new Error('the project of a test can be read');
  const said: string[] = [];
  const parsed = parseProject(project, {
    startedAt: new Date(at),
    flags,
    cache,
    onLog: (message, info, node) => void said.push(`${message} ${info} ${node}`),
  });
  const { kept, macros, manifest, whole } = parsed;
  const texts = { manifest: structuredClone(manifest), macros: [...macros().byId.keys()] };
  await cache.save?.();
  if (whole !== undefined) await cache.wholes?.keep(whole, { body: JSON.stringify(manifest.nodes) });
  const body = kept?.text('body')?.toString('utf8') ?? JSON.stringify(manifest.nodes);
  return { isWhole: kept !== undefined, given: { ...texts, said, body, found: [diagnostics, parsed.diagnostics] } };
}

/** Two commands: the first parses, the second finds nothing changed and keeps that. */
async function keep(folder: string, call: Call = {}): Promise<void> {
  await command(folder, call);
  expect((await command(folder, call)).isWhole).toBe(false);
}

test('the command after the one that found nothing changed renders nothing, and has the moments of now', async () => {
  const folder = newProject();
  await keep(folder);
  const rendered = vi.spyOn(ParseMemory.prototype, 'recall');
  const { given, isWhole } = await command(folder, { at: 5250 });
  expect(isWhole).toBe(true);
  expect(rendered).not.toHaveBeenCalled();
  rendered.mockRestore();
  expect(given.said).toEqual(['two false model.p.m']);
  expect(given.manifest.nodes['model.p.m']?.created_at).toBe(5.25);
  expect(given).toStrictEqual((await command(folder, { at: 5250, isKept: false })).given);
});

describe('it is of no use', () => {
  test.each<[string, (folder: string) => void, Call]>([
    ['to another environment, where a template asked', () => undefined, { env: { TAG: 'other' } }],
    ['to other variables', () => undefined, { vars: { x: 1 } }],
    ['where a file changed', (folder) => write(folder, 'models/m.sql', 'select 3 as a'), {}],
    ['where a file came', (folder) => write(folder, 'models/n.sql', 'select 3 as a'), {}],
    ['where a file went', (folder) => rmSync(join(folder, 'models/m.yml')), {}],
    ['where a macro changed', (folder) => write(folder, 'macros/two.sql', '{% macro two() %}3{% endmacro %}'), {}],
    [
      'where lines of dbt_project.yml moved',
      (folder) => write(folder, 'dbt_project.yml', '\nname: p\nprofile: p\n'),
      {},
    ],
    [
      'to another target',
      (folder) => write(folder, 'profiles.yml', 'p: {target: d, outputs: {d: {type: duckdb, path: q.duckdb}}}\n'),
      {},
    ],
    ['before the moment of its parse', () => undefined, { at: -1 }],
  ])('%s', async (_what, change, call) => {
    const folder = newProject();
    await keep(folder);
    change(folder);
    const { given, isWhole } = await command(folder, call);
    expect(isWhole).toBe(false);
    expect(given).toStrictEqual((await command(folder, { ...call, isKept: false })).given);
  });

  test('with a bit turned over, wherever', async () => {
    const folder = newProject();
    await keep(folder);
    const whole = readFileSync(wholeOf(folder));
    const { given } = await command(folder, { isKept: false });
    for (let part = 0; part < 10; part += 1) {
      const at = Math.floor((whole.length * part) / 10);
      const bytes = Uint8Array.from(whole, (byte, index) => (index === at ? byte ^ (1 << (part % 8)) : byte));
      writeFileSync(wholeOf(folder), bytes);
      expect((await command(folder)).given, `byte ${at}`).toStrictEqual(given);
    }
  });
});

test('flags that no template asked for change nothing, others do', async () => {
  const folder = newProject();
  await keep(folder, { flags: { WHICH: 'parse' } });
  expect((await command(folder, { flags: { WHICH: 'compile' } })).isWhole).toBe(true);
  write(folder, 'models/m.sql', 'select 1 as {{ flags.WHICH }}');
  await keep(folder, { flags: { WHICH: 'parse' } });
  expect((await command(folder, { flags: { WHICH: 'parse' } })).isWhole).toBe(true);
  expect((await command(folder, { flags: { WHICH: 'compile' } })).isWhole).toBe(false);
});

test.each([
  ['the time', '{{ config(tags=[run_started_at.isoformat()]) }} select 1 as a'],
  ['chance', '{{ config(tags=[[1, 2, 3] | random | string]) }} select 1 as a'],
  ['an error', "select * from {{ ref('none') }}"],
])('nothing is kept that rests on %s', async (_what, sql) => {
  const folder = newProject({ 'models/m.sql': sql });
  await keep(folder);
  expect((await command(folder)).isWhole).toBe(false);
  expect(existsSync(wholeOf(folder))).toBe(false);
});

test('a number of the user that looks like the moment of the parse keeps its value', async () => {
  const folder = newProject({ 'models/m.yml': 'models: [{name: m, config: {meta: {created_at: 7}}}]\n' });
  await keep(folder, { at: 7000 });
  const { given } = await command(folder, { at: 8000 });
  expect(given.manifest.nodes['model.p.m']?.config.meta).toEqual({ created_at: 7 });
  expect(given).toStrictEqual((await command(folder, { at: 8000, isKept: false })).given);
});

test('a deprecation date that passes is told of', async () => {
  const folder = newProject({ 'models/m.yml': 'models: [{name: m, deprecation_date: 2026-01-02}]\n' });
  const at = Date.UTC(2026, 0, 1);
  await keep(folder, { at });
  expect((await command(folder, { at: at + 1000 })).isWhole).toBe(true);
  const later = at + 3 * 86_400_000;
  const { given, isWhole } = await command(folder, { at: later });
  expect(isWhole).toBe(false);
  expect(given).toStrictEqual((await command(folder, { at: later, isKept: false })).given);
  expect(JSON.stringify(given.found)).toContain('has passed its deprecation date');
});
