import { quoteName, quoteText } from '../session/quote.ts';
import { type EiderTable, eiderTables, type Row, type Value } from './eider-tables.ts';

/** Statements that make the schema `eider` with its tables, in the database in use. */
export function createEiderTables(): string {
  const tables = Object.entries(eiderTables).map(
    ([name, { columns }]) => `CREATE TABLE "eider".${quoteName(name)} (${columns});`,
  );
  return `CREATE SCHEMA "eider"; ${tables.join(' ')}`;
}

/** A statement that takes away the rows of the given nodes, tests or entries; empty where there are none. */
export function deleteRows(table: EiderTable, values: readonly string[]): string {
  if (values.length === 0) return '';
  const key = quoteName(eiderTables[table].key);
  return `DELETE FROM "eider".${quoteName(table)} WHERE ${key} IN (SELECT unnest(from_json(${jsonText(values)}, '["VARCHAR"]')));`;
}

/** A statement that adds rows; empty where there are none. Rows as columns of JSON: a tenth of what VALUES costs DuckDB to parse and bind. */
export function insertRows(table: EiderTable, rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const columns = eiderTables[table].columns.split(', ').map((text) => text.replaceAll('"', '').split(' '));
  const values = columns.map((_, i) => rows.map((row) => jsonValue(row[i] ?? null)));
  const shape = columns.map(([, type = ''], i) => [`c${i}`, [type]]);
  const data = Object.fromEntries(values.map((column, i) => [`c${i}`, column]));
  const list = columns.map((_, i) => `unnest(j.c${i})`).join(', ');
  const json = `from_json(${jsonText(data)}, ${jsonText(Object.fromEntries(shape))})`;
  return `INSERT INTO "eider".${quoteName(table)} SELECT ${list} FROM (SELECT ${json} AS j);`;
}

/** A list as `eider`'s tables hold it. */
export function listText(values: readonly string[]): string {
  return values.join(', ');
}

function jsonValue(value: Value): string | number | boolean | null {
  if (typeof value === 'string') return plainText(value);
  return typeof value === 'object' && value !== null ? plainText(listText(value)) : value;
}

/** DuckDB's text has no NUL, and its JSON no halves of surrogate pairs. */
function plainText(text: string): string {
  return text.replace(/[\0\p{Surrogate}]/gu, '');
}

function jsonText(value: unknown): string {
  return quoteText(JSON.stringify(value));
}
