import { expect, test } from 'vitest';
import { importsOf, packageSources, type SourceText } from './source-files.ts';

/**
 * The architecture, and the one list of it. Packages: what each may import. Folders inside a package, lowest first: a file may import its own
 * folder and lower ones. `.` is the package's top folder; several folders in one entry are siblings that never meet. Folders that a later
 * entry of the same package names again are split by file. Types may be imported across layers where a contract says so (`contracts`).
 */
const packages: Readonly<Record<string, readonly string[]>> = {
  store: [],
  delta: ['store'],
  core: [],
  engine: ['core', 'delta', 'store'],
  cli: ['core', 'engine'],
};

const folders: Readonly<Record<string, readonly (readonly string[])[]>> = {
  store: [['.'], ['remote'], ['s3', 'azure', 'gcs']],
  delta: [['.'], ['actions'], ['vectors'], ['log'], ['write'], ['maintain'], ['operate']],
  core: [
    ['.'],
    ['jinja', 'yaml'],
    ['manifest'],
    ['cache'],
    ['project'],
    ['graph', 'packages'],
    ['select', 'context'],
    ['layout', 'parse'],
    ['saved', 'compile'],
  ],
  engine: [['session'], ['objects'], ['delta', 'catalog'], ['materialize', 'lake', 'land'], ['checks'], ['run']],
  cli: [['flags'], ['ui'], ['project', 'init'], ['debug', 'watch', 'deps'], ['commands']],
};

/** Outside packages, and who may import them. */
const owners: Readonly<Record<string, string>> = {
  '@duckdb/node-api': 'engine',
  aws4: 'store',
  'fast-xml-parser': 'store',
  daff: 'engine',
  chokidar: 'cli',
  commander: 'cli',
  'modern-tar': 'cli',
  undici: 'cli',
  '@clack/prompts': 'cli',
  nunjucks: 'core',
  yaml: 'core',
  '@dagrejs/graphlib': 'core',
};

interface Address {
  readonly packageName: string;
  /** `.` for the package's top folder. */
  readonly folder: string;
}

function address(path: string): Address | undefined {
  const match = /^packages\/([^/]+)\/src\/(?:([^/]+)\/)?/.exec(path);
  if (match?.[1] === undefined) return undefined;
  return { packageName: match[1], folder: match[2] ?? '.' };
}

const sources = packageSources().filter((file) => !file.path.endsWith('.test.ts'));

function offences(
  check: (file: SourceText, from: Address, target: string, typeOnly: boolean) => string | undefined,
): readonly string[] {
  return sources.flatMap((file) => {
    const from = address(file.path);
    if (from === undefined) return [`${file.path} lies outside the packages`];
    return importsOf(file).flatMap(({ target, typeOnly }) => {
      const why = check(file, from, target, typeOnly);
      return why === undefined ? [] : [`${file.path} imports ${target}: ${why}`];
    });
  });
}

test('packages import only the packages below them', () => {
  expect(
    offences((_, from, target) => {
      const to = target.startsWith('@eider/') ? target.slice('@eider/'.length) : address(target)?.packageName;
      if (to === undefined || to === from.packageName) return undefined;
      if (address(target) !== undefined) return 'another package is imported by its name';
      return packages[from.packageName]?.includes(to) ? undefined : `${from.packageName} may not know ${to}`;
    }),
  ).toEqual([]);
});

test('folders import only lower folders', () => {
  expect(
    offences((file, from, target, typeOnly) => {
      const to = address(target);
      // A package's top files (contracts, entry points) are seen by all; type-only imports make no cycle at run time.
      if (to === undefined || to.packageName !== from.packageName || to.folder === from.folder || typeOnly)
        return undefined;
      const levels = folders[from.packageName] ?? [];
      const level = (folder: string): number => levels.findIndex((names) => names.includes(folder));
      if (from.folder === '.' || to.folder === '.') return undefined;
      if (level(from.folder) < 0) return `the folder of ${file.path} is not in the list of layers`;
      if (level(to.folder) < 0) return 'its folder is not in the list of layers';
      return level(to.folder) < level(from.folder) ? undefined : `${from.folder} may not know ${to.folder}`;
    }),
  ).toEqual([]);
});

test('outside packages stay where they belong', () => {
  expect(
    offences((_, from, target) => {
      const owner = owners[target];
      return owner?.split(' or ').includes(from.packageName) === false ? `only ${owner} may` : undefined;
    }),
  ).toEqual([]);
});

test('only the user interface prints', () => {
  const printing = sources.filter(
    (file) => /\bconsole\.\w+\(/.test(file.text) && !file.path.startsWith('packages/cli/src/ui/'),
  );
  expect(printing.map((file) => file.path)).toEqual([]);
});

test('the scanner sees static, side-effect, type and dynamic imports', () => {
  const text =
    "import { a } from './a.ts';\nimport type { B } from '../b.ts';\nimport './c.ts';\nexport {\n  d,\n} from './d.ts';\nconst e = await import('./e.ts');\n";
  expect(
    importsOf({ path: 'packages/x/src/f/g.ts', text }).map(({ target, typeOnly }) => `${target} ${typeOnly}`),
  ).toEqual([
    'packages/x/src/f/a.ts false',
    'packages/x/src/b.ts true',
    'packages/x/src/f/c.ts false',
    'packages/x/src/f/d.ts false',
    'packages/x/src/f/e.ts false',
  ]);
});
