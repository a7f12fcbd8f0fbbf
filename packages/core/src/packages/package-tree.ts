import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Diagnostic, EiderError, error } from '../diagnostics.ts';
import type { PackageSpec } from '../project/package-specs.ts';
import { wantedPackages } from '../project/packages.ts';
import { readYamlMapping } from '../project/read-yaml.ts';
import type { ValueRenderer } from '../project/render-values.ts';

/** What a package says of itself. */
export interface PackageFacts {
  readonly name: string;
  readonly specs: readonly PackageSpec[];
}

/**
 * Reads the name and the wishes of a package that lies in `folder`. Throws EiderError where it is no project. Findings about its own files go to `report`;
 * they name the file with `label` in front.
 */
export async function readPackageFacts(
  folder: string,
  label: string,
  renderer: ValueRenderer,
  report: (finding: Diagnostic) => void,
): Promise<PackageFacts> {
  const name = await projectNameIn(folder, label);
  const { specs } = await wantedPackages(folder, renderer, report, { of: label, rendersAll: true });
  return { name, specs };
}

/** The name in the dbt_project.yml of a package. Throws EiderError where there is none that a folder may have. */
export async function projectNameIn(folder: string, label: string): Promise<string> {
  const text = await readFile(join(folder, 'dbt_project.yml'), 'utf8').catch(() => null);
  if (text === null) {
    const hint = 'Correct the path, from the project on; `subdirectory:` names a folder inside a repository.';
    throw new EiderError([error('package/not-found', `There is no dbt_project.yml in ${label}.`, { hint })]);
  }
  const { root, diagnostics } = readYamlMapping(text, `${label}: dbt_project.yml`);
  const broken = diagnostics.filter((one) => one.severity === 'error');
  if (broken.length > 0) throw new EiderError(broken);
  return checkedName(root?.get('name')?.value, label);
}

/** A name that is safe as a folder's; anything else is refused, for the folder would lie elsewhere. */
export function checkedName(name: unknown, label: string): string {
  if (typeof name === 'string' && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) return name;
  const said = typeof name === 'string' ? `"${name}"` : 'nothing';
  const hint = 'Names of projects consist of letters, digits and underscores.';
  throw new EiderError([error('package/invalid', `${label} calls its project ${said}, which is no name.`, { hint })]);
}
