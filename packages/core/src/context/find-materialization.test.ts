import { expect, test } from 'vitest';
import { findMaterialization } from './find-materialization.ts';
import type { Macro, MacroLibrary } from './macro-library.ts';

// dbt's order: for DuckDB before default; the project before packages before dbt's own; packages over dbt's own only where they are let.

function library(macros: Readonly<Record<string, readonly string[]>>): MacroLibrary {
  const byPackage = new Map(
    Object.entries({ dbt: ['view_default'], dbt_duckdb: ['table_duckdb'], ...macros }).map(([owner, names]) => [
      owner,
      new Map(names.map((name) => [`materialization_${name}`, { node: { package_name: owner, name } } as Macro])),
    ]),
  );
  return { rootPackage: 'shop', byId: new Map(), byPackage };
}

function found(macros: Readonly<Record<string, readonly string[]>>, name: string, implicit = false): string {
  const one = findMaterialization(library(macros), name, implicit);
  if (one === undefined) return 'none';
  return `${one.macro?.node.package_name ?? 'engine'}.${one.macro?.node.name ?? name}${one.isOwn ? '' : ', of dbt'}`;
}

test.each([
  ['nothing', {}, 'kept', 'none'],
  ["dbt's own, as a macro or not", {}, 'table', 'dbt_duckdb.table_duckdb, of dbt'],
  ["dbt's own that is no macro", {}, 'seed', 'engine.seed, of dbt'],
  ["the project's", { shop: ['kept_default'] }, 'kept', 'shop.kept_default'],
  [
    "the project's before a package's",
    { shop: ['kept_default'], tools: ['kept_default'] },
    'kept',
    'shop.kept_default',
  ],
  [
    'one for DuckDB before a default one, whoever has it',
    { shop: ['kept_default'], tools: ['kept_duckdb'] },
    'kept',
    'tools.kept_duckdb',
  ],
  ["a default one over dbt's default", { shop: ['view_default'] }, 'view', 'shop.view_default'],
  ["not a default one over dbt-duckdb's", { shop: ['table_default'] }, 'table', 'dbt_duckdb.table_duckdb, of dbt'],
  ["the project's for DuckDB over dbt-duckdb's", { shop: ['table_duckdb'] }, 'table', 'shop.table_duckdb'],
  ["not a package's over dbt's", { tools: ['view_default'] }, 'view', 'dbt.view_default, of dbt'],
  [
    "not a package's over dbt's, but the project's",
    { tools: ['view_duckdb'], shop: ['view_default'] },
    'view',
    'shop.view_default',
  ],
  ['of several packages the last', { a: ['kept_default'], b: ['kept_default'] }, 'kept', 'b.kept_default'],
])('%s', (_, macros, name, expected) => {
  expect(found(macros, name)).toBe(expected);
});

test("a package's own counts for a name of dbt's where the flag lets it", () => {
  expect(found({ tools: ['view_default'] }, 'view', true)).toBe('tools.view_default');
});
