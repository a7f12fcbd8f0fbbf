import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ParseMemory } from '../parse/parse-memory.ts';
import { parseProject } from '../parse/parse-project.ts';
import { type Located, locatedData, locatedFrom, placesIn } from '../project/located.ts';
import { readProject } from '../project/read-project.ts';
import { readYaml } from '../project/read-yaml.ts';
import { createSavedParseCache } from './saved-parse-cache.ts';

const folders: string[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newProject(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'eider-saved-'));
  folders.push(folder);
  const all = {
    'dbt_project.yml': "name: p\nversion: '1.0'\nprofile: p\n",
    'profiles.yml': 'p: {target: dev, outputs: {dev: {type: duckdb, path: p.duckdb}}}\n',
    'models/m.sql': "{{ config(tags=[var('t', 'none')]) }} select 1.0 as a",
    'models/m.yml':
      'models:\n  - name: m\n    config: {meta: {f: 1.0, g: 12345678901234567890}}\n    data_tests: [unique: {column_name: a}]\n',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

interface Call {
  readonly maker?: string;
  readonly isWanted?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Reads and parses as a command does, and gives the keys of what had to be rendered. */
async function command(folder: string, { maker = 'test', isWanted = true, env = {} }: Call = {}) {
  const rendered = vi.spyOn(ParseMemory.prototype, 'record');
  rendered.mockClear();
  const cache = createSavedParseCache({ maker, isWanted: () => isWanted });
  const { project } = await readProject({ projectDir: folder, profilesDir: folder, env, cache });
  if (project === null) throw new Error('the project can be read');
  const { diagnostics, manifest } = parseProject(project, { startedAt: new Date(0), cache });
  const parsed = { diagnostics, manifest };
  await cache.save?.();
  return { keys: rendered.mock.calls.map(([key]) => key), parsed };
}

const fileOf = (folder: string): string => join(folder, 'target/partial_parse.eider');

test('the next command renders nothing that the one before rendered', async () => {
  const folder = newProject();
  const first = await command(folder);
  expect(first.keys).toEqual(['model p models/m.sql ', "test models/m.yml 4:18 ref('m')"]);
  const text = readFileSync(fileOf(folder), 'utf8');
  const second = await command(folder);
  expect(second.keys).toEqual([]);
  expect(second.parsed).toStrictEqual(first.parsed);
  writeFileSync(join(folder, 'models/n.sql'), 'select 2');
  expect((await command(folder)).keys).toEqual(['model p models/n.sql ']);
  expect(readFileSync(fileOf(folder), 'utf8')).not.toBe(text);
  expect(readdirSync(join(folder, 'target'))).toEqual(['partial_parse.eider']);
});

describe('a file of no use is as good as none', () => {
  test.each<[string, (text: string) => string]>([
    ['cut short', (text) => text.slice(0, text.length / 2)],
    ['changed in its middle', (text) => text.replace('select 1.0', 'select 2.0')],
    ['empty', () => ''],
    ['of something else', () => '{"metadata": {}}\n'],
    ['of another format', (text) => text.replace(/cache \d+/, 'cache 0')],
  ])('%s', async (_what, change) => {
    const folder = newProject();
    const { parsed } = await command(folder);
    writeFileSync(fileOf(folder), change(readFileSync(fileOf(folder), 'utf8')));
    const again = await command(folder);
    expect(again.keys.length).toBe(2);
    expect(again.parsed).toStrictEqual(parsed);
    expect((await command(folder)).keys).toEqual([]);
  });

  test('with a bit turned over, wherever', async () => {
    const folder = newProject();
    const { parsed } = await command(folder);
    const whole = readFileSync(fileOf(folder));
    for (let part = 0; part < 12; part += 1) {
      const at = Math.floor((whole.length * part) / 12);
      const bytes = Uint8Array.from(whole, (byte, index) => (index === at ? byte ^ (1 << (part % 8)) : byte));
      writeFileSync(fileOf(folder), bytes);
      const again = await command(folder);
      expect(again.keys.length, `byte ${at}`).toBe(2);
      expect(again.parsed).toStrictEqual(parsed);
    }
  });

  test('of another project, also under the same names', async () => {
    const other = newProject({ 'models/m.sql': 'select 2 as b', 'macros/m.sql': '{% macro m() %}{% endmacro %}' });
    await command(other);
    const folder = newProject();
    mkdirSync(dirname(fileOf(folder)));
    writeFileSync(fileOf(folder), readFileSync(fileOf(other)));
    const { keys, parsed } = await command(folder);
    expect(keys.length).toBe(2);
    rmSync(fileOf(folder));
    expect((await command(folder)).parsed).toStrictEqual(parsed);
  });

  test('of another version of the program', async () => {
    const folder = newProject();
    await command(folder);
    expect((await command(folder, { maker: 'test 2' })).keys.length).toBe(2);
  });

  test('a folder in its place', async () => {
    const folder = newProject({ 'target/partial_parse.eider/x': '' });
    expect((await command(folder)).keys.length).toBe(2);
    expect(readdirSync(join(folder, 'target'))).toEqual(['partial_parse.eider']);
  });

  test('a target folder that cannot be', async () => {
    const folder = newProject({ target: 'a file' });
    expect((await command(folder)).keys.length).toBe(2);
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('a file');
  });
});

test('two commands at once leave a whole file', async () => {
  const folder = newProject();
  const [first, second] = await Promise.all([command(folder), command(folder)]);
  expect(second?.parsed).toStrictEqual(first?.parsed);
  expect((await command(folder)).keys).toEqual([]);
  expect(readdirSync(join(folder, 'target'))).toEqual(['partial_parse.eider']);
});

test('who does not want it has none, read or written', async () => {
  const folder = newProject();
  await command(folder, { isWanted: false });
  expect(readdirSync(folder)).not.toContain('target');
  await command(folder);
  expect((await command(folder, { isWanted: false })).keys.length).toBe(2);
});

test('the file holds no value of the environment that no template wrote into its node, and no secret', async () => {
  const env = { ASKED: 'value-of-asked', DBT_ENV_SECRET_KEY: 'value-of-secret', OTHER: 'value-of-other' };
  const folder = newProject({
    'profiles.yml': `p: {target: dev, outputs: {dev: {type: duckdb, path: p.duckdb, secrets: [{type: s3, key_id: "{{ env_var('OTHER') }}", secret: "{{ env_var('DBT_ENV_SECRET_KEY') }}"}]}}}\n`,
    'models/m.sql': "{% if env_var('ASKED') == 'value' %}{{ config(tags='a') }}{% endif %} select 1",
  });
  const before = await command(folder, { env });
  expect(readFileSync(fileOf(folder), 'utf8')).not.toMatch(/value-of/);
  expect((await command(folder, { env })).keys).toEqual([]);
  const after = await command(folder, { env: { ...env, ASKED: 'value' } });
  expect(after.keys).toEqual(['model p models/m.sql ']);
  expect(after.parsed).not.toEqual(before.parsed);
});

test('a located value comes back with all its places', () => {
  const text = [
    '# remark\r',
    'a: &x {b: [1, 2.0, "t"], "c": x}',
    'd:\n  <<: *x\n  e: 99999999999999999999',
    'f:\n  - - 1\n  -\n  - {}\n  - []',
    '"1": z\n0: y\nnothing:',
    'g: |\n  one\n   two\n',
  ].join('\n');
  const { root, diagnostics } = readYaml(text, 'f.yml');
  expect(diagnostics).toEqual([]);
  if (root === null) throw new Error('the text is YAML');
  const again = locatedFrom(locatedData(root), placesIn(text.trimEnd(), 'f.yml'));
  expect(everything(root).length).toBeGreaterThan(20);
  expect(everything(again)).toStrictEqual(everything(root));
});

/** A value with all its places, and all inside it. */
function everything(value: Located): unknown[] {
  const inside = Array.from(value.entries(), ([key, inner]) => [key, value.at(key), ...everything(inner)]);
  return [value.value, value.place, value.textPlace, ...inside.flat()];
}
