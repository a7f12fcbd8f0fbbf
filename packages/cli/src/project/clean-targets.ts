import { isAbsolute, relative, resolve } from 'node:path';
import type { PackageProject } from '@eider/core';
import { UsageError } from '../flags/usage-error.ts';

/** The absolute folders that `clean` deletes. Throws UsageError where one holds the project's sources, is the project, or lies outside of it. */
export function cleanTargets(project: PackageProject, insideOnly: boolean): readonly string[] {
  const sources = [
    project.modelPaths,
    project.seedPaths,
    project.testPaths,
    project.macroPaths,
    project.analysisPaths,
    project.snapshotPaths,
  ];
  const folders = sources.flat().map((path) => resolve(project.root, path));
  const targets = [...new Set(project.cleanTargets.map((path) => resolve(project.root, path)))];
  for (const target of targets) {
    const source = folders.find((folder) => contains(target, folder) || contains(folder, target));
    if (source !== undefined || contains(target, project.root)) {
      throw new UsageError(
        `clean-targets names ${target}, which holds files of the project.`,
        'Take it out of clean-targets in dbt_project.yml.',
      );
    }
    if (insideOnly && !contains(project.root, target)) {
      throw new UsageError(
        `clean-targets names ${target}, which lies outside the project.`,
        'Add --no-clean-project-files-only to delete it all the same.',
      );
    }
  }
  return targets;
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}
