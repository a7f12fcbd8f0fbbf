import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../support/eider.ts';
import { type ProgramOptions, type ProgramResult, runProgram } from '../support/run-program.ts';

/** eider as a stranger has it: packed by `npm pack`, installed by `npm install`, in a folder that knows nothing of the repository. */
export interface Installation {
  readonly folder: string;
  /** Each package's folder in node_modules, by its folder in the repository. */
  readonly packages: Readonly<Record<string, string>>;
  run(command: readonly string[], options?: ProgramOptions): Promise<ProgramResult>;
}

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Packs every package and installs the tarballs in an empty folder. Throws where one of npm's steps fails. */
export async function install(folder: string): Promise<Installation> {
  const tarballs = join(folder, 'tarballs');
  mkdirSync(tarballs);
  const names: Record<string, string> = {};
  for (const name of ['store', 'delta', 'core', 'engine', 'cli']) {
    const source = join(repository, 'packages', name);
    await must([npm, 'pack', '--silent', '--pack-destination', tarballs], { cwd: source, env: clean });
    names[name] = nameOf(source);
  }
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const files = readdirSync(tarballs).map((file) => join(tarballs, file));
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund'];
  // No package may need an install script.
  await must([npm, 'install', '--ignore-scripts', ...quiet, ...files], { cwd: folder, env: clean });
  const packages = Object.fromEntries(
    Object.entries(names).map(([name, installed]) => [name, join(folder, 'node_modules', installed)]),
  );
  const run = (command: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> =>
    runProgram(command, { cwd: folder, ...options, env: { ...clean, ...options.env } });
  return { folder, packages, run };
}

/** The environment without what npm and the test runner put into it. npm keeps its opinions on this user's settings to itself. */
const clean: Readonly<Record<string, string | undefined>> = {
  ...Object.fromEntries(
    Object.keys(process.env)
      .filter((name) =>
        /^(npm_(?!config_)|npm_config_(local|global)_prefix|NODE_|VITEST|DBT_|INIT_CWD|CI$|LANDING_ROOT|LAKE_ROOT)/i.test(
          name,
        ),
      )
      .map((name) => [name, undefined]),
  ),
  npm_config_loglevel: 'error',
};

async function must(command: readonly string[], options: ProgramOptions): Promise<void> {
  const { exitCode, stdout, stderr } = await runProgram(command, options);
  if (exitCode !== 0) throw new Error(`${command.join(' ')} ended with ${exitCode}\n${stdout}${stderr}`);
}

function nameOf(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly name: string }).name;
}

/** Every file below a folder, with `/`, sorted. */
export function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
