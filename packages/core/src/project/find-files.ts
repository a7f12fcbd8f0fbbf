import { readdir, readFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { type IgnoreRules, ignoreRules } from './ignore-rules.ts';
import type { FileKind, PackageProject, SourceFile } from './project.ts';

/** A file that belongs to a package, not read yet. */
export type FoundFile = Pick<SourceFile, 'kind' | 'packageName' | 'fullPath' | 'path' | 'relativePath' | 'searchPath'>;

interface Search {
  readonly folder: string;
  readonly kind: FileKind;
  readonly extensions: readonly string[];
  /** Parts of the folder that belong to other searches. */
  readonly except?: readonly string[];
}

/**
 * Finds a package's files by dbt's rules: under each folder of `model-paths` and its like, the extensions of that kind, in any depth, hidden folders
 * included; not files whose name begins with `.`, `#` or `~`, not through links to folders, not what `.dbtignore` names. Sorted by path.
 */
export async function findFiles(project: PackageProject): Promise<FoundFile[]> {
  const ignored = await readIgnoreRules(project.root);
  const wanted = searches(project);
  const folders = [...new Set(wanted.map((search) => search.folder))];
  const found = await Promise.all(
    folders.map((folder) => walk(resolve(project.root, folder)).then((paths) => pick(project, wanted, folder, paths))),
  );
  const unique = new Map<string, FoundFile>();
  for (const file of found.flat())
    if (!ignored(file.path) && !isOwnFile(file)) unique.set(`${file.kind}\n${file.path}`, file);
  return [...unique.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function searches(project: PackageProject): Search[] {
  const each = (
    folders: readonly string[],
    kind: FileKind,
    extensions: readonly string[],
    except?: readonly string[],
  ): Search[] => folders.map((folder) => ({ folder, kind, extensions, ...(except === undefined ? {} : { except }) }));
  const { modelPaths, seedPaths, snapshotPaths, analysisPaths, macroPaths, testPaths, functionPaths = [] } = project;
  const sources = [modelPaths, seedPaths, snapshotPaths, analysisPaths, macroPaths, testPaths, functionPaths].flat();
  const below = (name: string): string[] => testPaths.map((folder) => `${folder}/${name}`);
  return [
    ...each(macroPaths, 'macro', ['sql']),
    ...each(modelPaths, 'model', ['sql']),
    ...each(modelPaths, 'python-model', ['py']),
    ...each(snapshotPaths, 'snapshot', ['sql']),
    ...each(analysisPaths, 'analysis', ['sql']),
    ...each(functionPaths, 'function', ['sql', 'py']),
    ...each(testPaths, 'test', ['sql'], ['generic', 'fixtures']),
    ...each(below('generic'), 'generic-test', ['sql']),
    ...each(below('fixtures'), 'fixture', ['csv', 'sql']),
    ...each(seedPaths, 'seed', ['csv']),
    ...each(project.docsPaths, 'docs', ['md']),
    ...each([...new Set(sources)], 'properties', ['yml', 'yaml']),
  ];
}

/** dbt's own files, which a project that reads `.` would take for property files. */
function isOwnFile({ kind, path }: FoundFile): boolean {
  return (
    kind === 'properties' &&
    /(?:^|\/)dbt_project\.yml$|^(?:profiles|packages|dependencies|package-lock|selectors)\.yml$/.test(path)
  );
}

/**
 * All files below a folder that may be a project's, relative to it. A folder that is not there, or cannot be read, has none; links to folders are not
 * followed.
 */
async function walk(folder: string, below = ''): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(() => []);
  const found = entries.map((entry) => {
    const path = `${below}${entry.name}`;
    if (entry.isDirectory()) return walk(folder, `${path}/`);
    return /\.(?:sql|py|csv|md|yml|yaml)$/i.test(path) && !/^[.#~]/.test(entry.name) ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}

function pick(
  project: PackageProject,
  wanted: readonly Search[],
  folder: string,
  paths: readonly string[],
): FoundFile[] {
  const here = wanted.filter((search) => search.folder === folder);
  const base = resolve(project.root, folder);
  return paths.flatMap((path) => {
    const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
    const matching = here.filter(
      (search) =>
        search.extensions.includes(extension) && search.except?.some((part) => path.startsWith(`${part}/`)) !== true,
    );
    return matching.map((search) => locate(project, search, base, path));
  });
}

/** `base`: the search's folder, absolute. */
function locate(project: PackageProject, search: Search, base: string, relativePath: string): FoundFile {
  return {
    kind: search.kind,
    packageName: project.name,
    fullPath: `${base}${base.endsWith(sep) ? '' : sep}${relativePath}`,
    path: search.folder === '.' ? relativePath : `${search.folder}/${relativePath}`,
    relativePath,
    searchPath: search.folder,
  };
}

async function readIgnoreRules(root: string): Promise<IgnoreRules> {
  const text = await readFile(join(root, '.dbtignore'), 'utf8').catch(() => '');
  return ignoreRules(text);
}
