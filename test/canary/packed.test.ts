import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, readWhole } from '../support/duckdb.ts';
import { repository } from '../support/eider.ts';
import type { ProgramResult } from '../support/run-program.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { filesBelow, type Installation, install } from './installation.ts';

// The packages as a stranger gets them. Nothing here may reach into the workspace; every project is made by the installed `eider init`.

let canary: Installation;
const folder = temporaryFolder('canary');
beforeAll(async () => {
  canary = await install(folder);
}, 300_000);
afterAll(() => removeFolder(folder));

describe('the packages', () => {
  const names = ['store', 'delta', 'core', 'engine', 'cli'] as const;

  test.each(names)('%s holds what it needs and nothing else', (name) => {
    const files = filesBelow(canary.packages[name] ?? '').filter((path) => !path.startsWith('node_modules/'));
    expect(files).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts']),
    );
    expect(files.filter((path) => /^src\/|\.map$|\.tsbuildinfo$|\.test\.|\.npmignore$/.test(path))).toEqual([]);
    const tops = new Set(files.map((path) => path.split('/')[0]));
    const own: Readonly<Record<string, readonly string[]>> = { cli: ['bin', 'docs', 'templates'], core: ['macros'] };
    expect([...tops].sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json', ...(own[name] ?? [])].sort());
  });

  test('a package is few files of code, so that a command is not kept waiting for hundreds', () => {
    const code = (name: string): string[] =>
      filesBelow(join(canary.packages[name] ?? '', 'dist')).filter((path) => path.endsWith('.js'));
    expect(code('core')).toEqual(['index.js']);
    expect(code('cli')).toEqual(expect.arrayContaining(['index.js', 'main.js']));
    for (const name of names) expect(code(name).length, name).toBeLessThan(60);
  });

  test.each(names)('%s is compiled from the sources that are there', (name) => {
    const made = filesBelow(join(canary.packages[name] ?? '', 'dist')).filter((path) => path.endsWith('.d.ts'));
    const sources = filesBelow(join(repository, 'packages', name, 'src')).filter((path) =>
      /(?<!\.test)\.ts$/.test(path),
    );
    expect(made).toEqual(sources.map((path) => path.replace(/\.ts$/, '.d.ts')));
  });

  test.each(names)('every import inside %s leads to a file that is packed', (name) => {
    const dist = join(canary.packages[name] ?? '', 'dist');
    const files = new Set(filesBelow(dist));
    const lost = [...files].flatMap((path) =>
      [...readFileSync(join(dist, path), 'utf8').matchAll(/(?:\bfrom|\bimport) ?\(?\s*['"](\.[^'"]+)['"]/g)]
        .map((match) => posix.join(dirname(path), match[1] ?? ''))
        // Declarations keep the name of the source, which TypeScript resolves.
        .filter((target) => !files.has(path.endsWith('.d.ts') ? target.replace(/(?<!\.d)\.ts$/, '.d.ts') : target))
        .map((target) => `${path} imports ${target}`),
    );
    expect(lost).toEqual([]);
  });

  test('the macros, the documentation and the templates come whole', () => {
    const { cli = '', core = '' } = canary.packages;
    for (const [ours, theirs] of [
      ['packages/core/macros', join(core, 'macros')],
      ['packages/cli/docs', join(cli, 'docs')],
      ['templates', join(cli, 'templates')],
    ] as const) {
      const wanted = filesBelow(join(repository, ours));
      expect(wanted.length).toBeGreaterThan(3);
      expect(filesBelow(theirs)).toEqual(wanted);
      for (const path of wanted)
        expect(readFileSync(join(theirs, path)).equals(readFileSync(join(repository, ours, path))), path).toBe(true);
    }
  });

  test('packing leaves nothing behind in the repository', () => {
    const left = names.flatMap((name) =>
      ['LICENSE', 'templates', 'dist.compiled', 'dist.bundled'].map((path) => join(repository, 'packages', name, path)),
    );
    expect(left.filter((path) => existsSync(path))).toEqual([]);
  });

  test('the binary can be run, and knows its version', async () => {
    expect(statSync(join(canary.packages.cli ?? '', 'bin/eider.cjs')).mode & 0o111).toBe(0o111);
    const { stdout } = await canary.run(['npx', 'eider', '--version']);
    const { version } = JSON.parse(readFileSync(join(repository, 'packages/cli/package.json'), 'utf8'));
    expect(stdout).toBe(`eider ${version}\n`);
  });

  test('are imported by plain node, from dist', async () => {
    const code = `
      const names = ['eider', '@eider/core', '@eider/delta', '@eider/engine', '@eider/store', '@eider/store/contract'];
      for (const name of names) console.log(name, import.meta.resolve(name).includes('/dist/'), Object.keys(await import(name)).length > 0);`;
    const { stdout, stderr } = await canary.run([process.execPath, '--input-type=module', '--eval', code]);
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual(
      ['eider', '@eider/core', '@eider/delta', '@eider/engine', '@eider/store', '@eider/store/contract'].map(
        (name) => `${name} true true`,
      ),
    );
  });

  test.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])('types resolve for a strict reader with module %s', async (module, moduleResolution) => {
    const source = [
      "import { main } from 'eider';",
      "import { type Diagnostic, readProject } from '@eider/core';",
      "import { openSnapshot, type Snapshot } from '@eider/delta';",
      "import { type RunOutcome, runProject } from '@eider/engine';",
      "import { createLocalStore, type Store } from '@eider/store';",
      'export const told: Promise<void> = main([]);',
      'export const used: readonly unknown[] = [readProject, openSnapshot, runProject, createLocalStore];',
      'export type Known = readonly [Diagnostic, Snapshot, RunOutcome, Store];',
      '// @ts-expect-error: the types are there, not any',
      'export const wrong: number = main;',
    ].join('\n');
    writeFileSync(join(canary.folder, 'reader.mts'), source);
    const flags = [
      '--noEmit',
      '--strict',
      '--target',
      'es2023',
      '--module',
      module,
      '--moduleResolution',
      moduleResolution,
    ];
    const types = [
      '--skipLibCheck',
      'false',
      '--types',
      'node',
      '--typeRoots',
      join(repository, 'node_modules/@types'),
    ];
    const tsc = join(repository, 'node_modules/typescript/bin/tsc');
    const { stdout, exitCode } = await canary.run([process.execPath, tsc, ...flags, ...types, 'reader.mts']);
    expect(stdout).toBe('');
    expect(exitCode).toBe(0);
  });
});

