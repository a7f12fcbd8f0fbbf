import { createHash } from 'node:crypto';
import { readdir, readFile, rename, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Diagnostic, error, warning } from '../diagnostics.ts';
import { dumpJson } from '../jinja/format/json.ts';
import { displayPath } from './display-path.ts';
import type { Located } from './located.ts';
import { type PackageSpec, readSpecs } from './package-specs.ts';
import type { PackageProject } from './project.ts';
import { strangeFile } from './read-files.ts';
import { readYamlMapping } from './read-yaml.ts';
import type { ValueRenderer } from './render-values.ts';

/** The file that keeps what `deps` chose, beside dbt_project.yml. */
export const lockFileName = 'package-lock.yml';

/** What a project asks for. */
export interface WantedPackages {
  /** The file that has the entries: packages.yml, unless dependencies.yml has them. */
  readonly file: 'packages.yml' | 'dependencies.yml';
  readonly specs: readonly PackageSpec[];
}

/** How the files of a project that asks for packages are read. */
export interface WantedOptions {
  /** Who asks, in front of the file's name: for packages of packages. */
  readonly of?: string;
  /** Whether dependencies.yml is rendered too: dbt renders it in packages, and takes the root's as it is. */
  readonly rendersAll?: boolean;
  /** Texts that count instead of files on disk, by name. */
  readonly texts?: Readonly<Record<string, string>>;
}

/** The folders of the installed packages, absolute, sorted. */
export async function installedPackages(root: PackageProject): Promise<string[]> {
  const folder = resolve(root.root, root.packagesInstallPath);
  await finishInstall(folder);
  return packageFolders(folder);
}

/** Where `deps` puts the whole new content of a folder of packages just before it takes the old one away. */
export function readyFolder(folder: string): string {
  return join(dirname(folder), `.${basename(folder)}.ready`);
}

/** Puts the packages in their place where `deps` was killed between taking the old ones away and doing so. */
async function finishInstall(folder: string): Promise<void> {
  if ((await stat(folder).catch(() => null)) === null) await rename(readyFolder(folder), folder).catch(() => undefined);
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
  options: WantedOptions = {},
): Promise<WantedPackages> {
  const read = (name: string): Promise<Located | null> =>
    readMapping(
      join(root, name),
      options.of === undefined ? name : `${options.of}: ${name}`,
      report,
      options.texts?.[name],
    );
  const [dependencies, packages] = [await read('dependencies.yml'), await read('packages.yml')];
  const projects = dependencies?.get('projects');
  if (projects !== undefined) {
    const message = 'Projects of other teams ("projects") are a feature of dbt Cloud; eider ignores them.';
    report(warning('project/unsupported', message, { place: dependencies?.at('projects') ?? projects.place }));
  }
  for (const [key] of packages?.entries() ?? []) {
    // dbt refuses the file too.
    if (key !== 'packages') report(strayKey(String(key), packages));
  }
  const inDependencies = dependencies?.get('packages');
  const inPackages = packages?.get('packages');
  if (inDependencies !== undefined && inPackages !== undefined) {
    const message = '"packages" stands in packages.yml and in dependencies.yml; only one of them may have it.';
    report(error('project/invalid-value', message, { place: dependencies?.at('packages') ?? inDependencies.place }));
    return { file: 'packages.yml', specs: [] };
  }
  if (inDependencies === undefined) {
    const specs = inPackages === undefined ? [] : readSpecs(inPackages, renderer.render(inPackages, report), report);
    return { file: 'packages.yml', specs };
  }
  const value = options.rendersAll === true ? renderer.render(inDependencies, report) : inDependencies.value;
  return { file: 'dependencies.yml', specs: readSpecs(inDependencies, value, report) };
}

async function readMapping(
  path: string,
  shownAs: string,
  report: (finding: Diagnostic) => void,
  instead?: string,
): Promise<Located | null> {
  const bytes = instead === undefined ? await readFile(path).catch(() => null) : null;
  const strange = bytes === null ? null : strangeFile(bytes, shownAs);
  if (strange !== null) report(strange);
  const text = instead ?? bytes?.toString('utf8');
  if (text === undefined || strange !== null) return null;
  const read = readYamlMapping(text, shownAs);
  for (const finding of read.diagnostics) report(finding);
  return read.root;
}

