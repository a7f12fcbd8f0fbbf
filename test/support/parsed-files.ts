import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Diagnostic } from '../../packages/core/src/diagnostics.ts';
import { type ParsedProject, parseProject } from '../../packages/core/src/parse/parse-project.ts';
import { readProject } from '../../packages/core/src/project/read-project.ts';

/** What a project is read with. */
export interface ReadWith {
  readonly env?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, unknown>>;
}

/** Writes a project of these files into a folder, with a dbt_project.yml and a profile where they have none, and parses it. Throws what keeps it from being read. */
export async function parseFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
  readWith: ReadWith = {},
): Promise<ParsedProject> {
  return (await readAndParse(folder, files, readWith)).parsed;
}

/** The same with all that is found, while files are read too. */
export async function readAndParse(
  folder: string,
  files: Readonly<Record<string, string>>,
  { env = {}, vars = {} }: ReadWith = {},
): Promise<{ readonly parsed: ParsedProject; readonly found: readonly Diagnostic[] }> {
  const all = {
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: dev}}}\n',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const { diagnostics, project } = await readProject({ projectDir: folder, env, vars });
  if (project === null) throw new Error(diagnostics.map((one) => one.message).join('\n'));
  const parsed = parseProject(project, { startedAt: new Date('2026-01-02T03:04:05Z') });
  return { parsed, found: [...diagnostics, ...parsed.diagnostics] };
}
