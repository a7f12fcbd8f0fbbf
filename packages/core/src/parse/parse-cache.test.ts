import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createParseCache, type ParseCache } from '../cache/parse-cache.ts';
import type { ReadKind } from '../context/reads.ts';
import type { Manifest } from '../manifest/nodes.ts';
import { readProject } from '../project/read-project.ts';
import { ParseMemory } from './parse-memory.ts';
import { parseProject } from './parse-project.ts';

/** A project, and what a command line gives beside it. A file of null is deleted. */
interface Situation {
  readonly files?: Readonly<Record<string, string | null>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, unknown>>;
  readonly flags?: Readonly<Record<string, unknown>>;
}

const base: Readonly<Record<string, string>> = {
  'dbt_project.yml': "name: p\nversion: '1.0'\nprofile: p\n",
  'profiles.yml': 'p: {target: dev, outputs: {dev: {type: duckdb, path: p.duckdb}}}\n',
  'models/other.sql': 'select 1 as a',
  'macros/other.sql': '{% macro other() %}{% endmacro %}',
};
const folders: string[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder(files: Readonly<Record<string, string | null>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'eider-parse-cache-'));
  folders.push(folder);
  write(folder, { ...base, ...files });
  return folder;
}

function write(folder: string, files: Readonly<Record<string, string | null>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (text === null) rmSync(join(folder, path));
    else writeFileSync(join(folder, path), text);
  }
}

const startedAt = new Date(0);

async function parse(folder: string, { env = {}, vars = {}, flags = {} }: Situation, cache?: ParseCache) {
  const kept = cache === undefined ? {} : { cache };
  const { project, diagnostics: found } = await readProject({
    projectDir: folder,
    profilesDir: folder,
    env,
    vars,
    ...kept,
  });
  if (project === null) throw new Error(`the project of a test can be read: ${JSON.stringify(found)}`);
  const { manifest, diagnostics } = parseProject(project, { startedAt, flags, ...kept });
  return { nodes: manifest.nodes, disabled: manifest.disabled, diagnostics };
}

const model = 'models/m.sql';
const config = (value: string): Record<string, string> => ({ [model]: `{{ config(meta={'x': ${value}}) }} select 1` });
const helper = (text: string) => ({
  'dbt_packages/helper/dbt_project.yml': 'name: helper\nversion: "1.0"\n',
  'dbt_packages/helper/macros/m.sql': text,
});

/** What a node may rest on: a situation, another one, and the question whose answer is no longer the same. */
const changes: readonly (readonly [string, ReadKind, Situation, Situation])[] = [
  [
    'a macro is changed',
    'macro',
    { files: { ...config('f()'), 'macros/f.sql': '{% macro f() %}1{% endmacro %}' } },
    { files: { 'macros/f.sql': '{% macro f() %}2{% endmacro %}' } },
  ],
  [
    'a macro that a macro calls is changed',
    'macro',
    {
      files: {
        ...config('f()'),
        'macros/f.sql': '{% macro f() %}{{ g() }}{% endmacro %}',
        'macros/g.sql': '{% macro g() %}1{% endmacro %}',
      },
    },
    { files: { 'macros/g.sql': '{% macro g() %}2{% endmacro %}' } },
  ],
  [
    "a new macro hides one of dbt's functions",
    'macro',
    { files: config('local_md5("x")') },
    { files: { 'macros/f.sql': '{% macro local_md5(x) %}new{% endmacro %}' } },
  ],
  [
    'a new macro names schemas',
    'macro',
    { files: config('1') },
    { files: { 'macros/f.sql': '{% macro generate_schema_name(a, b) %}new{% endmacro %}' } },
  ],
  [
    'a better implementation comes for a dispatched macro',
    'macro',
    { files: { ...config("adapter.dispatch('f')()"), 'macros/f.sql': '{% macro default__f() %}1{% endmacro %}' } },
    { files: { 'macros/g.sql': '{% macro duckdb__f() %}2{% endmacro %}' } },
  ],
  [
    "a package's macro is changed",
    'macro-in',
    { files: { ...config('helper.f()'), ...helper('{% macro f() %}1{% endmacro %}') } },
    { files: helper('{% macro f() %}2{% endmacro %}') },
  ],
  [
    'a package gets a macro that names its nodes',
    'own-macro',
    { files: { ...helper('{% macro f() %}{% endmacro %}'), 'dbt_packages/helper/models/h.sql': 'select 1' } },
    { files: helper('{% macro generate_alias_name(a, node) %}new{% endmacro %}') },
  ],
  [
    'a package gets a macro that names its nodes where the project has one',
    'own-macro',
    {
      files: {
        ...helper('{% macro f() %}{% endmacro %}'),
        'dbt_packages/helper/models/h.sql': 'select 1',
        'macros/names.sql': '{% macro generate_alias_name(a, node) %}old_{{ node.name }}{% endmacro %}',
      },
    },
    { files: helper('{% macro generate_alias_name(a, node) %}new{% endmacro %}') },
  ],
  [
    'a package gets its first macro',
    'package',
    {
      files: {
        ...config("'there' if helper is defined else 'not'"),
        'dbt_packages/helper/dbt_project.yml': 'name: helper\nversion: "1.0"\n',
      },
    },
    { files: helper('{% macro f() %}{% endmacro %}') },
  ],
  ['a variable of the command line', 'var', { files: config("var('v', 1)") }, { vars: { v: 2 } }],
  [
    'a variable of dbt_project.yml',
    'var',
    { files: config("var.has_var('v')") },
    { files: { 'dbt_project.yml': `${base['dbt_project.yml']}vars: {v: 1}\n` } },
  ],
  ['an environment variable', 'env', { files: config("env_var('E', '1')") }, { env: { E: '2' } }],
  [
    'a variable for artifacts',
    'metadata-env',
    { files: config('dbt_metadata_envs') },
    { env: { DBT_ENV_CUSTOM_ENV_A: '1' } },
  ],
  ['a flag', 'flag', { files: config('flags.FULL_REFRESH') }, { flags: { FULL_REFRESH: true } }],
  ['the arguments', 'flags', { files: config('invocation_args_dict') }, { flags: { WHICH: 'ls' } }],
  ['the vars of the whole project', 'project', { files: config('ref.config.cli_vars') }, { vars: { v: 2 } }],
  [
    'a config of dbt_project.yml',
    'config',
    { files: config('1') },
    { files: { 'dbt_project.yml': `${base['dbt_project.yml']}models: {p: {m: {+tags: [new]}}}\n` } },
  ],
  [
    'a new entry of a property file',
    'patch',
    { files: config('1') },
    { files: { 'models/a.yml': 'models: [{name: m, description: new}]\n' } },
  ],
  [
    'a model becomes a version',
    'version',
    { files: config('1') },
    { files: { 'models/a.yml': 'models: [{name: n, versions: [{v: 1, defined_in: m}]}]\n' } },
  ],
];

