import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findProject } from './find-project.ts';
import { type ReadProjectOptions, readProject, readRootPackage } from './read-project.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const profiles = 'shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n';
const minimal = { 'dbt_project.yml': 'name: shop\nprofile: shop\n', 'profiles.yml': profiles };

function write(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'eider-read-'));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const noMacros = { macrosDir: '/nonexistent', env: {} };

async function read(files: Record<string, string>, options: Partial<ReadProjectOptions> = {}) {
  const root = write({ ...minimal, ...files });
  return readProject({ projectDir: root, ...noMacros, ...options });
}

async function good(files: Record<string, string>, options: Partial<ReadProjectOptions> = {}) {
  const { project, diagnostics, envRead } = await read(files, options);
  expect(diagnostics).toEqual([]);
  if (project === null) throw new Error('no project');
  return { ...project, envRead };
}

describe('findProject', () => {
  it('looks upwards', async () => {
    const root = write({ ...minimal, 'models/deep/m.sql': '' });
    expect(await findProject(join(root, 'models/deep'))).toBe(root);
    expect(await findProject('/')).toBeNull();
  });
});

describe('a project as dbt reads it', () => {
  it('has dbt’s defaults', async () => {
    const project = await good({});
    expect(project.packages).toMatchObject([
      {
        name: 'shop',
        version: null,
        isRoot: true,
        modelPaths: ['models'],
        seedPaths: ['seeds'],
        testPaths: ['tests'],
        macroPaths: ['macros'],
        analysisPaths: ['analyses'],
        snapshotPaths: ['snapshots'],
        targetPath: 'target',
        logPath: 'logs',
        packagesInstallPath: 'dbt_packages',
        cleanTargets: ['target'],
        profileName: 'shop',
        vars: {},
        onRunStart: [],
      },
    ]);
    expect(project.packages[0]?.docsPaths).toEqual([
      'models',
      'seeds',
      'tests',
      'macros',
      'analyses',
      'snapshots',
      'functions',
    ]);
  });

  it('keeps hooks, vars and config trees as written, with their places', async () => {
    const project = await good(
      {
        'dbt_project.yml': [
          'name: shop',
          'profile: shop',
          'version: "1.2"',
          'vars: {start: "{{ x }}", shop: {a: 1}}',
          'on-run-start: "select {{ y }}"',
          'on-run-end: ["a", "b"]',
          'quoting: {identifier: false, project: true, snowflake_ignore_case: true}',
          'dispatch: [{macro_namespace: dbt_utils, search_order: [shop, dbt_utils]}]',
          'models:',
          '  shop:',
          '    +external_root: "{{ env_var(\'ROOT\') }}"',
          '    +pre-hook: "{{ not_yet() }}"',
          'data_tests:',
          '  +severity: warn',
        ].join('\n'),
      },
      { env: { ROOT: '/nas/' } },
    );
    const [root] = project.packages;
    expect(root).toMatchObject({
      version: '1.2',
      vars: { start: '{{ x }}', shop: { a: 1 } },
      onRunStart: ['select {{ y }}'],
      onRunEnd: ['a', 'b'],
      dispatch: [{ macro_namespace: 'dbt_utils', search_order: ['shop', 'dbt_utils'] }],
    });
    expect(root?.quoting).toEqual({ identifier: false });
    const external = root?.configs.models?.get('shop', '+external_root');
    expect(external?.value).toBe("{{ env_var('ROOT') }}");
    expect(external?.place).toEqual({ file: 'dbt_project.yml', line: 11, column: 21 });
    expect(root?.configs.tests?.value).toEqual({ '+severity': 'warn' });
    expect(project.envRead).toEqual(['ROOT']);
  });

  it('takes folders in older and odder spellings', async () => {
    const { project, diagnostics } = await read({
      'dbt_project.yml':
        'name: shop\nprofile: shop\nsource-paths: ["./src/", "."]\ndata-paths: [data]\ntarget-path: out\n',
      'src/a.sql': 'select 1',
      'data/s.csv': 'a\n1\n',
    });
    expect(project?.packages[0]).toMatchObject({
      modelPaths: ['src', '.'],
      seedPaths: ['data'],
      targetPath: 'out',
      cleanTargets: ['out'],
    });
    expect(diagnostics.map((d) => [d.severity, d.code, d.place?.line])).toEqual([
      ['warning', 'project/deprecated', 3],
      ['warning', 'project/deprecated', 4],
      ['warning', 'project/deprecated', 5],
    ]);
  });

  it('lets options and environment move target and logs', async () => {
    const byEnv = await good({}, { env: { DBT_TARGET_PATH: '/t', DBT_LOG_PATH: '/l' } });
    expect(byEnv.packages[0]).toMatchObject({ targetPath: '/t', logPath: '/l' });
    const byOption = await good({}, { env: { DBT_TARGET_PATH: '/t' }, targetPath: 'x' });
    expect(byOption.packages[0]?.targetPath).toBe('x');
  });
});

