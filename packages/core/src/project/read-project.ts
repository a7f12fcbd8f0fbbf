import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { KnownProperties, ParseCache } from '../cache/parse-cache.ts';
import { type Diagnostic, error } from '../diagnostics.ts';
import { once } from '../once.ts';
import { displayPath } from './display-path.ts';
import { type FoundFile, findFiles } from './find-files.ts';
import type { Located } from './located.ts';
import { missingFolders } from './missing-folders.ts';
import type { PackageProject, Project, SourceFile } from './project.ts';
import { readCatalogs } from './read-catalogs.ts';
import { checksumOf, knownLook, lookAt, lookOf, looksPrint, readFiles, strangeFile } from './read-files.ts';
import { errorsOnly, readPackages } from './read-packages.ts';
import { readChosenTarget } from './read-profiles.ts';
import { type ProjectFileOptions, readProjectFile } from './read-project-file.ts';
import { readProperties } from './read-properties.ts';
import { type Reading, type ReadProjectOptions, readFilled } from './reading.ts';
import { valueRenderer } from './render-values.ts';
import { checkRequiredVersion } from './required-version.ts';

export type { ReadProjectOptions } from './reading.ts';

/** What reading found. */
export interface ReadProjectResult {
  /**
   * Null where nothing can be done with it: no project file, no target, errors in one of these. Errors in other files leave a project without what they
   * concern.
   */
  readonly project: Project | null;
  readonly diagnostics: readonly Diagnostic[];
  /** The environment variables that dbt_project.yml, packages.yml and the chosen target asked for, sorted. */
  readonly envRead: readonly string[];
}

/** Reads a project from disk: its files, its profile, its packages. Throws nothing for what a person wrote: every finding is in the result. */
export async function readProject(options: ReadProjectOptions): Promise<ReadProjectResult> {
  const diagnostics: Diagnostic[] = [];
  const envRead = new Set<string>();
  const context = {
    env: options.env,
    cliVars: options.vars ?? {},
    onEnvRead: (name: string) => void envRead.add(name),
  };
  const report = (finding: Diagnostic): void => void diagnostics.push(finding);
  const project = await readAll({ root: resolve(options.projectDir), options, diagnostics, context, report });
  return { project, diagnostics, envRead: [...envRead].sort() };
}

/** Reads dbt_project.yml alone, without a profile: for commands that need no target. Null where it cannot be used. */
export async function readRootPackage(
  options: ReadProjectOptions,
): Promise<{ readonly root: PackageProject | null; readonly diagnostics: readonly Diagnostic[] }> {
  const diagnostics: Diagnostic[] = [];
  const context = { env: options.env, cliVars: options.vars ?? {}, onEnvRead: () => undefined };
  const report = (finding: Diagnostic): void => void diagnostics.push(finding);
  const reading: Reading = { root: resolve(options.projectDir), options, diagnostics, context, report };
  const file = await readRootFile(reading);
  return { root: file === null ? null : packageWithoutTarget(file, reading), diagnostics };
}

async function readAll(reading: Reading): Promise<Project | null> {
  const { root, options, report } = reading;
  const file = await readRootFile(reading);
  if (file === null) return null;
  const chosen = await readChosenTarget(file, reading);
  if (chosen === null) return checkWithoutTarget(file, reading);
  const renderer = valueRenderer({ ...reading.context, target: chosen.target.raw });
  const own = readProjectFile(file, renderer, rootOptions(reading), report);
  if (own === null) return null;
  for (const finding of checkRequiredVersion(own.requireDbtVersion ?? [], own.name, file.at('require-dbt-version')))
    report(finding);
  for (const finding of await missingFolders(file, root)) report(finding);
  await readCatalogs(root, report);
  options.cache?.restore?.(own);
  const checksum = checksumOf(await readFile(join(root, 'dbt_project.yml'), 'utf8'));
  const rootPackage = { ...own, checksum, flags: { ...chosen.config, ...own.flags } };
  const packages = [rootPackage, ...(await readPackages(rootPackage, renderer, reading))];
  const content = packageContent((await Promise.all(packages.map(findFiles))).flat(), rootPackage.name, reading);
  return {
    root,
    name: own.name,
    target: chosen.target,
    packages,
    get files() {
      return content().files;
    },
    get properties() {
      return content().properties;
    },
    cliVars: options.vars ?? {},
    env: options.env,
    profilesFile: chosen.file,
    dbtProjectPlace: file.place,
  };
}

