import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProject } from '../../packages/core/src/project/read-project.ts';
import { dbtNames } from './dbt-names.ts';

/** A key of dbt_project.yml, or of an entry of a property file, and whether eider knows it there. */
export interface EntryKey {
  /** `dbt_project.yml`, `models`, `models.columns`. */
  readonly of: string;
  readonly key: string;
  readonly isKnown: boolean;
}

/** Every key that dbt has, tried in one project: each entry has all of its keys, and what is not known is told. */
export async function entryKeys(folder: string): Promise<readonly EntryKey[]> {
  const kinds = Object.entries(dbtNames.propertyKeys).map(([of, keys]) => ({ of, keys: keys.split(', ') }));
  const found: EntryKey[] = [];
  for (const { keys, of } of [{ of: 'dbt_project.yml', keys: dbtNames.projectKeys }, ...kinds]) {
    const unknown = await unknownKeys(join(folder, of), of, keys);
    found.push(...keys.map((key) => ({ of, key, isKnown: !unknown.has(key) })));
  }
  return found;
}

async function unknownKeys(folder: string, of: string, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const nothing = Object.fromEntries(keys.map((key) => [key, null]));
  const [kind = '', inner] = of.split('.');
  const isProject = of === 'dbt_project.yml';
  const entry = inner === undefined ? { ...nothing, name: 'a' } : { name: 'a', [inner]: [{ ...nothing, name: 'b' }] };
  const text = JSON.stringify(isProject ? { ...nothing, name: 'shop', profile: 'shop' } : { [kind]: [entry] });
  const files = {
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
    [isProject ? of : 'models/s.yml']: text,
  };
  mkdirSync(join(folder, 'models'), { recursive: true });
  for (const [path, contents] of Object.entries(files)) writeFileSync(join(folder, path), contents);
  const { diagnostics } = await readProject({ projectDir: folder, env: {}, vars: {} });
  const told = diagnostics.filter(({ code }) => code === 'project/unknown-key');
  return new Set(keys.filter((key) => told.some(({ message }) => message.includes(`"${key}"`))));
}
