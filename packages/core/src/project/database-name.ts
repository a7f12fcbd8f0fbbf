import { type Diagnostic, error } from '../diagnostics.ts';
import type { Located } from './located.ts';
import { isMapping } from './read-yaml.ts';

type Values = Readonly<Record<string, unknown>>;

/** The database's name by dbt-duckdb's rule: the `database` key, else derived from `path`. */
export function databaseOf(values: Values): string {
  return typeof values.database === 'string' ? values.database : databaseFromPath(values.path);
}

/**
 * The name that DuckDB gives the database of a path: the file's name up to its first dot (`data/my.db.duckdb` → `my`, `.hidden.duckdb` → `hidden`),
 * `memory` for `:memory:`, the name behind `md:` (else `my_db`) and behind `ducklake:`. Empty where the path has none.
 */
export function databaseFromPath(path: unknown): string {
  if (path === undefined || path === null || path === ':memory:') return 'memory';
  const [, scheme = '', rest = ''] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(.*)$/s.exec(String(path)) ?? [];
  const file = (
    rest
      .replace(/^\/\/[^/]*/, '')
      .replace(/[?#].*$/s, '')
      .split('/')
      .at(-1) ?? ''
  ).trim();
  const kind = scheme.toLowerCase();
  if (kind === 'md' || kind === 'motherduck') return withoutExtension(file) || 'my_db';
  if (kind === 'ducklake') return withoutExtension(file.replace(/^[a-z0-9+.-]+:/i, ''));
  return file.replace(/^\.+/, '').split('.')[0] ?? '';
}

function withoutExtension(file: string): string {
  return file.replace(/(?<=.)\.[^.]*$/, '');
}

/** dbt-duckdb refuses a `database` that is neither the path's own name nor the alias of an attached database. */
export function databaseProblem(values: Values, output: Located): Diagnostic | undefined {
  const derived = databaseFromPath(values.path);
  const given = values.database;
  if (derived === '') {
    const hint = 'Name a file, such as `path: warehouse.duckdb`.';
    return error('profile/invalid', 'The path names no file, so the database has no name.', {
      place: output.get('path')?.place ?? output.place,
      hint,
    });
  }
  if (typeof given !== 'string' || given === derived) return undefined;
  const attached: readonly unknown[] = Array.isArray(values.attach) ? values.attach : [];
  if (attached.some((one) => isMapping(one) && one.alias === given)) return undefined;
  const message = `"database" is "${given}", but DuckDB names the database of this path "${derived}".`;
  const hint = `Remove "database", set it to "${derived}", or rename the file. It may also be the alias of an attached database.`;
  return error('profile/invalid', message, { place: output.get('database')?.place ?? output.place, hint });
}
