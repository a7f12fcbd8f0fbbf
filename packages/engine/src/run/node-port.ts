import { type DatabasePort, isCumulative, isExternal, type ManifestNode } from '@eider/core';
import type { Generation } from '../lake/generation.ts';
import { rowsBefore } from '../materialize/external-target.ts';
import { databasePort } from '../session/database-port.ts';
import { isNamed } from '../session/relation.ts';
import type { Connection } from '../session/session.ts';

/**
 * What a node's templates ask of the database. An incremental model or a snapshot whose rows are in files hears that its own relation is a table where there are rows to go
 * on from, which is what `is_incremental()` asks; else a view, whatever it is.
 */
export function nodePort(node: ManifestNode, head: Generation | undefined, connection: Connection): DatabasePort {
  const port = databasePort(connection);
  if (!isCumulative(node) || !isExternal(node)) return port;
  const type = rowsBefore(node, head) === undefined ? 'view' : 'table';
  return {
    ...port,
    relation: async (name) => {
      const found = await port.relation(name);
      return found !== null && isNamed(node, name) ? { type } : found;
    },
  };
}