describe('files', () => {
  it('finds each kind by dbt’s rules', async () => {
    const project = await good({
      'models/a.sql': 'select 1',
      'models/sub/B.SQL': 'select 2',
      'models/.hidden/c.sql': 'select 3',
      'models/.d.sql': '',
      'models/~e.sql': '',
      'models/#f.sql': '',
      'models/p.py': 'def model(): pass',
      'models/doc.md': '',
      'models/s.yml': 'models: []',
      'models/t.yaml': '',
      'models/data.csv': 'x',
      'seeds/s.csv': 'a\n1\n',
      'seeds/x.txt': '',
      'tests/one.sql': '',
      'tests/generic/g.sql': '',
      'tests/fixtures/f.csv': '',
      'tests/sub/generic/two.sql': '',
      'macros/m.sql': '',
      'macros/doc.md': '',
      'snapshots/sn.sql': '',
      'snapshots/sn.yml': '',
      'analyses/an.sql': '',
      'README.md': '',
    });
    expect(project.files.map((file) => `${file.kind} ${file.path}`)).toEqual([
      'analysis analyses/an.sql',
      'docs macros/doc.md',
      'macro macros/m.sql',
      'model models/.hidden/c.sql',
      'model models/a.sql',
      'docs models/doc.md',
      'python-model models/p.py',
      'properties models/s.yml',
      'model models/sub/B.SQL',
      'properties models/t.yaml',
      'seed seeds/s.csv',
      'snapshot snapshots/sn.sql',
      'properties snapshots/sn.yml',
      'fixture tests/fixtures/f.csv',
      'generic-test tests/generic/g.sql',
      'test tests/one.sql',
      'test tests/sub/generic/two.sql',
    ]);
    const [a] = project.files.filter((file) => file.path === 'models/sub/B.SQL');
    expect(a).toMatchObject({
      packageName: 'shop',
      relativePath: 'sub/B.SQL',
      searchPath: 'models',
      text: 'select 2',
      size: 8,
    });
  });

  it('hashes as dbt does: the stripped text, and of a big seed only its path', async () => {
    const project = await good({
      'models/a.sql': '\n select 1 \n',
      'models/b.sql': 'select 1',
      'seeds/big.csv': `a\n${'1\n'.repeat(600_000)}`,
      'seeds/small.csv': 'a\n1\n',
    });
    const of = (path: string) => project.files.find((file) => file.path === path);
    expect(of('models/a.sql')?.checksum).toBe('822ae07d4783158bc1912bb623e5107cc9002d519e1143a9c200ed6ee18b6d0f');
    expect(of('models/b.sql')?.checksum).toBe(of('models/a.sql')?.checksum);
    expect(of('models/a.sql')?.text).toBe('\n select 1 \n');
    expect(of('seeds/big.csv')).toMatchObject({ checksum: 'seeds/big.csv', checksumName: 'path', text: '' });
    expect(of('seeds/small.csv')).toMatchObject({ text: '', size: 4 });
  });

  it('obeys .dbtignore', async () => {
    const project = await good({
      '.dbtignore': '*.bad.sql\nmodels/x/\n!models/keep.bad.sql\n# comment\n/macros\nmodels/**/old?.sql\n',
      'models/a.bad.sql': '',
      'models/x/y.sql': '',
      'models/keep.bad.sql': '',
      'models/s/t/old1.sql': '',
      'models/s/t/older.sql': '',
      'macros/m.sql': '',
    });
    expect(project.files.map((file) => file.path)).toEqual(['models/keep.bad.sql', 'models/s/t/older.sql']);
  });

  it('follows links to files, not to folders', async () => {
    const root = write({ ...minimal, 'models/a.sql': 'select 1', 'elsewhere/b.sql': 'select 2' });
    symlinkSync(join(root, 'elsewhere/b.sql'), join(root, 'models/b.sql'));
    symlinkSync(join(root, 'elsewhere'), join(root, 'models/linked'));
    const { project } = await readProject({ projectDir: root, ...noMacros });
    expect(project?.files.map((file) => file.path)).toEqual(['models/a.sql', 'models/b.sql']);
  });

  it('lets a property file keep its YAML anchors under a key of its own', async () => {
    await good({ 'models/s.yml': 'x-common: &c {description: d}\n.more: 1\nmodels: [{name: m, <<: *c}]\n' });
  });

  it('keeps the entries of property files apart by kind', async () => {
    const project = await good({
      'models/s.yml':
        'version: 2\nmodels: [{name: a}, {name: b}]\nsources: [{name: s, tables: [{name: t, meta: {external_location: "x"}}]}]\nseeds: [{name: c}]\ndata_tests: [{name: d}]\nunit_tests: []\n',
    });
    expect(project.properties).toHaveLength(1);
    expect(project.properties[0]?.models.map((entry) => entry.get('name')?.value)).toEqual(['a', 'b']);
    expect(project.properties[0]?.sources[0]?.at('tables', 0, 'meta', 'external_location')).toMatchObject({ line: 3 });
    expect(project.properties[0]?.dataTests).toHaveLength(1);
  });
});

