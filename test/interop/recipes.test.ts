import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eiderCommand, repository } from '../support/eider.ts';
import { type ProgramResult, runProgram } from '../support/run-program.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { duckdbVersions, findDuckdb, findDuckdbCli, findJar, jdbcJars } from './peers.ts';

// Invariant: what the README and the page on readers tell people to write works as it is written there. The project has the relation that they name.

const readme = readFileSync(join(repository, 'README.md'), 'utf8');
const page = readFileSync(join(repository, 'packages/cli/docs/readers.md'), 'utf8');

/** The fenced blocks of a language, in order. */
function blocks(language: string): readonly string[] {
  return [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, found, text = '']) =>
    found === language ? [text] : [],
  );
}

function block(language: string, part: string): string {
  const found = blocks(language).find((text) => text.includes(part));
  if (found === undefined) throw new Error(`readers.md has no ${language} block with ${part}`);
  return found;
}

/** The code in the README's line of a client. */
function codeFor(client: string): readonly string[] {
  const line = readme.split('\n').find((text) => text.startsWith(`| ${client}`)) ?? '';
  return [...line.matchAll(/`([^`]+)`/g)].flatMap(([, code]) => code ?? []);
}

const rows = [
  [1, 'ORD'],
  [2, 'DFW'],
  [3, 'ATL'],
] as const;
const printed = rows.map((row) => row.join(' ')).join('\n');

let project: string;
beforeAll(async () => {
  project = temporaryFolder('recipes');
  const file = (name: string, text: string): void => {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), text);
  };
  const live = block('yaml', 'live:').trim().replaceAll('\n', '\n      ');
  file('dbt_project.yml', 'name: flights\nversion: 1.0.0\nprofile: flights\n');
  file(
    'profiles.yml',
    `flights:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: flights.duckdb\n      schema: dev\n      external_root: ${project}/lake\n      ${live}\n`,
  );
  const values = rows.map(([place, airport]) => `(${place}, '${airport}')`).join(', ');
  file(
    'models/busiest_airports.sql',
    `{{ config(materialized='external', schema='gold') }}\nselect * from (values ${values}) t(place, airport)`,
  );
  file(
    'models/first_airport.sql',
    `{{ config(materialized='view', schema='gold') }}\nselect airport from {{ ref('busiest_airports') }} where place = 1`,
  );
  file(
    'models/models.yml',
    'models:\n  - name: busiest_airports\n    description: Airports, the busiest first\n    columns: [{name: airport, description: Three letters}]\n  - name: first_airport\n    description: The busiest\n',
  );
  const built = await eider('build');
  expect(built.exitCode, built.stdout + built.stderr).toBe(0);
});
afterAll(() => removeFolder(project));

async function eider(...parameters: readonly string[]): Promise<ProgramResult> {
  return await runProgram([...eiderCommand(), ...parameters], { cwd: project });
}

/** Runs a shell line with `duckdb` and `eider` on the path, in the project's folder. */
async function shell(line: string): Promise<ProgramResult> {
  const bin = join(project, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, command] of [
    ['duckdb', [findDuckdbCli()]],
    ['eider', eiderCommand()],
  ] as const) {
    writeFileSync(join(bin, name), `#!/bin/sh\nexec ${command.map((word) => `'${word}'`).join(' ')} "$@"\n`, {
      mode: 0o755,
    });
  }
  const env = { PATH: `${bin}:${process.env.PATH}` };
  return await runProgram(['sh', '-c', line], { cwd: project, env, input: 'from dev_gold.busiest_airports;' });
}

async function python(program: string, version = '1.5.5'): Promise<string> {
  const { exitCode, stderr, stdout } = await runProgram([findDuckdb(version), '-c', program], { cwd: project });
  expect(exitCode, stderr).toBe(0);
  return stdout.trim();
}

describe('the README', () => {
  test('opens the catalog in DuckDB’s command line', async () => {
    const { exitCode, stdout } = await shell(codeFor('DuckDB CLI')[0] ?? '');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('ORD');
  });

  test('opens it from Python', async () => {
    expect(await python(`import duckdb\n${codeFor('Python')[0]}`)).toContain('ORD');
  });

  test('attaches it', async () => {
    const sql = `${codeFor('another DuckDB session')[0]}; from lake.dev_gold.busiest_airports`;
    expect(await python(`import duckdb\nduckdb.sql("""${sql}""").show()`)).toContain('ATL');
  });

  test('names the URL and the property of the driver', async () => {
    const [url = '', property = '', value] = codeFor('DataGrip, DBeaver (JDBC)');
    expect(url.startsWith('jdbc:duckdb:/')).toBe(true);
    expect([property, value]).toEqual(['duckdb.read_only', 'true']);
    expect(block('java', 'Properties')).toContain(`setProperty("${property}", "${value}")`);
    expect(page).toContain(`\`${url}\`, and the driver property \`${property}\` is \`${value}\``);
  });

  test('names the live file as the page does', () => {
    expect(readme).toContain('`publish: {live: catalog/live.duckdb}`');
    expect(block('yaml', 'live:')).toContain('live: catalog/live.duckdb');
  });
});

