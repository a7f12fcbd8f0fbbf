import type { Stats } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { PackageProject } from '@eider/core';

/** What a project is read from, as far as dbt_project.yml tells. */
export interface ProjectPlaces {
  /** The project's folder, absolute. */
  readonly folder: string;
  /** dbt_project.yml; null where it cannot be read: then dbt's usual folders are looked at. */
  readonly root: PackageProject | null;
  /** Every place where profiles.yml may be, absolute. */
  readonly profiles: readonly string[];
  /** Folders that the project's own runs write to, absolute. One that holds sources too is looked at all the same. */
  readonly written: readonly string[];
}

/** What to watch. */
export interface WatchPlan {
  /** Equal for plans that are the same. */
  readonly key: string;
  /** Folders to give to the watcher, absolute, none inside another. */
  readonly folders: readonly string[];
  /** Whether a file is one that a project is read from. */
  readonly isProjectFile: (path: string) => boolean;
  /** Whether a path is of no interest: neither a project's file nor a folder on the way to one. `stats` is unknown at first. */
  readonly isIgnored: (path: string, stats?: Stats) => boolean;
}

const usualFolders = ['models', 'seeds', 'snapshots', 'analyses', 'macros', 'tests', 'dbt_packages'];
const rootFiles = [
  'dbt_project.yml',
  'packages.yml',
  'dependencies.yml',
  'package-lock.yml',
  'selectors.yml',
  '.dbtignore',
];
/** The kinds of `findFiles` in core. */
const sourceFile = /\.(sql|py|csv|md|ya?ml)$/i;
/** What editors and dbt leave out alike: `.#x.sql`, `#x.sql#`, `~x.sql`. Swap files and backups have other endings. */
const temporary = /^[.#~]/;
const strangers: ReadonlySet<string> = new Set(['.git', 'node_modules', '_eider', '.eider', '__pycache__']);

/** The files that a project is read from, and the folders that may hold them, whether they are there yet or not. Lake, logs and artifacts are not looked at. */
export function watchPlan(places: ProjectPlaces): WatchPlan {
  const { folder, profiles, root } = places;
  const sources = sourceFolders(folder, root);
  const written = places.written.filter((each) => !sources.some((source) => isInside(source, each)));
  const files = new Set([...rootFiles.map((name) => join(folder, name)), ...profiles]);
  const sourceOf = (path: string): string | undefined => sources.find((each) => isInside(path, each));
  /** Whether a path is below a source folder, and not in a part of it that something else writes to. */
  const isSource = (path: string): boolean => {
    const source = sourceOf(path);
    if (source === undefined || written.some((each) => isInside(path, each))) return false;
    // Names of folders above say nothing.
    return !relative(source, path)
      .split(sep)
      .some((part) => strangers.has(part));
  };
  const isProjectFile = (path: string): boolean =>
    files.has(path) || (sourceFile.test(path) && !temporary.test(basename(path)) && isSource(path));
  const ways = [...sources, ...[...files].map((file) => dirname(file))];
  const isFolder = (path: string): boolean => ways.some((way) => isInside(way, path)) || isSource(path);
  return {
    key: JSON.stringify([folder, sources, [...files], written]),
    folders: outermost([folder, ...sources, ...profiles.map((file) => dirname(file))]),
    isProjectFile,
    isIgnored: (path, stats) => {
      if (stats === undefined) return !isProjectFile(path) && !isFolder(path);
      return stats.isDirectory() ? !isFolder(path) : !isProjectFile(path);
    },
  };
}

function sourceFolders(folder: string, root: PackageProject | null): readonly string[] {
  const names =
    root === null
      ? usualFolders
      : [
          ...[root.modelPaths, root.seedPaths, root.snapshotPaths, root.analysisPaths, root.macroPaths],
          ...[root.testPaths, root.docsPaths, [root.packagesInstallPath]],
        ].flat();
  return [...new Set(names.map((name) => resolve(folder, name)))];
}

/** Whether a path is a folder or lies in it. */
function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function outermost(folders: readonly string[]): readonly string[] {
  const distinct = [...new Set(folders)];
  return distinct.filter((one) => !distinct.some((other) => other !== one && isInside(one, other)));
}
