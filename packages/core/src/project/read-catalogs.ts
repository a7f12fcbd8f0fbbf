import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Diagnostic, error } from '../diagnostics.ts';
import { isMapping } from './read-yaml.ts';
import { readFilled } from './reading.ts';

const name = 'catalogs.yml';
const hint = 'Name the catalog under `attach:` of the target in profiles.yml, and remove it here.';

/** Reads `catalogs.yml`, in which dbt names the catalogs that adapters write to: DuckDB's adapter has none, so that each entry is refused, as dbt refuses it. */
export async function readCatalogs(root: string, report: (finding: Diagnostic) => void): Promise<void> {
  const text = await readFile(join(root, name), 'utf8').catch(() => null);
  if (text === null) return;
  const empty = { code: 'project/invalid-value', hint: 'Remove it.' } as const;
  const catalogs = readFilled(text, name, empty, report)?.get('catalogs');
  if (catalogs === undefined) return;
  if (!Array.isArray(catalogs.value)) {
    report(error('project/invalid-value', `"catalogs" in ${name} has to be a list.`, { place: catalogs.place, hint }));
    return;
  }
  for (const [, { place, value }] of catalogs.entries()) {
    const called = isMapping(value) && typeof value.name === 'string' ? `The catalog "${value.name}"` : 'A catalog';
    const message = `${called} cannot be used: dbt-duckdb has no catalog integrations.`;
    report(error('project/unsupported', message, { place, hint }));
  }
}
