import type { Stats } from 'node:fs';
import type { PackageProject } from '@eider/core';
import { expect, test } from 'vitest';
import { watchPlan } from './watch-plan.ts';

const root = {
  modelPaths: ['models', 'more/models'],
  seedPaths: ['seeds'],
  snapshotPaths: ['snapshots'],
  analysisPaths: ['analyses'],
  macroPaths: ['macros'],
  testPaths: ['tests'],
  docsPaths: ['models'],
  packagesInstallPath: 'dbt_packages',
} as unknown as PackageProject;

const plan = watchPlan({
  folder: '/home/anna/_eider/shop',
  root,
  profiles: ['/home/anna/_eider/shop/profiles.yml', '/home/anna/.dbt/profiles.yml'],
  written: ['/home/anna/_eider/shop/target', '/home/anna/_eider/shop/models/lake', '/home/anna/_eider/shop'],
});
const at = (path: string): string => `/home/anna/_eider/shop/${path}`;
const file = { isDirectory: () => false } as Stats;
const folder = { isDirectory: () => true } as Stats;

test.each([
  'dbt_project.yml',
  'packages.yml',
  'selectors.yml',
  '.dbtignore',
  'profiles.yml',
  'models/a.sql',
  'models/deep/er/A.SQL',
  'models/schema.yaml',
  'models/docs.md',
  'models/a.py',
  'more/models/a.sql',
  'seeds/a.csv',
  'dbt_packages/utils/dbt_project.yml',
  'dbt_packages/utils/macros/a.sql',
])('%s is one of the files that a project is read from', (path) => {
  expect(plan.isProjectFile(at(path))).toBe(true);
  expect(plan.isIgnored(at(path), file)).toBe(false);
});

test.each([
  'target/compiled/models/a.sql',
  'logs/eider.log',
  'catalog/dev.duckdb',
  'models/lake/part.csv',
  'models/_eider/part.csv',
  'models/.git/a.sql',
  'models/node_modules/a.sql',
  'models/.a.sql.swp',
  'models/.#a.sql',
  'models/#a.sql#',
  'models/a.sql~',
  'models/4913',
  'models/a.sql.bak',
  'README.md',
  'other/a.sql',
  'more/a.sql',
])('%s is not', (path) => {
  expect(plan.isProjectFile(at(path))).toBe(false);
  expect(plan.isIgnored(at(path), file)).toBe(true);
});

test('folders are gone into where a file of the project may be, though none is there yet', () => {
  const goes = (path: string): boolean => !plan.isIgnored(at(path), folder);
  expect(['', 'models', 'models/deep', 'more', 'more/models', 'dbt_packages/utils'].filter(goes)).toHaveLength(6);
  expect(['target', 'lake', 'catalog', 'more/other', 'models/lake', 'node_modules'].filter(goes)).toEqual([]);
  expect(plan.isIgnored('/home/anna/.dbt/profiles.yml', file)).toBe(false);
  expect(plan.isIgnored('/home/anna/.dbt/other.yml', file)).toBe(true);
});

test('folders inside others are given to the watcher once', () => {
  expect(plan.folders).toEqual(['/home/anna/_eider/shop', '/home/anna/.dbt']);
});

test('without a dbt_project.yml that can be read, the usual folders are looked at', () => {
  const broken = watchPlan({ folder: '/shop', root: null, profiles: [], written: [] });
  expect(broken.isProjectFile('/shop/models/a.sql')).toBe(true);
  expect(broken.isProjectFile('/shop/dbt_project.yml')).toBe(true);
  expect(broken.key).not.toBe(plan.key);
});
