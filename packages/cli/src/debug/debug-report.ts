import { arch, release, type } from 'node:os';
import { dirname, isAbsolute, resolve } from 'node:path';
import {
  buildGraph,
  type Compiler,
  type Diagnostic,
  dbtVersion,
  type Graph,
  hasErrors,
  inspectProject,
  isExternal,
  isUri,
  type Manifest,
  type Project,
  type ProjectInspection,
  parseProject,
  type ReadProjectOptions,
  readProject,
  type Target,
} from '@eider/core';
import type { LakeOptions } from '@eider/engine';
import { foundText } from '../project/project-counts.ts';
import { bucketChecks, scopesOf } from './bucket-checks.ts';
import { type Check, checkOf, type DebugReport } from './check.ts';
import { configurationChecks, configurationPlaces } from './configuration-checks.ts';
import { connectionChecks } from './connection-checks.ts';
import { type CheckedPath, pathChecks } from './path-checks.ts';

export interface DebugRequest {
  readonly options: ReadProjectOptions;
  readonly eiderVersion: string;
  /** `--connection`: neither paths nor what files hold; dbt_project.yml or a profile that cannot be used are told all the same. */
  readonly connectionOnly: boolean;
  readonly now: () => Date;
  /** Told of the target before anything is tried with it: it holds secrets. */
  readonly onTarget: (target: Target) => void;
}

/** Looks at everything that a project needs, as far as it can be found: what is broken does not hide what works. Writes nothing that stays. */
export async function debugReport(request: DebugRequest): Promise<DebugReport> {
  const { eiderVersion, options } = request;
  const inspection = await inspectProject(options);
  if (inspection.target !== null) request.onTarget(inspection.target);
  const { duckdbVersion } = await import('@eider/engine');
  const folder = resolve(options.projectDir);
  const about = {
    'eider version': eiderVersion,
    'node version': process.version.slice(1),
    'node path': process.execPath,
    'os info': `${type()}-${release()}-${arch()}`,
    'DuckDB version': duckdbVersion().slice(1),
    'dbt compatibility': dbtVersion,
    ...configurationPlaces(inspection, folder),
  };
  if (request.connectionOnly) {
    const inTheWay = configurationChecks(inspection, folder).filter(({ status }) => status === 'failed');
    return { about, checks: [...inTheWay, ...(await connection(inspection, folder, null))] };
  }
  const parsed = await parse(request, inspection);
  const checks = [
    ...configurationChecks(inspection, folder),
    ...parsed.checks,
    ...(await connection(inspection, folder, parsed.compiler)),
    ...(await paths(request, inspection, parsed.compiler)),
  ];
  return { about, checks };
}

type Parsed = Pick<Compiler, 'manifest' | 'project'>;

/** The project's files: what they hold, or how much is wrong with them. Nothing where dbt_project.yml or the profile is in the way. */
async function parse(
  { now, options }: DebugRequest,
  { root, target }: ProjectInspection,
): Promise<{ readonly checks: readonly Check[]; readonly compiler: Parsed | null }> {
  const notRead = (status: 'failed' | 'skipped', findings: readonly Diagnostic[]) => ({
    checks: [checkOf('configuration', 'models and properties', 'not read', { status, findings })],
    compiler: null,
  });
  if (root === null || target === null) return notRead('skipped', []);
  const { diagnostics, project } = await readProject(options);
  if (project === null)
    return notRead(
      'failed',
      diagnostics.filter(({ severity }) => severity === 'error'),
    );
  const { findings, manifest } = parseAll(project, now());
  const all = [...diagnostics, ...findings];
  const errors = all.filter(({ severity }) => severity === 'error').length;
  const detail =
    errors === 0 ? foundText(manifest).replace(/^Found /, '') : `${errors} ${errors === 1 ? 'error' : 'errors'}`;
  const check = checkOf('configuration', 'models and properties', detail, {
    status: hasErrors(all) ? 'failed' : all.length > 0 ? 'warning' : 'ok',
    facts: hasErrors(all)
      ? ['eider parse shows them']
      : all.length > 0
        ? [`${all.length} warnings: eider parse shows them`]
        : [],
  });
  return { checks: [check], compiler: { manifest, project } };
}

function parseAll(
  project: Project,
  startedAt: Date,
): { readonly manifest: Manifest; readonly graph: Graph; readonly findings: readonly Diagnostic[] } {
  const { diagnostics, manifest } = parseProject(project, { startedAt });
  const { diagnostics: more, graph } = buildGraph(manifest);
  return { manifest, graph, findings: [...diagnostics, ...more] };
}

