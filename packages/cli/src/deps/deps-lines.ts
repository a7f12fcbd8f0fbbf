import { addressLabel, type PinnedPackage } from '@eider/core';
import type { LogLine } from '../ui/log-line.ts';
import type { InstalledPackage } from './install-packages.ts';

function info(name: string, code: string, text: string, data: Readonly<Record<string, unknown>>): LogLine {
  return { level: 'info', name, code, text, data };
}

/** dbt's lines about one installed package: what it is, which version, and whether there is a newer one. */
export function installedLines({ label, pinned }: InstalledPackage): readonly LogLine[] {
  const version = versionName(pinned);
  const lines = [
    info('DepsStartPackageInstall', 'M014', `Installing ${label}`, { package_name: label }),
    info('DepsInstallInfo', 'M015', `Installed from ${version}`, { version_name: version }),
  ];
  if (pinned.kind === 'git' && pinned.subdirectory !== null) {
    const { subdirectory } = pinned;
    lines.push(info('DepsListSubdirectory', 'M018', `and subdirectory ${subdirectory}`, { subdirectory }));
  }
  if (pinned.kind !== 'hub' || pinned.latest === null) return lines;
  const { latest, version: own } = pinned;
  const update =
    latest === own
      ? info('DepsUpToDate', 'M017', 'Up to date!', {})
      : info('DepsUpdateAvailable', 'M016', `Updated version available: ${latest}`, { version_latest: latest });
  return [...lines, update];
}

function versionName(pinned: PinnedPackage): string {
  switch (pinned.kind) {
    case 'local':
      return `<local @ ${pinned.path}>`;
    case 'git':
      return `revision ${pinned.revision}`;
    case 'tarball':
      return `tarball (url: ${addressLabel(pinned)})`;
    default:
      return `version ${pinned.version}`;
  }
}

/** Which packages have newer versions than the lock file. */
export function updatesLine(packages: readonly string[]): LogLine {
  const text = `Updates available for packages: ${packages.join(', ')}\nRaise their versions in packages.yml, or run eider deps --upgrade`;
  return info('DepsNotifyUpdatesAvailable', 'M019', text, { packages });
}

export function noPackagesLine(file: string): LogLine {
  const text = `No packages were found in ${file}`;
  return { level: 'info', name: 'DepsNoPackagesFound', code: 'M013', text, data: {} };
}

export function lockLine(path: string): LogLine {
  return info('DepsLockUpdating', 'M031', `Updating lock file in file path: ${path}`, { lock_filepath: path });
}

export function addedLine(name: string, version: string | null, path: string): LogLine {
  const data = { package_name: name, version, packages_filepath: path };
  return info(
    'DepsAddPackage',
    'M032',
    `Added new package ${name}${version === null ? '' : `@${version}`} to ${path}`,
    data,
  );
}

export function removedLine(address: string, file: string): LogLine {
  const data = { removed_package: address };
  return info('DepsFoundDuplicatePackage', 'M033', `Found duplicate package in ${file}, removing: ${address}`, data);
}