function strayKey(key: string, packages: Located | null): Diagnostic {
  const isProjects = key === 'projects';
  const message = isProjects
    ? '"projects" stands in packages.yml; dbt reads it in dependencies.yml alone.'
    : `packages.yml has no key "${key}".`;
  const hint = isProjects ? 'Remove it: eider knows no projects of dbt Cloud.' : 'Known keys: packages.';
  const more = packages === null ? { hint } : { hint, place: packages.at(key) };
  return error(isProjects ? 'project/invalid-value' : 'project/unknown-key', message, more);
}

/** How an entry is called in messages: `dbt-labs/dbt_utils`, a folder, an address as written. */
export function packageLabel(spec: PackageSpec): string {
  switch (spec.kind) {
    case 'hub':
      return spec.package;
    case 'local':
      return spec.path;
    case 'private':
      return spec.repository;
    default:
      return addressLabel(spec);
  }
}

/** An address as it may be shown: rendered, unless a secret went into it. */
export function addressLabel({ url, written }: { readonly url: string; readonly written: string }): string {
  return withoutPassword(written.includes('DBT_ENV_SECRET') ? written : url);
}

/** An address without the name and password that may stand in front of its host. */
export function withoutPassword(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/\s]*@/i, (whole: string, scheme: string) =>
    whole.includes('{{') || scheme === 'ssh://' ? whole : scheme,
  );
}

/** dbt's `sha1_hash`: over the rendered entries in the order of their JSON, so that a lock file is good for either program. */
export function packagesHash(specs: readonly PackageSpec[]): string {
  const lines = specs.map((spec) => dumpJson(spec.record, { sortKeys: true }));
  // By code point, as Python sorts; JSON's text is ASCII.
  return createHash('sha1').update(lines.sort().join('\n')).digest('hex');
}

/** dbt counts: fewer packages installed than asked for is an error. The message names those whose folder is known to be missing. */
export function missingPackages(
  wanted: WantedPackages,
  installed: readonly string[],
  installPath: string,
): Diagnostic[] {
  if (installed.length >= wanted.specs.length) return [];
  const folders = new Set(installed.map((path) => basename(path)));
  const missing = wanted.specs.filter((spec) => {
    const folder = folderOf(spec);
    return folder === null || !folders.has(folder);
  });
  const names = missing.map(packageLabel).join(', ');
  const message = `${wanted.file} asks for ${count(wanted.specs.length)}, and ${installPath} holds ${installed.length}: ${names} not installed.`;
  const hint = 'Run `eider deps`.';
  const [first] = missing;
  return [error('package/not-installed', message, first === undefined ? { hint } : { hint, place: first.place })];
}

/** The folder that installing an entry makes, where that can be told without asking anybody. */
function folderOf(spec: PackageSpec): string | null {
  return spec.name ?? (spec.kind === 'hub' ? basename(spec.package) : null);
}

/**
 * Warns where package-lock.yml was made for other entries than the files have now. Entries with a secret in them are not judged: everybody has their own,
 * and it is part of the hash.
 */
export async function outdatedLock(root: string, wanted: WantedPackages): Promise<Diagnostic[]> {
  if (wanted.specs.some((spec) => dumpJson(spec.record).includes('DBT_ENV_SECRET'))) return [];
  const lock = await readMapping(join(root, lockFileName), lockFileName, () => undefined);
  const made = lock?.get('sha1_hash')?.value;
  if (typeof made !== 'string' || made === packagesHash(wanted.specs)) return [];
  const message = `${lockFileName} was made for other entries than ${wanted.file} has now.`;
  const hint = 'Run `eider deps`, so that what is installed is what is asked for.';
  const place = wanted.specs[0]?.place ?? { file: displayPath(root, join(root, wanted.file)), line: 1, column: 1 };
  return [warning('package/outdated-lock', message, { place, hint })];
}

function count(packages: number): string {
  return packages === 1 ? '1 package' : `${packages} packages`;
}
