import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { importsOf, inRepository, packageSources } from './source-files.ts';

interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly type?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly files?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function read(path: string): PackageFile {
  return JSON.parse(readFileSync(inRepository(path), 'utf8')) as PackageFile;
}

const folders = readdirSync(inRepository('packages'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();
const packages = folders.map((folder) => ({ folder, file: read(`packages/${folder}/package.json`) }));
const root = read('package.json');

test.each(packages)('$file.name declares what a published package needs', ({ folder, file }) => {
  expect(file).toMatchObject({ license: 'MIT', type: 'module', engines: root.engines });
  expect(file.exports?.['.']).toEqual({
    'eider-source': './src/index.ts',
    types: './dist/index.d.ts',
    default: './dist/index.js',
  });
  // The condition for sources must come first. Beside the index only the store's contract test can be reached.
  expect(Object.keys(file.exports?.['.'] ?? {})[0]).toBe('eider-source');
  expect(Object.keys(file.exports ?? {})).toEqual(folder === 'store' ? ['.', './contract'] : ['.']);
  expect(existsSync(inRepository('packages', folder, 'src/index.ts'))).toBe(true);
  expect(file.scripts).toEqual({
    prepack: 'node ../../.ci/package.mjs put',
    postpack: 'node ../../.ci/package.mjs take',
  });
  for (const bin of Object.values(file.bin ?? {})) expect(existsSync(inRepository('packages', folder, bin))).toBe(true);
});

test.each([...packages.map(({ file }) => file), root])('$name pins every dependency exactly', (file) => {
  const loose = Object.entries({ ...file.dependencies, ...file.devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
  );
  expect(loose).toEqual([]);
});

test('packages of the workspace ask for one another in the version that they have', () => {
  const versions = new Map(packages.map(({ file }) => [file.name, file.version]));
  for (const { file } of packages) {
    for (const [name, version] of Object.entries(file.dependencies ?? {})) {
      if (versions.has(name))
        expect(`${file.name} wants ${name} ${version}`).toBe(`${file.name} wants ${name} ${versions.get(name)}`);
    }
  }
});

test('every imported package is declared, with its types where they come apart, and every declared one is imported', () => {
  const sources = packageSources().filter((source) => !source.path.endsWith('.test.ts'));
  for (const { folder, file } of packages) {
    const used = new Set(
      sources
        .filter((source) => source.path.startsWith(`packages/${folder}/`))
        .flatMap(importsOf)
        .map(({ target }) => target)
        .filter((target) => !target.startsWith('packages/') && !target.startsWith('node:'))
        .map((target) =>
          target
            .split('/')
            .slice(0, target.startsWith('@') ? 2 : 1)
            .join('/'),
        ),
    );
    expect(`${file.name}: ${[...used].sort().join(' ')}`).toBe(
      `${file.name}: ${Object.keys(file.dependencies ?? {})
        .filter((name) => !(name.startsWith('@types/') && used.has(name.slice('@types/'.length))))
        .sort()
        .join(' ')}`,
    );
  }
});

test('packages form no circle', () => {
  const names = new Map(packages.map(({ file }) => [file.name, Object.keys(file.dependencies ?? {})]));
  const visit = (name: string, way: readonly string[]): void => {
    expect(way, `${[...way, name].join(' -> ')} is a circle`).not.toContain(name);
    for (const next of names.get(name) ?? []) visit(next, [...way, name]);
  };
  for (const name of names.keys()) visit(name, []);
});

test('an index names its exports one by one', () => {
  for (const folder of folders) {
    const text = readFileSync(inRepository('packages', folder, 'src/index.ts'), 'utf8');
    expect(text).not.toMatch(/export \*/);
    expect(text).not.toMatch(/^(function|const|class|interface|type) /m);
  }
});
