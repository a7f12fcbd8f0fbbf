import { type Compiler, EiderError, error, type RelationName } from '@eider/core';
import { publishedName } from '../catalog/relation-name.ts';
import { relationQueries } from '../catalog/relation-query.ts';
import type { Generation } from '../lake/generation.ts';
import type { Head } from '../lake/lake.ts';
import { openLake } from '../lake/open-lake.ts';
import { generationQuery } from '../materialize/generation-query.ts';
import { databasePort } from '../session/database-port.ts';
import { quoteName, quoteRelation } from '../session/quote.ts';
import { replaceView } from '../session/relation.ts';
import type { Connection, Session } from '../session/session.ts';
import { lakeOptions } from './lake-options.ts';

/** The project as another target of the profile has it. */
export type OtherTarget = Pick<Compiler, 'manifest' | 'project'>;

/** Where refs lead that are not answered here (dbt's `--defer`). */
export interface DeferRequest {
  /** Read there what is not selected, though it is here too. */
  readonly favor: boolean;
  /** What artifacts say of the other state: relations by unique id. Null: it is what the target published. */
  readonly relations: ReadonlyMap<string, RelationName> | null;
  /** The target that is deferred to; beside artifacts all others of the profile, which may have published what these name. Asked once, where one is needed. */
  readonly targets: () => Promise<readonly OtherTarget[]>;
  /** The other state, for messages: `target prod`, or the folder of its artifacts. */
  readonly name: string;
}

/** The other state, as far as it is asked for. */
export interface DeferredState {
  /** The name that SQL has for a node of the other state; undefined where it has none. */
  relationOf(id: string): Promise<RelationName | undefined>;
  /** Makes that relation readable on every connection of a session; throws EiderError `engine/never-built` where it is nowhere. */
  show(id: string, reader: string, session: Session): Promise<void>;
  /** What a target published under that relation; undefined where none did. */
  published(id: string): Promise<PublishedThere | undefined>;
  /** For messages. */
  readonly name: string;
}

/** A relation that another target published. */
export interface PublishedThere {
  readonly generation: Generation;
  /** Its rows, as a query that names no relation. */
  query(connection: Connection): Promise<string>;
}

interface Published {
  readonly target: string;
  readonly head: Head | undefined;
  /** The database under which SQL finds it. */
  readonly database: string;
}

/** Opens the other state: without artifacts the published relations of the target, read from its ledger. */
export function deferredState(
  { name, relations, targets }: DeferRequest,
  own: Compiler,
  { eiderVersion }: { readonly eiderVersion: string },
): DeferredState {
  let opened: Promise<readonly Published[]> | undefined;
  const published = (): Promise<readonly Published[]> => {
    opened ??= targets().then((all) => Promise.all(all.map((one) => openPublished(one, own, eiderVersion))));
    return opened;
  };
  const relationOf = async (id: string): Promise<RelationName | undefined> => {
    if (relations !== null) return relations.get(id);
    const [one] = await published();
    const generation = await one?.head?.generation(id);
    return one === undefined || generation === undefined ? undefined : nameIn(one, generation);
  };
  let last: Promise<void> = Promise.resolve();
  const shown = new Set<string>();
  return {
    name,
    relationOf,
    published: async (id) => {
      const wanted = await relationOf(id);
      const found = wanted && (await publishedAs(id, wanted, { published: await published(), relations }));
      return found && { generation: found.generation, query: (connection) => queryOf(connection, found) };
    },
    show: (id, reader, session) => {
      // One after the other: two statements that make a schema at the same time conflict.
      last = last
        .catch(() => undefined)
        .then(async () => {
          const wanted = await relationOf(id);
          if (shown.has(id) || wanted === undefined) return;
          await withConnection(session, async (connection) => {
            const isThere = (await databasePort(connection).relation(wanted)) !== null;
            if (!isThere) await make(connection, id, { wanted, reader, own, published: await published(), relations });
          });
          shown.add(id);
        });
      return last;
    },
  };
}