describe('packages', () => {
  it('reads installed packages, then the macro library with dbt last', async () => {
    const root = write({
      ...minimal,
      'packages.yml': 'packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n',
      'dbt_packages/dbt_utils/dbt_project.yml':
        'name: dbt_utils\nversion: 1.3.0\nrequire-dbt-version: [">=1.3.0", "<2.0.0"]\n',
      'dbt_packages/dbt_utils/macros/star.sql': '{% macro star() %}{% endmacro %}',
      'lib/dbt/dbt_project.yml': 'name: dbt\n',
      'lib/dbt/macros/x/r.sql': '',
      'lib/dbt_duckdb/dbt_project.yml': 'name: dbt_duckdb\n',
    });
    const { project, diagnostics } = await readProject({ projectDir: root, env: {}, macrosDir: join(root, 'lib') });
    expect(diagnostics).toEqual([]);
    expect(project?.packages.map((one) => [one.name, one.isRoot])).toEqual([
      ['shop', true],
      ['dbt_utils', false],
      ['dbt_duckdb', false],
      ['dbt', false],
    ]);
    expect(project?.files.map((file) => `${file.packageName}://${file.path}`)).toEqual([
      'dbt_utils://macros/star.sql',
      'dbt://macros/x/r.sql',
    ]);
  });

  it('says nothing of what only a package’s author can mend', async () => {
    await good({
      'dbt_packages/x/dbt_project.yml': 'name: x\ntarget-path: out\nmodels: {+materialised: table}\n',
      'dbt_packages/x/models/s.yml': 'mdels: []\nmodels: [{name: m, descripton: x}]\n',
    });
  });

  it('is content with an empty packages.yml', async () => {
    await good({ 'packages.yml': '', 'dependencies.yml': '# none' });
  });
});

describe('dbt_project.yml without a target', () => {
  it('is read for commands that need no profile, whatever the target would say', async () => {
    const root = write({
      'dbt_project.yml':
        'name: shop\nmodels:\n  +schema: "{{ target.name }}"\n  +tags: ["{{ var(\'nope\') }}"]\npackages-install-path: "{{ \'vendor\' }}"\n',
    });
    const read = await readRootPackage({ projectDir: root, env: {} });
    expect(read.diagnostics).toEqual([]);
    expect(read.root).toMatchObject({ name: 'shop', packagesInstallPath: 'vendor' });
  });

  it('is not read with a template that is broken, or a variable that is not set', async () => {
    for (const value of ['{{ target.name', "{{ env_var('NOPE') }}"]) {
      const root = write({ 'dbt_project.yml': `name: shop\npackages-install-path: "${value}"\n` });
      const read = await readRootPackage({ projectDir: root, env: {} });
      expect([read.root, read.diagnostics.length]).toEqual([null, 1]);
    }
  });
});
