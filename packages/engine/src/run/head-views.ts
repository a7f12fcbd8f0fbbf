import { type Compiler, EiderError, error, type ManifestNode } from '@eider/core';
import type { Generation } from '../lake/generation.ts';
import { dataParents } from '../materialize/data-parents.ts';
import { generationQuery } from '../materialize/generation-query.ts';
import { queryInDatabase } from '../materialize/query-in-database.ts';
import { quoteRelation } from '../session/quote.ts';
import { relationOf, replaceView } from '../session/relation.ts';
import { type Connection, SqlError } from '../session/session.ts';

/** Generations of nodes as views of a DuckDB, made when they are asked for. */
export interface HeadViews {
  /** The nodes that have a generation. */
  readonly ids: readonly string[];
  /** A node's generation, if it has one. */
  generationOf(id: string): Promise<Generation | undefined>;
  /** Makes views over the generations of these nodes, and of what those read that are SQL themselves. Nodes without one are passed over. */
  show(ids: readonly string[]): Promise<void>;
}

interface Generations {
  readonly ids: readonly string[];
  readonly generationOf: (id: string) => Promise<Generation | undefined>;
}

/** Views over generations, on a connection that nobody else uses while they are made. */
export function headViews(compiler: Compiler, connection: Connection, given: Generations): HeadViews {
  const { graph, manifest } = compiler;
  const known = new Map<string, Promise<Generation | undefined>>();
  const generationOf = (id: string): Promise<Generation | undefined> => {
    const found = known.get(id) ?? given.generationOf(id);
    known.set(id, found);
    return found;
  };
  const schemas = new Set<string>();
  const shown = new Set<string>();
  /** A view that is published as SQL reads others. */
  const closure = async (ids: readonly string[]): Promise<ReadonlySet<string>> => {
    const found = new Set<string>();
    const left = ids.filter((id) => !shown.has(id));
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      if (found.has(id)) continue;
      found.add(id);
      if ((await generationOf(id))?.kind === 'sql') left.push(...dataParents(manifest, id));
    }
    return found;
  };
  const make = async (id: string): Promise<void> => {
    const node = manifest.nodes[id];
    const generation = node === undefined || shown.has(id) ? undefined : await generationOf(id);
    if (node === undefined || generation === undefined) return;
    const schema = quoteRelation({ database: node.database, identifier: node.schema });
    if (!schemas.has(schema)) await connection.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    schemas.add(schema);
    const query =
      generation.kind === 'files'
        ? generationQuery(generation)
        : await queryInDatabase({ compiler, connection }, generation);
    await replaceView(connection, relationOf(node), query).catch((cause: unknown) => filesLost(cause, node));
    shown.add(id);
  };
  let last: Promise<void> = Promise.resolve();
  return {
    ids: given.ids,
    generationOf,
    show: (ids) => {
      // One after the other: two statements that make a schema at the same time conflict.
      last = last.then(async () => {
        // Parents first.
        for (const id of graph.order([...(await closure(ids))])) await make(id);
      });
      return last;
    },
  };
}

/** Files of a generation that somebody deleted. */
function filesLost(cause: unknown, { name, unique_id: node }: ManifestNode): never {
  if (!(cause instanceof SqlError) || !/^IO Error: No files found/.test(cause.message)) throw cause;
  const message = `The data of ${name} is gone: files of its last commit were deleted.`;
  const hint = `Build it again: \`eider build --select ${name}\`.`;
  throw new EiderError([error('lake/files-lost', message, { node, hint })], { cause });
}