describe.each([
  {
    template: 'minimal',
    model: 'models/daily_cost.sql',
    relation: 'main.daily_cost',
    inProd: 'main.daily_cost',
    stateOfProd: 'lake/prod/_eider/<name>/prod-main',
  },
  {
    template: 'lakehouse',
    model: 'models/gold/sales_by_day.sql',
    relation: 'dev_gold.sales_by_day',
    inProd: 'gold.sales_by_day',
    stateOfProd: 'lake/_eider/<name>/prod-prod',
  },
])('the template $template', ({ template, model, relation, inProd, stateOfProd }) => {
  const name = `from_${template}`;
  const project = (): string => join(canary.folder, name);
  const eider = (...parameters: readonly string[]): Promise<ProgramResult> =>
    canary.run(['npx', 'eider', ...parameters], { cwd: project() });

  test('is made', async () => {
    const made = await canary.run(['npx', 'eider', 'init', name, '--template', template]);
    expect(made.stderr).toBe('');
    expect(made.exitCode).toBe(0);
    expect(made.stdout).toContain(`cd ${name}\n  npx eider build`);
  });

  test.each(['dev', 'prod'])('builds and tests green for %s', async (target) => {
    for (const command of ['build', 'test']) {
      const ran = await eider(command, '--target', target);
      expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
      expect(ran.stdout).toMatch(/Done\. PASS=\d+ WARN=0 ERROR=0 SKIP=0/);
      expect(ran.stderr).toBe('');
    }
    const rows = await readWhole(join(project(), `catalog/${target}.duckdb`));
    expect(rows[target === 'dev' ? relation : inProd]).toBe(7);
  });

  test('is watched: a save is published, a mistake is shown with its place, Ctrl-C ends it', async () => {
    const file = join(project(), model);
    const catalog = join(project(), 'catalog/dev.duckdb');
    const written = readFileSync(file, 'utf8');
    const columns = async (): Promise<readonly unknown[]> => {
      const rows = await ask(catalog, `select column_name from (describe from ${relation})`);
      return rows.map((row) => row.column_name);
    };
    const before = await columns();
    const watching = watch(project());
    await watching.until(/Watching \d+ files/);
    writeFileSync(file, written.replace('select', "select 'saved' as note,"));
    await expect.poll(columns, { timeout: 60_000, interval: 200 }).toEqual(['note', ...before]);
    writeFileSync(file, written.replace('select', 'select no_such_column,'));
    await watching.until(new RegExp(`${model.replaceAll('.', '\\.')}:\\d+:\\d+`));
    writeFileSync(file, written);
    await expect.poll(columns, { timeout: 60_000, interval: 200 }).toEqual(before);
    expect(await watching.end()).toEqual({ exitCode: 0, signal: null });
  });

  test('is built again by a timer, in silence, and older states stay readable', { timeout: 600_000 }, async () => {
    const state = join(project(), stateOfProd.replace('<name>', name));
    const catalogs = (): readonly string[] =>
      readdirSync(join(state, 'catalog')).filter((file) => file.endsWith('.duckdb'));
    const entries = (): number => readdirSync(join(state, 'ledger')).filter((file) => /^\d+\.json$/.test(file)).length;
    const published = join(project(), 'catalog/prod.duckdb');
    const first = entries();
    for (let round = 1; round <= 5; round++) {
      const ran = await night(project(), name, template);
      expect(ran, `round ${round}`).toMatchObject({ exitCode: 0, stderr: '' });
      if (template === 'lakehouse') expect(ran.stdout).toMatch(/Done\. PASS=42 WARN=0 ERROR=0/);
      else expect(ran.stdout).toBe('');
      expect(entries()).toBe(first + round);
      const [build] = await ask(published, 'select max(number)::int as number from eider.builds');
      expect(build).toEqual({ number: first + round });
    }
    // Seven days are retained: every state of this test answers.
    expect(catalogs()).toHaveLength(first + 5);
    for (const catalog of catalogs()) expect((await readWhole(join(state, 'catalog', catalog)))[inProd]).toBe(7);
    keepTwoBuilds(project());
    await night(project(), name, template);
    expect(catalogs()).toHaveLength(2);
    expect((await readWhole(published))[inProd]).toBe(7);
  });
});

