// Makes a clone ready: dependencies where they are missing or stale, then the build. Node's own modules only.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Installs what package-lock.json names and node_modules lacks, and builds what changed. */
export async function prepare() {
  // Not `npm ci`: it refuses a lockfile that lacks the optional packages of other systems.
  if (isStale()) step('install', npm(), ['install', '--no-audit', '--no-fund']);
  await build();
}

/** Compiles what changed and puts the program together. */
export async function build() {
  step('build', process.execPath, [tool('typescript', 'tsc'), '-b']);
  // Needs packages that a fresh clone has only now.
  const { bundleClone } = await import('./bundle-clone.mjs');
  const { keepLibrary } = await import('./library.mjs');
  await keepLibrary(root);
  await bundleClone(root);
}

/** Runs one step in the repository; a failing one ends the process with its code. */
export function step(title, command, args, options = {}) {
  console.log(`\n> ${title}`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error !== undefined) console.error(`${title}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** The script of a tool in node_modules, to be run with this node. */
export function tool(packageName, bin) {
  const folder = join(root, 'node_modules', packageName);
  const { bin: bins } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bins === 'string' ? bins : bins[bin]);
}

function isStale() {
  const installed = readLock(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return true;
  const wanted = readLock(join(root, 'package-lock.json')) ?? {};
  return Object.entries(wanted).some(([path, { version, optional, link }]) => {
    if (!path.startsWith('node_modules/')) return false;
    if (link === true) return !existsSync(join(root, path));
    const found = installed[path];
    // Packages for other systems are never there.
    return found === undefined ? optional !== true : found.version !== version;
  });
}

function readLock(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

function npm() {
  return process.platform === 'win32' ? 'npm.cmd' : 'npm';
}