async function openPublished(other: OtherTarget, own: Compiler, eiderVersion: string): Promise<Published> {
  const lake = await openLake(lakeOptions(other, { eiderVersion }));
  return { target: other.project.target.targetName, head: await lake.head(), database: databaseFor(other, own) };
}

/** Its own name, where no database of this target has it; else that of the target. */
function databaseFor({ project: { target } }: OtherTarget, own: Compiler): string {
  const mine = own.project.target;
  const attached = mine.attach.map(({ alias, path }) => alias ?? path.split('/').at(-1)?.split('.')[0] ?? '');
  const taken = new Set([mine.database, 'memory', 'temp', 'system', ...attached].map((name) => name.toLowerCase()));
  const names = [target.database, target.targetName, `${target.targetName}_published`];
  return names.find((name) => !taken.has(name.toLowerCase())) ?? `${target.targetName}_published`;
}

function nameIn({ database, head }: Published, { relation }: Generation): RelationName {
  const { name, schema } = publishedName(relation, head?.entry.database ?? relation.database);
  return { database, schema, identifier: name };
}

async function withConnection(session: Session, action: (connection: Connection) => Promise<void>): Promise<void> {
  const connection = await session.connect();
  try {
    await action(connection);
  } finally {
    connection.close();
  }
}

interface Wanted {
  readonly wanted: RelationName;
  readonly reader: string;
  readonly own: Compiler;
  readonly published: readonly Published[];
  readonly relations: DeferRequest['relations'];
}

/** A view over what a target published under the wanted name, in a database beside the working one. */
async function make(connection: Connection, id: string, request: Wanted): Promise<void> {
  const found = await publishedAs(id, request.wanted, request);
  if (found !== undefined) {
    const { database, schema } = request.wanted;
    await connection.query(`ATTACH IF NOT EXISTS ':memory:' AS ${quoteName(String(database))}`);
    await connection.query(`CREATE SCHEMA IF NOT EXISTS ${quoteRelation({ database, identifier: String(schema) })}`);
    return replaceView(connection, quoteRelation(request.wanted), await queryOf(connection, found));
  }
  const { manifest } = request.own;
  const text = quoteRelation(request.wanted);
  const message = `${manifest.nodes[request.reader]?.name ?? request.reader} reads ${manifest.nodes[id]?.name ?? id} as ${text}, which is not there.`;
  const hint = 'Attach its database in the profile, or build it in the target that it belongs to.';
  throw new EiderError([error('engine/never-built', message, { node: request.reader, hint })]);
}

interface Found extends Published {
  readonly generation: Generation;
}

/** The head of a target that has the node under this name. */
async function publishedAs(
  id: string,
  wanted: RelationName,
  { published, relations }: Pick<Wanted, 'published' | 'relations'>,
): Promise<Found | undefined> {
  for (const one of published) {
    const generation = await one.head?.generation(id);
    if (generation === undefined) continue;
    const name = relations === null ? nameIn(one, generation) : generation.relation;
    if (isSame(name, wanted)) return { ...one, generation };
  }
  return undefined;
}

function isSame(a: RelationName, b: RelationName): boolean {
  return (['database', 'schema', 'identifier'] as const).every(
    (part) => a[part]?.toLowerCase() === b[part]?.toLowerCase(),
  );
}

/** What a published relation gives, as a query that names no relation: names of the other state may mean something else here. */
async function queryOf(connection: Connection, { generation, head }: Found): Promise<string> {
  if (generation.kind === 'files') return generationQuery(generation);
  const found = await relationQueries({
    connection,
    database: head?.entry.database ?? generation.relation.database,
    generation: async (node) => head?.generation(node),
    filesQuery: generationQuery,
    internal: 'files',
  }).of(generation);
  return 'error' in found ? generation.sql : found.query;
}