describe('what a node rests on', () => {
  test.each(changes)('%s', async (_what, kind, before, after) => {
    const folder = newFolder(before.files ?? {});
    const cache = createParseCache();
    const first = await parse(folder, before, cache);
    write(folder, after.files ?? {});
    const again = await parse(folder, after, cache);
    expect(again).toEqual(await parse(folder, after));
    expect(again).not.toEqual(first);
    expect(await forgetful(kind, before, after), 'the question is needed').not.toEqual(again);
  });
});

/** The result where one kind of question is not recorded. */
async function forgetful(kind: ReadKind, before: Situation, after: Situation) {
  const { note, noteAll } = ParseMemory.prototype;
  vi.spyOn(ParseMemory.prototype, 'note').mockImplementation(function (this: ParseMemory, asked, owner, name) {
    if (asked !== kind) note.call(this, asked, owner, name);
  });
  vi.spyOn(ParseMemory.prototype, 'noteAll').mockImplementation(function (this: ParseMemory, questions) {
    noteAll.call(
      this,
      questions.filter(([asked]) => asked !== kind),
    );
  });
  const folder = newFolder(before.files ?? {});
  const cache = createParseCache();
  await parse(folder, before, cache);
  write(folder, after.files ?? {});
  return parse(folder, after, cache);
}

describe('what is another each time', () => {
  test.each([
    'run_started_at | string',
    'invocation_id',
    'modules.datetime.datetime.now() | string',
    'modules.datetime.date.today() | string',
    '[1, 2] | random',
    'local_md5 | string',
    'model.created_at',
    'model',
  ])('%s is not kept', async (value) => {
    const folder = newFolder(config(value));
    const cache = createParseCache();
    await parse(folder, {}, cache);
    expect(
      Array.from(cache.units.entries(), ([, { record }]) => (JSON.parse(record) as { name: string }).name),
    ).toEqual(['other']);
  });

  test('a node with errors is not kept: its message names what is near', async () => {
    const folder = newFolder({ [model]: "{{ env_var('NOT_SET') }}" });
    const cache = createParseCache();
    await parse(folder, {}, cache);
    expect([...cache.units.entries()].length).toBe(1);
    const { diagnostics } = await parse(folder, { env: { NOT_SETT: '1' } }, cache);
    expect(diagnostics).toEqual((await parse(folder, { env: { NOT_SETT: '1' } })).diagnostics);
  });
});

test('what a caller does to the records stays with the caller', async () => {
  const folder = newFolder({
    ...config("{'a': [1]}"),
    'models/a.yml':
      'models: [{name: m, config: {tags: [t]}, data_tests: [{accepted_values: {arguments: {column_name: a, values: [1]}}}]}]\n',
  });
  const cache = createParseCache();
  await parse(folder, {}, cache);
  const before = JSON.stringify(await parse(folder, {}, cache));
  spoil((await parse(folder, {}, cache)).nodes);
  expect(JSON.stringify(await parse(folder, {}, cache))).toBe(before);
});

/** Changes everything that can be reached. */
function spoil(value: Manifest['nodes'] | unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  for (const inner of Object.values(value)) spoil(inner);
  if (Array.isArray(value)) value.push('spoilt');
  else Object.assign(value, { spoilt: true });
}

test('nothing is rendered again where nothing changed, and one node where its file did', async () => {
  const folder = newFolder(config('1'));
  const cache = createParseCache();
  await parse(folder, {}, cache);
  const render = vi.spyOn(ParseMemory.prototype, 'record');
  await parse(folder, {}, cache);
  expect(render.mock.calls).toEqual([]);
  write(folder, config('2'));
  await parse(folder, {}, cache);
  expect(render.mock.calls.map(([key]) => key)).toEqual(['model p models/m.sql ']);
});
