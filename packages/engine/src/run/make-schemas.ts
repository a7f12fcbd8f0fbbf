import { type Compiler, EiderError, error, type ManifestNode } from '@eider/core';
import { hasNote, notesSchemaIn } from '../materialize/working-table.ts';
import { applyEntry } from '../session/profile-entry.ts';
import { quoteRelation } from '../session/quote.ts';
import { type Connection, type Session, SqlError } from '../session/session.ts';
import { nodesOfSources } from './own-sources.ts';

/** All schemas that the run builds in and reads from, at once: two connections that make one at the same time conflict. */
export async function makeSchemas(
  { compiler, session }: { readonly compiler: Compiler; readonly session: Pick<Session, 'kinds'> },
  ids: readonly string[],
  connection: Connection,
): Promise<void> {
  const names = new Map<string, ManifestNode>();
  const withAncestors = (some: readonly string[]): readonly string[] => [
    ...some,
    ...some.flatMap((each) => [...compiler.graph.ancestors(each)]),
  ];
  const read = withAncestors(ids);
  for (const id of new Set([...read, ...withAncestors(nodesOfSources(compiler.manifest, read))])) {
    const node = compiler.manifest.nodes[id];
    if (node === undefined || node.schema === '') continue;
    const kind = session.kinds.get(node.database.toLowerCase()) ?? '';
    if (kind === 'sqlite' && node.schema !== 'main') throw notMain(node, compiler);
    if (withoutSchemas.has(kind)) continue;
    const name = quoteRelation({ database: node.database, identifier: node.schema });
    if (!names.has(name)) names.set(name, node);
    if (hasNote(node, session)) names.set(notesSchemaIn(node.database), node);
  }
  const { target } = compiler.project;
  const make = async (): Promise<void> => {
    for (const [name, node] of names)
      await connection
        .query(`CREATE SCHEMA IF NOT EXISTS ${name}`)
        .catch((cause: unknown) => noSuchDatabase(cause, node, compiler));
  };
  const mode = target.configOptions.access_mode;
  await (mode === undefined ? make() : applyEntry(target, ['config_options', 'access_mode'], make));
}

/** Attached databases in which no schema is made, as in dbt-duckdb: what they have is there. */
const withoutSchemas: ReadonlySet<string> = new Set(['sqlite', 'mysql']);

function notMain({ database, name, schema, unique_id: id }: ManifestNode, compiler: Compiler): EiderError {
  const message = `${name} is to be built in the schema "${schema}" of "${database}", a SQLite database, which has none but main.`;
  const hint =
    'Take the config `schema` out of nodes with this `database`, and have generate_schema_name give main for them.';
  return new EiderError([
    error('engine/sql-failed', message, { place: compiler.placeOf(id, 'schema'), node: id, hint }),
  ]);
}

/** A database that a node names and the profile does not attach. */
function noSuchDatabase(cause: unknown, { database, name, unique_id: id }: ManifestNode, compiler: Compiler): never {
  if (!(cause instanceof SqlError) || !/Catalog "[^"]+" does not exist/.test(cause.message)) throw cause;
  const message = `There is no database "${database}", in which ${name} is to be built.`;
  const hint = 'Add it under `attach:` of the target with this alias, or take the config `database` out.';
  throw new EiderError(
    [error('engine/sql-failed', message, { place: compiler.placeOf(id, 'database'), node: id, hint })],
    {
      cause,
    },
  );
}
