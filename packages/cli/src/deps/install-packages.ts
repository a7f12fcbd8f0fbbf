import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkedName,
  type Diagnostic,
  EiderError,
  localFolder,
  type PinnedPackage,
  pinnedLabel,
  projectNameIn,
} from '@eider/core';
import type { PackageSource } from './package-source.ts';

/** One package as it was installed. */
export interface InstalledPackage {
  readonly pinned: PinnedPackage;
  /** The address or name that may be shown. */
  readonly label: string;
  readonly name: string;
}

export interface InstallOptions {
  /** Absolute folder of the root project. */
  readonly root: string;
  readonly source: PackageSource;
  /** The folder to fill. */
  readonly folder: string;
  /** Told of each package when it is there, in the order given. */
  readonly onInstalled: (installed: InstalledPackage) => void;
}

/**
 * Gets packages, several at once, and puts each in a folder of its project's name: a link for a local one, a copy for any other. Throws EiderError with
 * the findings of all.
 */
export async function installPackages(packages: readonly PinnedPackage[], options: InstallOptions): Promise<void> {
  await mkdir(options.folder, { recursive: true });
  const work = packages.map((pinned) => install(pinned, options));
  const findings: Diagnostic[] = [];
  for (const [index, one] of work.entries()) {
    try {
      const installed = await one;
      if (findings.length === 0) options.onInstalled(installed);
    } catch (failure) {
      if (!(failure instanceof EiderError)) throw failure;
      const place = packages[index]?.place;
      findings.push(...failure.diagnostics.map((found) => (place === undefined ? found : { place, ...found })));
    }
  }
  if (findings.length > 0) throw new EiderError(findings);
}

async function install(pinned: PinnedPackage, { folder, root, source }: InstallOptions): Promise<InstalledPackage> {
  const label = pinnedLabel(pinned);
  const from = await treeOf(pinned, label, root, source);
  const own = pinned.kind === 'tarball' || pinned.kind === 'hub' ? pinned.name : null;
  const name = own === null ? await projectNameIn(from, label) : checkedName(own, label);
  const to = join(folder, name);
  if (pinned.kind === 'local' && (await linked(from, to))) return { pinned, label, name };
  await cp(from, to, { recursive: true, verbatimSymlinks: true, errorOnExist: true, force: false });
  return { pinned, label, name };
}

async function treeOf(pinned: PinnedPackage, label: string, root: string, source: PackageSource): Promise<string> {
  switch (pinned.kind) {
    case 'local':
      return localFolder(root, pinned.path);
    case 'git': {
      const { revision, subdirectory, url } = pinned;
      return (await source.git({ url, label, revision, subdirectory })).folder;
    }
    case 'tarball':
      return (await source.tarball({ url: pinned.url, label })).folder;
    default:
      return source.hubTree(pinned);
  }
}

/** A link, as dbt makes; false where the file system has none. */
async function linked(from: string, to: string): Promise<boolean> {
  return symlink(from, to, 'dir').then(
    () => true,
    () => false,
  );
}
