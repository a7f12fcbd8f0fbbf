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
export function deleteRows(table: EiderTable, values: readonly (string | number)[]): string {
  if (values.length === 0) return '';
  const list = values.map(sqlValue).join(', ');
  return `DELETE FROM "eider".${quoteName(table)} WHERE ${quoteName(eiderTables[table].key)} IN (${list});`;
}

/** Statements that add rows; empty where there are none. */
export function insertRows(table: EiderTable, rows: readonly Row[]): string {
  const statements: string[] = [];
  for (let i = 0; i < rows.length; i += 2000) {
    const values = rows.slice(i, i + 2000).map((row) => `(${row.map(sqlValue).join(', ')})`);
    statements.push(`INSERT INTO "eider".${quoteName(table)} VALUES ${values.join(', ')};`);
  }
  return statements.join(' ');
}

/** A list as `eider`'s tables hold it. */
export function listText(values: readonly string[]): string {
  return values.join(', ');
}

function sqlValue(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return quoteText(value.replaceAll('\0', ''));
  if (typeof value === 'object') return quoteText(listText(value));
  return String(value);
}
