// Puts the compiled program of a clone together, for `npm run build`: the tests start it a thousand times, and node takes longer to find its modules than
// to run them. What the compiler writes stays as it is; bin/eider.cjs takes the bundle while nothing was compiled since.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { rolldown } from 'rolldown';

/** What stays apart: native code, and what only few commands load. */
const external = /^(?:node:|@duckdb\/|@clack\/|chokidar|modern-tar|undici)/;

/** Makes `packages/cli/bundle` anew. `root`: the repository. */
export async function bundleClone(root) {
  const cli = join(root, 'packages/cli');
  const [made, draft, old] = ['bundle', `bundle.${process.pid}`, `bundle.${process.pid}.old`].map((name) =>
    join(cli, name),
  );
  const build = await rolldown({
    input: { main: join(cli, 'dist/main.js') },
    platform: 'node',
    external,
    plugins: [ownPlaces(join(cli, 'bundle')), importsLater],
    onLog: (level, log, report) => {
      // nunjucks looks for its optional watcher.
      if (log.code !== 'UNRESOLVED_IMPORT' || log.id?.includes('nunjucks') !== true) report(level, log);
    },
  });
  mkdirSync(draft, { recursive: true });
  await build.write({ dir: draft, format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' });
  await build.close();
  cpSync(join(root, '.ci/bundle-loader.cjs'), join(draft, 'load.cjs'));
  rmSync(old, { recursive: true, force: true });
  try {
    renameSync(made, old);
  } catch (failure) {
    if (failure.code !== 'ENOENT') throw failure;
  }
  renameSync(draft, made);
  rmSync(old, { recursive: true, force: true });
  keepCode(root);
}

/** Makes a project and runs the commonest commands in it, so that V8's code for what they run stands beside the bundle; each adds to what those before it kept. */
function keepCode(root) {
  const [bundle, bin] = [join(root, 'packages/cli/bundle/load.cjs'), join(root, 'packages/cli/bin/eider.cjs')];
  const program = `process.on('exit', require(${JSON.stringify(bundle)}).keepCode); require(${JSON.stringify(bin)})`;
  const folder = mkdtempSync(join(tmpdir(), 'eider-code-'));
  const run = (cwd, ...words) => spawnSync(process.execPath, ['-e', program, '--', 'eider', ...words], { cwd });
  try {
    run(folder, 'init', 'shop', '--template', 'lakehouse');
    for (const command of ['parse', 'build', 'compile', 'ls', 'parse']) {
      const { status, stdout } = run(join(folder, 'shop'), command);
      // Without it the program is slower, and else the same.
      if (status !== 0) console.warn(`No code is kept of eider ${command}:\n${stdout}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a command loads late goes through the loader: see there. */
const importsLater = {
  name: 'imports-later',
  renderChunk: (code) => code.replaceAll(/(?<![\w$.])import\(/g, 'importLater('),
};

/** Modules of ours that ask where they are get the answer that they would get in their own folder. */
function ownPlaces(bundle) {
  return {
    name: 'own-places',
    transform(code, id) {
      if (!code.includes('import.meta.url') || id.includes('node_modules')) return null;
      const way = relative(bundle, dirname(id)).split(sep).join('/');
      const name = id.slice(id.lastIndexOf(sep) + 1);
      return code.replaceAll('import.meta.url', `new URL(${JSON.stringify(`${way}/${name}`)}, import.meta.url).href`);
    },
  };
}
