import type { PackageProject } from '@eider/core';
import { expect, test } from 'vitest';
import { cleanTargets } from './clean-targets.ts';

function targets(names: readonly string[], insideOnly = true): readonly string[] {
  const project = {
    root: '/srv/shop',
    modelPaths: ['models'],
    seedPaths: ['seeds'],
    testPaths: ['tests'],
    macroPaths: ['macros'],
    analysisPaths: [],
    snapshotPaths: [],
    cleanTargets: names,
  } satisfies Partial<PackageProject>;
  return cleanTargets(project as unknown as PackageProject, insideOnly);
}

test('folders of the project, each once', () => {
  expect(targets(['target', 'dbt_packages', './target/'])).toEqual(['/srv/shop/target', '/srv/shop/dbt_packages']);
});

test.each([
  [['models'], 'holds files of the project'],
  [['models/old'], 'holds files of the project'],
  [['.'], 'holds files of the project'],
  [['..'], 'holds files of the project'],
  [['../other'], 'lies outside the project'],
  [['/tmp/target'], 'lies outside the project'],
])('%j is refused', (names, message) => {
  expect(() => targets(names)).toThrow(message);
});

test('folders outside may be cleaned where the user says so, the project itself never', () => {
  expect(targets(['/tmp/target', '../shop-target'], false)).toEqual(['/tmp/target', '/srv/shop-target']);
  expect(() => targets(['/srv'], false)).toThrow('holds files of the project');
});