async function connection(
  { target }: ProjectInspection,
  folder: string,
  compiler: Parsed | null,
): Promise<readonly Check[]> {
  if (target === null)
    return [checkOf('connection', 'Connection test', 'no usable profile was found', { status: 'skipped' })];
  const { inspectSession, needsWorkingDatabase } = await import('@eider/engine');
  const isNeeded = compiler === null ? null : needsWorkingDatabase(compiler, false);
  return connectionChecks(target, await inspectSession(target, folder), isNeeded);
}

/** The folders that the target writes to. Without a project only those that the profile names are known. */
async function paths(
  { eiderVersion, options }: DebugRequest,
  { root, target }: ProjectInspection,
  compiler: Parsed | null,
): Promise<readonly Check[]> {
  const folder = resolve(options.projectDir);
  const { inspectFolder, lakeOptions } = await import('@eider/engine');
  const wanted: Omit<CheckedPath, 'report'>[] = [];
  if (target !== null && compiler !== null) {
    const lake = lakeOptions(compiler, { eiderVersion });
    wanted.push(...lakePaths(lake, externalRoots(compiler, folder), await headFact(lake)));
  } else if (target !== null && target.externalRoot !== '.') {
    wanted.push({ name: 'external root', path: within(folder, target.externalRoot), isShared: true });
  }
  if (root !== null) {
    wanted.push({ name: 'target folder', path: within(folder, root.targetPath), isShared: false });
    wanted.push({ name: 'log folder', path: within(folder, root.logPath), isShared: false });
  }
  const checked = await Promise.all(
    wanted
      .filter(({ path }) => isAbsolute(path))
      .map(async (one) => ({ ...one, report: await inspectFolder(one.path) })),
  );
  const folders = pathChecks(
    checked.map((one) => ({ ...one, facts: [...(one.facts ?? []), ...deviceFacts(one, checked)] })),
  );
  return [...(await buckets(target, folder, wanted)), ...folders];
}

/** The places in buckets, each tried once; scopes of secrets that lie in none of the others too. */
async function buckets(
  target: ProjectInspection['target'],
  folder: string,
  wanted: readonly Omit<CheckedPath, 'report'>[],
): Promise<readonly Check[]> {
  if (target === null) return [];
  const scopes = scopesOf(target).map(({ isSource, name, uri }) => ({ name, path: uri, isSource }));
  const all = [...wanted, ...scopes].filter(({ path }) => isUri(path));
  const places = all.filter(({ path }, at) => all.findIndex((one) => one.path === path) === at);
  if (places.length === 0) return [];
  const { inspectBucket } = await import('@eider/engine');
  return bucketChecks(
    await Promise.all(places.map(async (one) => ({ ...one, report: await inspectBucket(target, folder, one.path) }))),
  );
}

function lakePaths(
  lake: LakeOptions,
  roots: readonly string[],
  head: readonly string[],
): readonly Omit<CheckedPath, 'report'>[] {
  return [
    { name: 'state', path: lake.state, isShared: true, facts: head },
    ...roots.map((path) => ({ name: 'external root', path, isShared: true })),
    {
      name: 'published catalog',
      path: dirname(lake.publishPath),
      isShared: true,
      facts: [`file: ${lake.publishPath}`],
    },
    ...(lake.livePath === null
      ? []
      : [{ name: 'live file', path: dirname(lake.livePath), isShared: true, facts: [`file: ${lake.livePath}`] }]),
  ];
}

function externalRoots({ manifest, project }: Parsed, folder: string): readonly string[] {
  const own = Object.values(manifest.nodes).flatMap((node) =>
    node.resource_type === 'model' && isExternal(node) && typeof node.config.external_root === 'string'
      ? [node.config.external_root]
      : [],
  );
  const given = project.target.externalRoot;
  return [...new Set([...(given === '.' ? [] : [given]), ...own])].map((path) => within(folder, path));
}

/** Which commit is the newest. A state that cannot be read says why. */
async function headFact(options: LakeOptions): Promise<readonly string[]> {
  if (!isAbsolute(options.state)) return [];
  const { openLake } = await import('@eider/engine');
  try {
    const head = await (await openLake(options)).head();
    return [head === undefined ? 'nothing is committed yet' : `commit ${head.entry.number} is published`];
  } catch (cause) {
    return [cause instanceof Error ? cause.message : String(cause)];
  }
}

/** Where files must be copied instead of linked: the folder lies on another file system than the state. */
function deviceFacts(one: CheckedPath, all: readonly CheckedPath[]): readonly string[] {
  const state = all.find(({ name }) => name === 'state')?.report.fileSystem;
  const own = one.report.fileSystem;
  const differs =
    state !== undefined && state !== null && own !== undefined && own !== null && state.device !== own.device;
  return differs && one.isShared ? ['another file system than the state: files are copied there, not linked'] : [];
}

function within(folder: string, path: string): string {
  return isAbsolute(path) || /^[a-z][a-z0-9+.-]+:\/\//i.test(path) ? path : resolve(folder, path);
}
