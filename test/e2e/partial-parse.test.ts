import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// Invariant: a command says the same whether or not an earlier one has left what it parsed.

const project = temporaryFolder('partial-parse');
const kept = join(project, 'target/partial_parse.eider');
const whole = join(project, 'target/whole_parse.eider');
const settings = "name: kept\nversion: '1.0'\nprofile: kept\n";

beforeEach(() => {
  for (const name of ['target', 'models']) rmSync(join(project, name), { recursive: true, force: true });
  mkdirSync(join(project, 'models'));
  writeFileSync(join(project, 'dbt_project.yml'), settings);
  writeFileSync(
    join(project, 'profiles.yml'),
    'kept: {target: dev, outputs: {dev: {type: duckdb, path: kept.duckdb}}}\n',
  );
  writeFileSync(join(project, 'models/first.sql'), "{{ config(tags=env_var('TAG', 'plain')) }} select 1 as a");
  writeFileSync(join(project, 'models/second.sql'), "select * from {{ ref('first') }}");
});
afterAll(() => removeFolder(project));

async function eider(parameters: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const ran = await runEider([...parameters, '--profiles-dir', project], { cwd: project, env });
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
  return ran.stdout.trim();
}

const list = ['ls', '--quiet', '--select', 'tag:plain+'];

test('edits and the environment are seen by the next command', async () => {
  expect(await eider(list)).toBe('kept.first\nkept.second');
  expect(await eider(list)).toBe('kept.first\nkept.second');
  expect(await eider(list, { TAG: 'other' })).not.toContain('kept.');
  expect(await eider(list)).toBe('kept.first\nkept.second');
  writeFileSync(join(project, 'models/second.sql'), 'select 2 as a');
  expect(await eider(list)).toBe('kept.first');
  rmSync(join(project, 'models/second.sql'));
  writeFileSync(join(project, 'models/third.sql'), "select * from {{ ref('first') }}");
  expect(await eider(list)).toBe('kept.first\nkept.third');
});

/** Parses until the parse is kept whole: a file that changed just now is read again by the next command. */
async function keepWhole(): Promise<void> {
  const end = Date.now() + 60_000;
  while (!existsSync(whole) && Date.now() < end) await eider(['parse', '--quiet']);
}

/** What manifest.json says but for moments and ids. */
function manifest(): string {
  const text = readFileSync(join(project, 'target/manifest.json'), 'utf8');
  return text.replace(/^\{"metadata":\{.*?\},"nodes"/, '').replaceAll(/"created_at":[\d.]+/g, '');
}

test('a parse that was kept whole is the parse of now', async () => {
  writeFileSync(
    join(project, 'models/all.yml'),
    'models: [{name: first, columns: [{name: a, data_tests: [unique]}]}]\n',
  );
  await keepWhole();
  const { ino } = statSync(whole);
  const listed = await eider(list);
  const kept = [manifest(), await eider(['compile', '--no-introspect', '--select', 'second'])];
  expect(statSync(whole).ino).toBe(ino);
  const anew = await eider([...list, '--no-partial-parse']);
  expect(kept[0]).toBe(manifest());
  expect(listed).toBe(anew);
  expect(kept[1]).toContain('"kept"."main"."first"');
  expect(await eider(list, { TAG: 'other' })).not.toContain('kept.');
  expect(await eider(list)).toBe(anew);
  writeFileSync(join(project, 'dbt_project.yml'), `${settings}models: {kept: {second: {+enabled: false}}}\n`);
  expect(await eider(list)).not.toContain('second');
  writeFileSync(join(project, 'dbt_project.yml'), settings);
  writeFileSync(join(project, 'selectors.yml'), 'selectors: [{name: one, definition: {method: tag, value: plain}}]\n');
  expect(await eider(['ls', '--quiet', '--selector', 'one', '--resource-type', 'model'])).toBe('kept.first');
  expect(manifest()).toContain('"selectors":{"one"');
  rmSync(join(project, 'selectors.yml'));
  writeFileSync(whole, readFileSync(whole, 'utf8').replaceAll('first', 'third'));
  expect(await eider(list)).toBe(anew);
}, 240_000);

test('the manifest of a command that compiles some nodes is that of one that keeps nothing', async () => {
  writeFileSync(
    join(project, 'models/all.yml'),
    `models: [{name: first, description: größer, columns: [{name: a, data_tests: [unique]}]}]
unit_tests: [{name: u, model: second, given: [{input: ref('first'), rows: [{a: 1}]}], expect: {rows: [{a: 1}]}}]
`,
  );
  await keepWhole();
  await eider(['build', '--quiet']);
  const build = manifest();
  await eider(['compile', '--quiet', '--select', 'second']);
  const some = manifest();
  expect(some).toContain(String.raw`"compiled_code":"select * from \"kept\".\"main\".\"first\""`);
  await eider(['compile', '--quiet', '--select', 'second', '--no-partial-parse']);
  expect(some).toBe(manifest());
  await eider(['build', '--quiet', '--no-partial-parse']);
  expect(build).toBe(manifest());
}, 240_000);

test('another command compiles what this one parsed', async () => {
  await eider(['parse', '--quiet']);
  await eider(['compile', '--quiet', '--no-introspect']);
  expect(readFileSync(join(project, 'target/compiled/kept/models/second.sql'), 'utf8')).toContain(
    '"kept"."main"."first"',
  );
});

test.each<[string, readonly string[], Readonly<Record<string, string>>, string]>([
  ['the flag', ['--no-partial-parse'], {}, ''],
  ['the variable', [], { DBT_PARTIAL_PARSE: 'false' }, ''],
  ['the project', [], {}, 'flags: {partial_parse: false}\n'],
])('%s switches it off', async (_what, parameters, env, more) => {
  writeFileSync(join(project, 'dbt_project.yml'), settings + more);
  expect(await eider([...list, ...parameters], env)).toBe('kept.first\nkept.second');
  expect(existsSync(kept)).toBe(false);
});

test('what lies there and is no use is written anew', async () => {
  mkdirSync(join(project, 'target'));
  writeFileSync(kept, 'no parse of ours');
  expect(await eider(list)).toBe('kept.first\nkept.second');
  expect(readFileSync(kept, 'utf8')).toMatch(/^eider parse cache /);
});
