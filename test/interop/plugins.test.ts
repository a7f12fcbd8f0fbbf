import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type SmallProject, smallProject } from '../support/small-project.ts';
import { removeFolder } from '../support/temporary-project.ts';
import { findPeers } from './peers.ts';

// Plugins of a project's own where they fail, or ask for what cannot be. What they make and store is compared with dbt's in the project `plugins`.

const { dbtPython, home } = findPeers();
const env = { HOME: home, EIDER_PYTHON: dbtPython };
let project: SmallProject;
afterEach(() => removeFolder(project.folder));

const shelf = `
import os
from dbt.adapters.duckdb.plugins import BasePlugin

class Plugin(BasePlugin):
    def store(self, target_config):
        if os.path.exists("full"):
            raise ValueError("the shelf is full")
        assert os.path.exists(target_config.location.path)
        with open("kept.txt", "a") as file:
            file.write(target_config.relation.identifier + "\\n")
`;

function withPlugin(module: string, code: string, models: Readonly<Record<string, string>>): SmallProject {
  return smallProject('plugins', {
    models,
    files: { [`helpers/${module}.py`]: code },
    target: `module_paths: [helpers], plugins: [{module: ${module}}]`,
  });
}

const kept = (): string => readFileSync(join(project.folder, 'kept.txt'), 'utf8');

test('a plugin is given what was committed, and a model that it cannot store fails though it is published', async () => {
  project = withPlugin('shelf', shelf, {
    a: "{{ config(plugin='shelf') }} select 1 as x",
    b: "{{ config(plugin='shelf') }} select 2 as x",
    bad: "{{ config(plugin='shelf') }} select 1 as x",
    'deep/c': 'select 1 as x',
  });
  // A test keeps `bad` from readers, so from the plugin too.
  project.write(
    'models/schema.yml',
    'models: [{name: bad, columns: [{name: x, data_tests: [{accepted_values: {arguments: {values: [2]}}}]}]}]\n',
  );
  const first = await project.eider(['build'], { env });
  expect(first.exitCode, first.stdout).toBe(1);
  expect(kept()).toBe('a\nb\n');

  project.write('full', '');
  const full = await project.eider(['run', '-s', 'a', 'deep'], { env });
  expect(full.exitCode).toBe(1);
  expect(full.stdout).toContain('models/a.sql:1:11');
  expect(full.stdout).toContain('ValueError: the shelf is full (helpers/shelf.py:8)');
  expect(full.stdout).toContain('It was built and is published.');
  expect(full.stdout).toContain('Done. PASS=1 WARN=0 ERROR=1');
  expect(kept()).toBe('a\nb\n');

  rmSync(join(project.folder, 'full'));
  const retried = await project.eider(['retry'], { env });
  expect(retried.exitCode, retried.stdout).toBe(0);
  expect(kept()).toBe('a\nb\na\n');
  // All that is published, as for hooks.
  expect((await project.eider(['publish'], { env })).exitCode).toBe(0);
  expect(kept()).toBe('a\nb\na\na\nb\n');
  // What goes back is told of too.
  expect((await project.eider(['rollback'], { env })).exitCode).toBe(0);
  expect(kept()).toBe('a\nb\na\na\nb\na\n');
});

test('a model that asks for no plugin of the target fails before it is built', async () => {
  project = withPlugin('shelf', shelf, { a: "{{ config(plugin='shelve') }} select 1 as x" });
  const { exitCode, stdout } = await project.eider(['build'], { env });
  expect(exitCode).toBe(1);
  expect(stdout).toContain('The model a asks for the plugin "shelve", which the target dev does not have.');
  expect(existsSync(join(project.folder, 'lake/a.parquet'))).toBe(false);
});

test('functions in Python are refused by their name before anything runs', async () => {
  const code = `
from dbt.adapters.duckdb.plugins import BasePlugin

class Plugin(BasePlugin):
    def configure_connection(self, conn):
        conn.execute("create or replace macro twice(x) as 2 * x")
        conn.create_function("add_one", lambda x: x + 1, [int], int)
`;
  project = withPlugin('own_functions', code, { a: 'select 1 as x' });
  const { exitCode, stdout } = await project.eider(['build'], { env });
  expect(exitCode).toBe(2);
  expect(stdout).toContain('profiles.yml:1:');
  expect(stdout).toContain('configure_connection() calls create_function(), which works within Python');
  expect(stdout).toContain('(helpers/own_functions.py:7)');
  expect(existsSync(join(project.folder, 'lake'))).toBe(false);
});

test('a module that is nowhere, and one without a plugin, are told together', async () => {
  project = withPlugin('empty', '', { a: 'select 1 as x' });
  project.write(
    'profiles.yml',
    'night:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      module_paths: [helpers]\n      plugins:\n        - module: empty\n        - module: my.shelves\n',
  );
  const { exitCode, stdout } = await project.eider(['build'], { env });
  expect(exitCode).toBe(2);
  expect(stdout).toContain('profiles.yml:8:11');
  expect(stdout).toContain('its module "empty" has no class Plugin');
  expect(stdout).toContain('profiles.yml:9:11');
  expect(stdout).toContain('there is no Python module "my"');
});

test('an empty sheet that is to be left out may be the only one', async () => {
  project = smallProject('plugins', {
    models: {
      none: "{{ config(materialized='external', plugin='excel', overrides={'skip_empty_sheet': true}) }} select 1 as x where false",
    },
    target: 'plugins: [{module: excel, config: {output: {file: sheets.xlsx, engine: openpyxl}}}]',
  });
  const { exitCode, stdout } = await project.eider(['run'], { env });
  expect(exitCode, stdout).toBe(0);
});

test('a source of a plugin is made as what its materialization says, or not at all', async () => {
  project = withPlugin(
    'shelf',
    `${shelf}
    def load(self, source_config):
        import pandas
        return pandas.DataFrame({"x": [1]})
`,
    { a: "select * from {{ source('kept', 'seen') }}", b: "select * from {{ source('kept', 'odd') }}" },
  );
  const table = (name: string, kind: string): string =>
    `{name: ${name}, config: {plugin: shelf, materialization: ${kind}}}`;
  project.write(
    'models/sources.yml',
    `sources: [{name: kept, tables: [${table('seen', 'VIEW')}, ${table('odd', 'heap')}]}]\n`,
  );
  const { exitCode, stdout } = await project.eider(['run'], { env });
  expect(exitCode).toBe(1);
  expect(stdout).toContain('The source kept.odd has the materialization "heap", as which DuckDB makes nothing.');
  expect(stdout).toContain('Done. PASS=1 WARN=0 ERROR=1');
});
