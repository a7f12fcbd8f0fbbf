import { EiderError, error, type ManifestNode } from '@eider/core';
import { quoteName } from '../session/quote.ts';
import { relationOf } from '../session/relation.ts';
import type { Connection } from '../session/session.ts';

interface IndexConfig {
  readonly columns: readonly string[];
  readonly unique?: boolean;
}

/**
 * dbt-duckdb's `indexes: [{columns, unique}]`. Their names are numbered: those of a schema must differ, and two may be over the same columns.
 * Throws EiderError `config/invalid` in dbt's words for one that is written otherwise.
 */
export async function createIndexes(connection: Connection, node: ManifestNode): Promise<void> {
  const indexes = (node.config.indexes ?? []) as readonly unknown[];
  for (const [at, index] of indexes.entries()) {
    const { columns, unique } = indexConfig(index, node);
    const name = quoteName(`idx_${node.alias}_${at + 1}`);
    const list = columns.map(quoteName).join(', ');
    await connection.query(`CREATE ${unique === true ? 'UNIQUE ' : ''}INDEX ${name} ON ${relationOf(node)} (${list})`);
  }
}

function indexConfig(index: unknown, { unique_id: id }: ManifestNode): IndexConfig {
  const fault = faultOf(index);
  if (fault === undefined) return index as IndexConfig;
  const hint = 'An index is written {columns: [a, b], unique: true}.';
  throw new EiderError([error('config/invalid', `Could not parse index config: ${fault}`, { node: id, hint })]);
}

function faultOf(index: unknown): string | undefined {
  if (typeof index !== 'object' || index === null || Array.isArray(index))
    return `at path []: ${shown(index)} is not of type 'object'`;
  const { columns, unique, ...others } = index as Readonly<Record<string, unknown>>;
  const [other] = Object.keys(others);
  if (other !== undefined) return `at path []: Additional properties are not allowed ('${other}' was unexpected)`;
  if (columns === undefined) return "at path []: 'columns' is a required property";
  if (!Array.isArray(columns)) return `at path ['columns']: ${shown(columns)} is not of type 'array'`;
  const at = columns.findIndex((column) => typeof column !== 'string');
  if (at >= 0) return `at path ['columns'][${at}]: ${shown(columns[at])} is not of type 'string'`;
  const isFlag = unique === undefined || typeof unique === 'boolean';
  return isFlag ? undefined : `at path ['unique']: ${shown(unique)} is not of type 'boolean'`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}
