import { existsSync } from 'node:fs';
import { type Compiler, type DatabasePort, lazyPort, type ManifestNode, type RelationName } from '@eider/core';
import { withDeltaScans } from '../delta/delta-scans.ts';
import { openTables } from '../delta/open-table.ts';
import type { Generation } from '../lake/generation.ts';
import { openLake } from '../lake/open-lake.ts';
import { isTable } from '../materialize/registry.ts';
import { databasePort } from '../session/database-port.ts';
import { explainSql } from '../session/explain-sql.ts';
import { type FileRelation, fileDatabase, otherRelations } from '../session/other-relations.ts';
import { quoteRelation } from '../session/quote.ts';
import { isNamed, replaceView } from '../session/relation.ts';
import { type Connection, type Session, SqlError } from '../session/session.ts';
import { isLock, lockHolder, workingPath } from '../session/working-database.ts';
import { readCandidates } from './candidates.ts';
import { type DeferRequest, deferredState } from './deferred-state.ts';
import { type HeadViews, headViews } from './head-views.ts';
import { isOwnRelation, lakeOptions } from './lake-options.ts';
import { openProjectSession } from './project-session.ts';
import { showFunctions } from './show-functions.ts';

/** What a command that builds nothing asks of the database: the committed state, read only, without the working database and its lock. */
export interface CompileSession {
  /** Opens DuckDB at the first question, and shows everything: a project that asks none pays nothing. */
  readonly port: DatabasePort;
  /** The tests that withheld each node of the committed state that has any, by unique id. */
  withheld(): Promise<Readonly<Record<string, readonly string[]>>>;
  /** What dbt would find in the database under a node's name: a table or a view, as it was committed. Undefined where it was not. */
  typeOf(id: string): Promise<'table' | 'view' | undefined>;
  /** A connection, on which nothing is there that nobody asked for. Fails as `port` does. */
  connect(): Promise<Connection>;
  /** Makes these nodes readable, of those that were committed. */
  show(ids: readonly string[]): Promise<void>;
  /**
   * Makes all of the project's relations readable, and the tables in the working database that are not the project's, and its functions callable. Gives why these are missing: the
   * file is held, or is none. Null where it was read.
   */
  showAll(): Promise<string | null>;
  close(): Promise<void>;
}

interface OpenHead {
  readonly session: Session;
  readonly connection: Connection;
  readonly views: HeadViews;
  readonly withheld: Readonly<Record<string, readonly string[]>>;
  readonly all: () => Promise<string | null>;
}

/**
 * A session in which the committed relations of the project are views over their generations; with `candidates`, over what tests withheld where that is
 * newer. They are made when they are asked for. Opening fails at the first question, with SqlError or EiderError.
 */
export function openCompileSession(
  compiler: Compiler,
  eiderVersion: string,
  { candidates = false, defer }: { readonly candidates?: boolean; readonly defer?: DeferRequest | undefined } = {},
): CompileSession {
  let opened: Promise<OpenHead> | undefined;
  const open = (): Promise<OpenHead> => {
    opened ??= openHead(compiler, eiderVersion, candidates);
    return opened;
  };
  const other = defer && deferredState(defer, compiler, { eiderVersion });
  if (defer !== undefined && other !== undefined)
    compiler.defer({
      favor: defer.favor,
      isHere: async (id) => (await open()).views.ids.includes(id),
      relationOf: other.relationOf,
    });
  const show = async (ids: readonly string[]): Promise<void> => {
    const { session, views } = await open();
    const own: string[] = [];
    for (const id of ids) {
      if (other === undefined || (await compiler.deferredRelation(id, null)) === undefined) own.push(id);
      else await other.show(id, id, session);
    }
    await views.show(own);
  };
  const typeOf = async (id: string): Promise<'table' | 'view' | undefined> => {
    const generation = await (await open()).views.generationOf(id);
    return generation && typeOfGeneration(generation);
  };
  return {
    port: lazyPort(async () => {
      const { all, connection } = await open();
      await all();
      const plain = databasePort(connection);
      const relation: DatabasePort['relation'] = async (name) => {
        const found = await plain.relation(name);
        const node = found && Object.values(compiler.manifest.nodes).find((each) => isRelationOf(each, name));
        const type = node ? await typeOf(node.unique_id) : undefined;
        return type === undefined ? found : { type };
      };
      return { ...plain, relation };
    }),
    typeOf,
    withheld: async () => (await open()).withheld,
    connect: async () => (await open()).session.connect(),
    show,
    showAll: async () => (await open()).all(),
    close: async () => {
      const known = await opened?.catch(() => undefined);
      await known?.session.close();
    },
  };
}

