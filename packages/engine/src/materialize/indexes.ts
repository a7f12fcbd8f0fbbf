import type { ManifestNode } from '@eider/core';
import { quoteName } from '../session/quote.ts';
import { relationOf } from '../session/relation.ts';
import type { Connection } from '../session/session.ts';

interface IndexConfig {
  readonly columns?: readonly string[];
  readonly unique?: boolean;
}

/** dbt-duckdb's `indexes: [{columns, unique}]`. Their names are numbered: those of a schema must differ, and two may be over the same columns. */
export async function createIndexes(connection: Connection, node: ManifestNode): Promise<void> {
  const indexes = (node.config.indexes ?? []) as readonly IndexConfig[];
  for (const [at, { columns = [], unique }] of indexes.entries()) {
    const name = quoteName(`idx_${node.alias}_${at + 1}`);
    const list = columns.map(quoteName).join(', ');
    await connection.query(`CREATE ${unique === true ? 'UNIQUE ' : ''}INDEX ${name} ON ${relationOf(node)} (${list})`);
  }
}