/** `eider watch` beside an editor: what it prints from one look to the next, and Ctrl-C. */
function watch(project: string) {
  const child = spawn(process.execPath, [join(canary.folder, 'node_modules/.bin/eider'), 'watch'], { cwd: project });
  let shown = '';
  let seen = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
    });
  }
  const ended = new Promise<{ exitCode: number | null; signal: string | null }>((resolve) => {
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  return {
    async until(pattern: RegExp): Promise<void> {
      await expect.poll(() => shown.slice(seen), { timeout: 60_000, interval: 100 }).toMatch(pattern);
      seen = shown.length;
    },
    end(): typeof ended {
      child.kill('SIGINT');
      return ended;
    },
  };
}

/** Retention for production: two builds, however young. Its target is the last one in both templates. */
function keepTwoBuilds(project: string): void {
  appendFileSync(join(project, 'profiles.yml'), '      publish: {keep: {days: 0, builds: 2}}\n');
}

/** One run as the night does it: the line of the systemd service where the template has one, else the README's, with next to no environment. */
function night(project: string, name: string, template: string): Promise<ProgramResult> {
  const bare = ['/usr/bin/env', '-i', `HOME=${canary.folder}`, 'PATH=/usr/bin:/bin'];
  const bin = join(canary.folder, 'node_modules/.bin/eider');
  if (template !== 'lakehouse') {
    return canary.run([...bare, process.execPath, bin, '--quiet', 'build', '--target', 'prod'], { cwd: project });
  }
  const unit = readFileSync(join(project, `schedule/${name}-nightly.service`), 'utf8');
  const setting = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] ?? '';
  const command = setting('ExecStart').split(' ');
  expect(command).toContain(bin);
  return canary.run([...bare, ...command], { cwd: setting('WorkingDirectory') });
}
