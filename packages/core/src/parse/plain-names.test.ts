import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readProject } from '../project/read-project.ts';
import { parseProject } from './parse-project.ts';

// dbt's own macros are not called for every node: what stands in their place must give the same names to the letter.

const configs = [
  '',
  "schema='other'",
  "schema=' padded '",
  "schema='with space'",
  'schema=7',
  "schema=''",
  "database='memory'",
  "database=' memory '",
  "alias='named'",
  "alias=' named '",
  "alias=''",
  'alias=1.5',
  "alias='é', schema='a-b', database='c_d'",
  "enabled=false, alias='off'",
];

const base: Readonly<Record<string, string>> = {
  'dbt_project.yml': "name: p\nversion: '1.0'\nprofile: p\nseeds: {+schema: seeded}\n",
  'profiles.yml': "p: {target: dev, outputs: {dev: {type: duckdb, path: p.duckdb, schema: 'my schema'}}}\n",
  'models/v.yml':
    'models: [{name: v, latest_version: 2, versions: [{v: 1}, {v: 2}, {v: 1.5}, {v: "a.b"}]}, {name: m0, data_tests: [{unique: {column_name: a}}]}]\n',
  'seeds/s.csv': 'a\n1\n',
  'tests/t.sql': 'select 1 as a',
  ...Object.fromEntries(['1', '2', '1.5', 'a.b'].map((v) => [`models/v_v${v}.sql`, 'select 1 as a'])),
  ...Object.fromEntries(configs.map((said, at) => [`models/m${at}.sql`, `{{ config(${said}) }} select 1 as a`])),
  'models/un usual.sql': 'select 1 as a',
};

async function namesOf(files: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
  const folder = mkdtempSync(join(tmpdir(), 'eider-plain-names-'));
  try {
    for (const [path, text] of Object.entries({ ...base, ...files })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { project } = await readProject({ projectDir: folder, profilesDir: folder, env: {} });
    if (project === null) throw new Error('the project of a test can be read');
    const { manifest } = parseProject(project, { startedAt: new Date(0) });
    const nodes = [...Object.values(manifest.nodes), ...Object.values(manifest.disabled).flat()];
    const named = nodes.flatMap((node) => {
      if (!('alias' in node)) return [];
      return [[node.unique_id, [node.database, node.schema, node.alias, node.relation_name]] as const];
    });
    return Object.fromEntries(named);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A macro of the project, through which all of them are called. */
const through = (part: string): string =>
  `{% macro generate_${part}_name(custom=none, node=none) %}{{ return(dbt.generate_${part}_name(custom, node)) }}{% endmacro %}`;

test('nodes have the names that calling the macros gives', async () => {
  const plain = await namesOf({});
  expect(Object.keys(plain).length).toBeGreaterThan(configs.length + 6);
  expect(plain['model.p.m1']).toEqual(['p', 'my schema_other', 'm1', '"p"."my schema_other"."m1"']);
  expect(plain).toEqual(await namesOf({ 'macros/own.sql': through('alias') }));
});

test.each([
  ['macro', 'generate_schema_name(custom, node)', 'mine'],
  ['implementation', 'default__generate_schema_name(custom, node)', 'mine'],
  ['implementation for the adapter', 'duckdb__generate_schema_name(custom, node)', 'mine'],
  ['macro under a name that they read', 'return(value)', 'mine'],
])('a %s of the project counts', async (_what, head, text) => {
  const names = await namesOf({ 'macros/own.sql': `{% macro ${head} %}${text}{% endmacro %}` });
  expect(names['model.p.m0']?.[1 as never]).toBe('mine');
});