function isRelationOf(node: ManifestNode, name: RelationName): boolean {
  return node.resource_type !== 'test' && isNamed(node, name);
}

/** Here every relation is a view over its generation, which knows what it was in the working database. */
function typeOfGeneration({ materialized, origin }: Generation): 'table' | 'view' {
  return origin !== 'view' && isTable({ config: { materialized } }) ? 'table' : 'view';
}

async function openHead(compiler: Compiler, eiderVersion: string, candidates: boolean): Promise<OpenHead> {
  const { project } = compiler;
  const lake = await openLake(lakeOptions(compiler, { eiderVersion }));
  const plain = await openProjectSession(compiler, { inMemory: true });
  const session = withDeltaScans(plain, openTables(project.target, project.root));
  try {
    await lake.serve(session);
    const connection = await session.connect();
    const head = await lake.head();
    const withheld = candidates ? await readCandidates({ head }) : new Map<string, Generation>();
    const views = headViews(compiler, connection, {
      ids: [...new Set([...Object.keys(head?.entry.nodes ?? {}), ...withheld.keys()])],
      generationOf: async (id) => withheld.get(id) ?? (await head?.generation(id)),
    });
    const inFile = candidates ? new Set(Object.keys(head?.entry.withheld ?? {})) : new Set<string>();
    let everything: Promise<string | null> | undefined;
    return {
      session,
      connection,
      views,
      withheld: head?.entry.withheld ?? {},
      all: () => {
        everything ??= views.show(views.ids).then(() => showOthers(connection, compiler, inFile));
        return everything;
      },
    };
  } catch (cause) {
    await session.close();
    throw cause;
  }
}

/**
 * Functions of the working database, tables in it that are not the project's, and those of `wanted` nodes, as views over the file. A file that somebody holds is not
 * waited for: gives who. One that holds nothing of that kind is let go at once, so that no build waits for a long query.
 */
async function showOthers(
  connection: Connection,
  compiler: Compiler,
  wanted: ReadonlySet<string>,
): Promise<string | null> {
  const { root, target } = compiler.project;
  const path = workingPath(target, root);
  if (!existsSync(path)) return null;
  try {
    const shown = [...wanted].flatMap((id) => compiler.manifest.nodes[id] ?? []);
    const isOwn = isOwnRelation(compiler);
    const isHidden = (relation: FileRelation): boolean =>
      isOwn(relation) && !shown.some((node) => isNamed(node, { ...relation, database: null }));
    const others = await otherRelations(connection, path, isHidden);
    const functions = await showFunctions(connection, target.database);
    if (others.length + functions === 0) await connection.query(`DETACH ${fileDatabase}`);
    for (const { identifier, schema } of others) {
      const name = quoteRelation({ database: target.database, schema, identifier });
      await connection.query(
        `CREATE SCHEMA IF NOT EXISTS ${quoteRelation({ database: target.database, identifier: schema })}`,
      );
      await replaceView(connection, name, `FROM ${quoteRelation({ database: fileDatabase, schema, identifier })}`);
    }
    return null;
  } catch (cause) {
    if (!(cause instanceof SqlError)) throw cause;
    return isLock(cause) ? `${await lockHolder(cause)} holds it` : explainSql(cause.message).message;
  }
}
