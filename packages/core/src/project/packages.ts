import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type Diagnostic, error, type Place, warning } from '../diagnostics.ts';
import { displayPath } from './display-path.ts';
import type { Located } from './located.ts';
import type { PackageProject } from './project.ts';
import { isMapping, readYamlMapping } from './read-yaml.ts';
import type { ValueRenderer } from './render-values.ts';

/** A package that packages.yml or dependencies.yml asks for. */
export interface WantedPackage {
  /** As a person knows it: `dbt-labs/dbt_utils`, a folder, a repository. */
  readonly label: string;
  /** The folder that installing it makes, where that can be told. */
  readonly folder: string | null;
  readonly place: Place;
}

/** The folders of the installed packages, absolute, sorted. */
export async function installedPackages(root: PackageProject): Promise<string[]> {
  return packageFolders(resolve(root.root, root.packagesInstallPath));
}

/** The folders in a folder of packages, absolute, sorted. dbt leaves out names that begin with `__`. */
export async function packageFolders(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const paths = names.filter((name) => !name.startsWith('__')).map((name) => join(folder, name));
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
  return paths.filter((_, index) => found[index]?.isDirectory()).sort();
}

/** What packages.yml (else dependencies.yml) asks for. Findings about these files go to `report`. */
export async function wantedPackages(
  root: string,
  renderer: ValueRenderer,
  report: (finding: Diagnostic) => void,
): Promise<WantedPackage[]> {
  const dependencies = await readMapping(join(root, 'dependencies.yml'), root, report);
  const packages = await readMapping(join(root, 'packages.yml'), root, report);
  const projects = dependencies?.get('projects');
  if (projects !== undefined) {
    const message = 'Projects of other teams ("projects") are a feature of dbt Cloud; eider ignores them.';
    report(warning('project/unsupported', message, { place: dependencies?.at('projects') ?? projects.place }));
  }
  const inDependencies = dependencies?.get('packages');
  const inPackages = packages?.get('packages');
  if (inDependencies !== undefined && inPackages !== undefined) {
    const message = '"packages" stands in packages.yml and in dependencies.yml; only one of them may have it.';
    report(error('project/invalid-value', message, { place: dependencies?.at('packages') ?? inDependencies.place }));
    return [];
  }
  // dbt renders packages.yml, and takes dependencies.yml as it is.
  if (inPackages !== undefined) return readList(inPackages, renderer.render(inPackages, report), report);
  return inDependencies === undefined ? [] : readList(inDependencies, inDependencies.value, report);
}

async function readMapping(path: string, root: string, report: (finding: Diagnostic) => void): Promise<Located | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  const read = readYamlMapping(text, displayPath(root, path));
  for (const finding of read.diagnostics) report(finding);
  return read.root;
}

const kinds: readonly string[] = ['package', 'git', 'local', 'tarball', 'private'];

function readList(list: Located, value: unknown, report: (finding: Diagnostic) => void): WantedPackage[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) {
    report(
      error('project/invalid-value', '"packages" must be a list.', {
        place: list.place,
        hint: 'Begin each package with "- ".',
      }),
    );
    return [];
  }
  return value.flatMap((entry: unknown, index) => readWanted(entry, list.at(index), report));
}

function readWanted(entry: unknown, place: Place, report: (finding: Diagnostic) => void): WantedPackage[] {
  const kind = isMapping(entry) ? kinds.find((one) => typeof entry[one] === 'string') : undefined;
  if (!isMapping(entry) || kind === undefined) {
    const message = 'A package needs one of the keys package, git, local, tarball.';
    report(
      error('project/invalid-value', message, {
        place,
        hint: 'For example: package: dbt-labs/dbt_utils, with a version.',
      }),
    );
    return [];
  }
  const label = String(entry[kind]);
  const folder =
    kind === 'package' ? basename(label) : kind === 'tarball' && typeof entry.name === 'string' ? entry.name : null;
  return [{ label, folder, place }];
}

/** dbt counts: fewer packages installed than asked for is an error. The message names those whose folder is known to be missing. */
export function missingPackages(
  wanted: readonly WantedPackage[],
  installed: readonly string[],
  installPath: string,
): Diagnostic[] {
  if (installed.length >= wanted.length) return [];
  const folders = new Set(installed.map((path) => basename(path)));
  const missing = wanted.filter((one) => one.folder === null || !folders.has(one.folder));
  const names = missing.map((one) => one.label).join(', ');
  const file = wanted[0]?.place.file ?? 'packages.yml';
  const message = `${file} asks for ${count(wanted.length)}, and ${installPath} holds ${installed.length}: ${names} not installed.`;
  const hint = 'Run `dbt deps`; eider reads the packages where dbt puts them. (eider has no `deps` of its own yet.)';
  return [
    error('package/not-installed', message, missing[0] === undefined ? { hint } : { hint, place: missing[0].place }),
  ];
}

function count(packages: number): string {
  return packages === 1 ? '1 package' : `${packages} packages`;
}
