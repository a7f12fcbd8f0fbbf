import type { ManifestNode } from '@eider/core';
import { quoteName } from '../session/quote.ts';
import { relationOf } from '../session/relation.ts';
import type { Connection } from '../session/session.ts';

interface IndexConfig {
  readonly columns?: readonly string[];
  readonly unique?: boolean;
}

/** dbt-duckdb's `indexes: [{columns, unique}]`. */
export async function createIndexes(connection: Connection, node: ManifestNode): Promise<void> {
  for (const { columns = [], unique } of (node.config.indexes ?? []) as readonly IndexConfig[]) {
    const name = quoteName(['idx', node.alias, ...columns].join('_'));
    const list = columns.map(quoteName).join(', ');
    await connection.query(`CREATE ${unique === true ? 'UNIQUE ' : ''}INDEX ${name} ON ${relationOf(node)} (${list})`);
  }
}
