import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { inRepository } from '../source-files.ts';

/** A small project, a command line, and what dbt counts of each deprecation in its summary. */
export interface DeprecationCase {
  readonly case: string;
  /** Over the base project, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Default: `parse` alone. */
  readonly commands?: readonly (readonly string[])[];
  readonly env?: Readonly<Record<string, string>>;
  /** Of the last command; default: 0. */
  readonly exit?: 0 | 2;
  readonly events: Readonly<Record<string, number>>;
}

/** The table of `test/deprecations/cases.yml`. */
export const deprecationCases: readonly DeprecationCase[] = parse(
  readFileSync(inRepository('test/deprecations/cases.yml'), 'utf8'),
  { merge: true },
) as readonly DeprecationCase[];

const base = {
  'dbt_project.yml': 'name: shop\nprofile: shop\n',
  'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
  'models/orders.sql': "select 1 as id, cast('2024-01-01' as date) as day\n",
};

/** Writes the project of a case. */
export function writeCase(folder: string, { files = {} }: DeprecationCase): void {
  for (const [path, text] of Object.entries({ ...base, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** The command lines of a case; each is run in its folder. */
export function commandsOf({ commands = [['parse']] }: DeprecationCase): readonly (readonly string[])[] {
  return commands;
}
