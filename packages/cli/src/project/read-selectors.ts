import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Diagnostic,
  type Project,
  parseSelectorsFile,
  readYamlMapping,
  standingAt,
  valueRenderer,
} from '@eider/core';

/** The selectors of a project's `selectors.yml`, rendered as dbt renders dbt_project.yml: `var` of the command line, `env_var`, `target`. None where there is no such file. */
export async function readSelectors(
  { cliVars, root: folder, target }: Project,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ReturnType<typeof parseSelectorsFile>> {
  const text = await readFile(join(folder, 'selectors.yml'), 'utf8').catch(() => null);
  if (text === null) return { selectors: {}, records: {}, diagnostics: [] };
  const { root, diagnostics } = readYamlMapping(text, 'selectors.yml');
  if (root === null) return { selectors: {}, records: {}, diagnostics };
  const found: Diagnostic[] = [...diagnostics];
  const renderer = valueRenderer({ env, cliVars, target: target.raw });
  const rendered = renderer.render(root, (finding) => found.push(finding));
  if (found.some(({ severity }) => severity === 'error')) return { selectors: {}, records: {}, diagnostics: found };
  const read = parseSelectorsFile(standingAt(root, rendered));
  return { ...read, diagnostics: [...found, ...read.diagnostics] };
}
