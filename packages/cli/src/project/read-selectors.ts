import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Diagnostic,
  type Project,
  parseSelectorsFile,
  readYamlMapping,
  standingAt,
  strangeFile,
  valueRenderer,
} from '@eider/core';

/** The selectors of a project's `selectors.yml`, rendered as dbt renders dbt_project.yml: `var` of the command line, `env_var`, `target`. None where there is no such file. */
export async function readSelectors(
  { cliVars, root: folder, target }: Project,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ReturnType<typeof parseSelectorsFile>> {
  const bytes = await readFile(join(folder, 'selectors.yml')).catch(() => null);
  if (bytes === null) return { selectors: {}, records: {}, diagnostics: [] };
  const strange = strangeFile(bytes, 'selectors.yml');
  if (strange !== null) return { selectors: {}, records: {}, diagnostics: [strange] };
  const { root, diagnostics } = readYamlMapping(bytes.toString('utf8'), 'selectors.yml');
  if (root === null) return { selectors: {}, records: {}, diagnostics };
  const found: Diagnostic[] = [...diagnostics];
  const renderer = valueRenderer({ env, cliVars, target: target.raw });
  const rendered = renderer.render(root, (finding) => found.push(finding));
  if (found.some(({ severity }) => severity === 'error')) return { selectors: {}, records: {}, diagnostics: found };
  const read = parseSelectorsFile(standingAt(root, rendered));
  return { ...read, diagnostics: [...found, ...read.diagnostics] };
}