describe('the page on readers', () => {
  test('asks by DuckDB’s command line', async () => {
    const { exitCode, stderr, stdout } = await shell(block('sh', 'duckdb -readonly'));
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('DFW');
  });

  test.each(duckdbVersions)('asks from Python with DuckDB %s', async (version) => {
    expect(await python(block('python', 'duckdb.connect'), version)).toBe(printed);
    const sql = block('sql', 'ATTACH');
    expect(await python(`import duckdb\nprint(duckdb.execute("""${sql}""").fetchall())`, version)).toBe("[('ORD',)]");
  });

  test.each(Object.keys(jdbcJars))('asks from Java with the driver %s', async (version) => {
    writeFileSync(join(project, 'Busiest.java'), block('java', 'class Busiest'));
    const result = await runProgram(['java', '-cp', findJar(version), 'Busiest.java'], { cwd: project });
    expect(result.stdout.trim(), result.stderr).toBe(printed);
  });

  test.each(duckdbVersions)('finds descriptions as comments with DuckDB %s', async (version) => {
    const program = `
import duckdb
for file in ('catalog/dev.duckdb', 'catalog/live.duckdb'):
    lake = duckdb.connect(file, read_only=True)
    print(lake.execute("select view_name, comment from duckdb_views() where not internal order by all").fetchall())
    print(lake.execute("select column_name, comment from duckdb_columns() where comment is not null").fetchall())
    print(lake.execute("select place, airport from dev_gold.busiest_airports order by place").fetchall() == ${JSON.stringify(rows).replaceAll('[', '(').replaceAll(']', ')').replace('((', '[(').replace('))', ')]')}, lake.execute("from dev_gold.first_airport").fetchall())`;
    const views = "[('busiest_airports', 'Airports, the busiest first'), ('first_airport', 'The busiest')]";
    const each = [views, "[('airport', 'Three letters')]", "True [('ORD',)]"];
    expect((await python(program, version)).split('\n')).toEqual([...each, ...each]);
  });

  test.each(['1.1.3', '1.5.5.0'])('shows them to tools as remarks with the driver %s', async (version) => {
    const program = ['java', '-cp', findJar(version), join(import.meta.dirname, 'java', 'Readers.java')];
    const { stdout } = await runProgram(program, { input: `${join(project, 'catalog/dev.duckdb')}\topen\n` });
    const remarks = stdout
      .split('\n')
      .map((line) => line.split('\t'))
      .filter(([, , name]) => name?.startsWith('dev_gold'));
    expect(remarks.map((line) => line.slice(2))).toEqual([
      ['dev_gold.busiest_airports', '3', 'Airports, the busiest first'],
      ['dev_gold.first_airport', '1', 'The busiest'],
    ]);
  });

  test('gives away a file that needs no lake, and a link where the lake is mounted elsewhere', async () => {
    const { exitCode, stderr } = await shell(block('sh', '--self-contained'));
    expect(exitCode, stderr).toBe(0);
    const [lake, mounted] = [join(project, 'lake'), join(project, 'mounted')];
    mkdirSync(join(project, 'far'));
    for (const file of ['shared.duckdb', 'catalog/dev.duckdb']) {
      copyFileSync(join(project, file), join(project, 'far', file.replace('catalog/', '')));
    }
    renameSync(lake, mounted);
    const ask = (file: string, version: string): Promise<string> =>
      python(
        `import duckdb\ntry: print(duckdb.connect('far/${file}', read_only=True).execute('from dev_gold.first_airport').fetchall())\nexcept Exception as error: print(type(error).__name__)`,
        version,
      );
    for (const version of duckdbVersions) expect(await ask('shared.duckdb', version)).toBe("[('ORD',)]");
    expect(await ask('dev.duckdb', '1.5.5')).toBe('IOException');
    const link = block('sh', 'ln -s').replace('/Volumes/lake', mounted).replace('/mnt/lake', lake);
    expect((await shell(link)).exitCode).toBe(0);
    for (const version of duckdbVersions) expect(await ask('dev.duckdb', version)).toBe("[('ORD',)]");
  });
});
