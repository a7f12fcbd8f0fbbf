// Keeps what the macros of dbt's library say, so that no project has to parse them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Writes `dist/library.json` of core, which is compiled. `root`: the repository. */
export async function keepLibrary(root) {
  const compiled = (path) => import(pathToFileURL(join(root, 'packages/core/dist', path)).href);
  const { createParseCache, parseProject, readProject } = await compiled('index.js');
  const { saveLibraryMacros } = await compiled('saved/library-macros.js');
  const folder = mkdtempSync(join(tmpdir(), 'eider-library-'));
  try {
    writeFileSync(join(folder, 'dbt_project.yml'), 'name: none\nprofile: none\n');
    writeFileSync(join(folder, 'profiles.yml'), 'none: {target: dev, outputs: {dev: {type: duckdb}}}\n');
    const cache = createParseCache();
    const { project, diagnostics } = await readProject({ projectDir: folder, profilesDir: folder, env: {}, cache });
    if (project === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
    parseProject(project, { startedAt: new Date(0), cache });
    await saveLibraryMacros(cache);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
