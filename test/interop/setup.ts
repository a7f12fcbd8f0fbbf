import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, environments, extensions, pythonOf } from './peers.ts';

// Installs the peers into test/interop/.cache. Safe to run again: what is complete stays.

function run(program: string, ...parameters: readonly string[]): void {
  execFileSync(program, parameters, { stdio: ['ignore', 'inherit', 'inherit'] });
}

function makeEnvironment(name: string, requirements: readonly string[]): void {
  const folder = join(cacheFolder, name);
  const complete = join(folder, 'complete');
  const wanted = `${requirements.join('\n')}\n`;
  if (existsSync(complete) && readFileSync(complete, 'utf8') === wanted) return;
  process.stdout.write(`Making ${name}: ${requirements.join(' ')}\n`);
  rmSync(folder, { recursive: true, force: true });
  run(process.env.PYTHON ?? 'python3', '-m', 'venv', folder);
  run(pythonOf(name), '-m', 'pip', 'install', '--quiet', ...requirements);
  writeFileSync(complete, wanted);
}

function textOf(python: string, code: string): string {
  return execFileSync(python, ['-c', code], { encoding: 'utf8' }).trim();
}

/** DuckDB's extensions as files: the wheels on PyPI hold the same signed binaries as DuckDB's own repository. */
function placeExtensions(): void {
  const python = pythonOf('dbt');
  const version = textOf(python, 'import duckdb; print(duckdb.__version__)');
  const platform = textOf(python, "import duckdb; print(duckdb.sql('pragma platform').fetchone()[0])");
  const folder = join(cacheFolder, 'home', '.duckdb', 'extensions', `v${version}`, platform);
  mkdirSync(folder, { recursive: true });
  for (const name of extensions) placeExtension(python, name, version, folder);
  // `INSTALL` of a built-in extension asks the network unless a file of that name is there; `LOAD` never opens it.
  for (const name of ['parquet', 'json']) writeFileSync(join(folder, `${name}.duckdb_extension`), '');
}

function placeExtension(python: string, name: string, version: string, folder: string): void {
  const file = join(folder, `${name}.duckdb_extension`);
  if (existsSync(file)) return;
  const wheels = join(cacheFolder, 'wheels', name);
  run(
    python,
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-deps',
    '--target',
    wheels,
    `duckdb-extension-${name}==${version}`,
  );
  const found = readdirSync(wheels, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith(`${name}.duckdb_extension`),
  );
  if (found === undefined) throw new Error(`The package duckdb-extension-${name} holds no ${name}.duckdb_extension`);
  cpSync(join(wheels, found), file);
}

mkdirSync(cacheFolder, { recursive: true });
for (const [name, requirements] of Object.entries(environments)) makeEnvironment(name, requirements);
placeExtensions();
process.stdout.write('The peers are ready.\n');