/** dbt_project.yml as it stands; null, with a finding, where it is missing or empty. */
export async function readRootFile({ root, report }: Reading): Promise<Located | null> {
  const bytes = await readFile(join(root, 'dbt_project.yml')).catch(() => null);
  if (bytes === null) {
    const other = await readFile(join(root, 'dbt_project.yaml'), 'utf8').then(
      () => 'Rename dbt_project.yaml to dbt_project.yml: dbt knows no other name.',
      () => undefined,
    );
    const hint = other ?? 'Run eider in the project, name its folder with --project-dir, or create dbt_project.yml.';
    report(error('project/not-found', `There is no dbt_project.yml in ${root}.`, { hint }));
    return null;
  }
  const strange = strangeFile(bytes, 'dbt_project.yml');
  if (strange !== null) {
    report(strange);
    return null;
  }
  const hint = 'It needs at least `name:` and `profile:`.';
  return readFilled(bytes.toString('utf8'), 'dbt_project.yml', { code: 'project/invalid-value', hint }, report);
}

/** The structure of dbt_project.yml is checked all the same; what its templates miss is only the target. */
function checkWithoutTarget(file: Located, reading: Reading): null {
  packageWithoutTarget(file, reading);
  return null;
}

/** The root package, its templates rendered without a target. */
export function packageWithoutTarget(file: Located, reading: Reading): PackageProject | null {
  return readProjectFile(
    file,
    valueRenderer(reading.context),
    { ...rootOptions(reading), withoutTarget: true },
    reading.report,
  );
}

function rootOptions({ root, options }: Reading): ProjectFileOptions {
  const targetPath = options.targetPath ?? options.env.DBT_ENGINE_TARGET_PATH ?? options.env.DBT_TARGET_PATH;
  const logPath = options.logPath ?? options.env.DBT_ENGINE_LOG_PATH ?? options.env.DBT_LOG_PATH;
  return {
    root,
    isRoot: true,
    ...(targetPath === undefined ? {} : { targetPath }),
    ...(logPath === undefined ? {} : { logPath }),
  };
}

type Content = Pick<Project, 'files' | 'properties'>;

/** What the files hold. Where a parse of just these is kept, they are read when somebody asks for them, and what reading found is told all the same. */
function packageContent(found: readonly FoundFile[], rootName: string, reading: Reading): () => Content {
  const { cache } = reading.options;
  let seen: ReturnType<typeof lookAt> = [];
  const present = (): string | null => {
    seen = lookAt(found);
    return looksPrint(found, (_, index) => lookOf(seen[index]));
  };
  const known = cache?.wholes?.filesFound(present) ?? null;
  const findings: Diagnostic[] = [];
  const own = { ...reading, report: (one: Diagnostic) => void findings.push(one) };
  const read = once(() => readContent(found, rootName, own, seen));
  if (known === null) {
    read();
    if (cache !== undefined)
      cache.wholes?.filesRead(findings, () => looksPrint(found, (file) => knownLook(cache, file)));
  }
  for (const finding of known ?? findings) reading.report(finding);
  return read;
}

function readContent(
  found: readonly FoundFile[],
  rootName: string,
  reading: Reading,
  seen: ReturnType<typeof lookAt>,
): Content {
  const { cache } = reading.options;
  const files = readFiles(found, reading.root, reading.report, cache, seen);
  const properties = files
    .filter((file) => file.kind === 'properties')
    .map((file) => {
      const report = file.packageName === rootName ? reading.report : errorsOnly(reading.report);
      const read = knownProperties(file, displayPath(reading.root, file.fullPath), cache);
      cache?.properties.keep(file.fullPath, read);
      for (const finding of read.findings) report(finding);
      return read.properties === null ? null : { ...read.properties, file };
    });
  cache?.properties.turn();
  return { files, properties: properties.filter((file) => file !== null) };
}

function knownProperties(file: SourceFile, shownAs: string, cache: ParseCache | undefined): KnownProperties {
  const known = cache?.properties.find(file.fullPath);
  if (known !== undefined && known.text === file.text && known.shownAs === shownAs) return known;
  const findings: Diagnostic[] = [];
  const properties = readProperties(file, shownAs, (finding) => findings.push(finding));
  return { text: file.text, shownAs, properties, findings };
}
