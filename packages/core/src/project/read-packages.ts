import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { error } from '../diagnostics.ts';
import { packageFolder } from '../package-folder.ts';
import { displayPath } from './display-path.ts';
import { installedPackages, missingPackages, outdatedLock, packageFolders, wantedPackages } from './packages.ts';
import type { PackageProject } from './project.ts';
import { checksumOf } from './read-files.ts';
import { readProjectFile } from './read-project-file.ts';
import { type Reading, readFilled } from './reading.ts';
import { type ValueRenderer, valueRenderer } from './render-values.ts';

/**
 * The packages beside the root project, in the order of `Project.packages`: installed ones by folder name, then eider's macro library (dbt_duckdb, dbt).
 * All are rendered with the root's target, as in dbt.
 */
export async function readPackages(
  root: PackageProject,
  renderer: ValueRenderer,
  reading: Reading,
): Promise<PackageProject[]> {
  const wanted = await wantedPackages(root.root, valueRenderer({ ...reading.context, secrets: true }), reading.report);
  const installed = await installedPackages(root);
  const missing = missingPackages(wanted, installed, root.packagesInstallPath);
  const outdated = missing.length > 0 ? [] : await outdatedLock(root.root, wanted);
  for (const finding of [...missing, ...outdated]) reading.report(finding);
  const bundled = await packageFolders(reading.options.macrosDir ?? join(packageFolder, 'macros'));
  const folders = [...installed, ...bundled.sort().reverse()];
  const read = await Promise.all(folders.map((folder) => readPackage(folder, renderer, reading)));
  return unique(
    root,
    read.filter((one) => one !== null),
    reading,
  );
}

async function readPackage(folder: string, renderer: ValueRenderer, reading: Reading): Promise<PackageProject | null> {
  const shownAs = displayPath(reading.root, join(folder, 'dbt_project.yml'));
  const text = await readFile(join(folder, 'dbt_project.yml'), 'utf8').catch(() => null);
  if (text === null) {
    const message = `${displayPath(reading.root, folder)} lies among the packages, but has no dbt_project.yml.`;
    reading.report(error('project/not-found', message, { hint: 'Remove the folder, or run `eider deps` again.' }));
    return null;
  }
  const file = readFilled(
    text,
    shownAs,
    { code: 'project/invalid-value', hint: 'Run `eider deps` again.' },
    reading.report,
  );
  const own = file && readProjectFile(file, renderer, { root: folder, isRoot: false }, errorsOnly(reading.report));
  return own && { ...own, checksum: checksumOf(text) };
}

/** Warnings about a package are for its authors. */
export function errorsOnly(report: Reading['report']): Reading['report'] {
  return (finding) => {
    if (finding.severity === 'error') report(finding);
  };
}

/** Leaves out packages whose name is taken, with a finding each. */
function unique(root: PackageProject, packages: readonly PackageProject[], reading: Reading): PackageProject[] {
  const taken = new Map([[root.name, root]]);
  return packages.filter((one) => {
    const earlier = taken.get(one.name);
    taken.set(one.name, earlier ?? one);
    if (earlier === undefined) return true;
    const place = { file: displayPath(reading.root, join(one.root, 'dbt_project.yml')), line: 1, column: 1 };
    const message = `Two packages are called "${one.name}": ${displayPath(reading.root, one.root)} and ${displayPath(reading.root, earlier.root)}.`;
    reading.report(error('project/duplicate', message, { place, hint: 'Rename one of them, or remove it.' }));
    return false;
  });
}
