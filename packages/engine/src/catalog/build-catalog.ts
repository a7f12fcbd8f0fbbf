import { chmod, copyFile, rm } from 'node:fs/promises';
import { syncPath } from '@eider/store';
import type { ProjectFacts } from '../lake/facts.ts';
import type { FilesGeneration, Generation } from '../lake/generation.ts';
import type { Identity } from '../lake/identity.ts';
import type { Head } from '../lake/lake.ts';
import type { LedgerEntry } from '../lake/ledger.ts';
import { quoteName } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import type { CatalogDatabase } from './catalog-database.ts';
import { changedNodes, inOrderOfUse, type KnownNode, nameRelations } from './catalog-plan.ts';
import { createRelations } from './create-relations.ts';
import type { ShownNode } from './eider-tables.ts';
import { createEiderTables } from './insert-rows.ts';
import { readKnownNodes, readState } from './read-catalog.ts';
import { type RelationQueries, relationQueries } from './relation-query.ts';
import { staleNodes } from './stale.ts';
import { updateEider } from './update-eider.ts';

export interface CatalogRequest {
  readonly database: CatalogDatabase;
  readonly identity: Identity;
  readonly head: Head;
  readonly facts: ProjectFacts;
  /** Reads an entry and its facts: those of the base, and the history. */
  readonly entry: (number: number) => Promise<LedgerEntry>;
  readonly factsOf: (hash: string) => Promise<ProjectFacts>;
  /** An older catalog of this state to start from; null to build from the ledger alone. */
  readonly base: string | null;
  /** A new file, in a folder that exists. */
  readonly path: string;
  readonly internal: 'files' | 'copy' | 'all';
  readonly filesQuery: (generation: FilesGeneration) => string;
  /** Node → why its Delta table shows something else. */
  readonly diverged?: Promise<ReadonlyMap<string, string>>;
}

export interface BuiltCatalog {
  /** Relations that stayed out, with the engine's message. */
  readonly unbound: Readonly<Record<string, string>>;
  /** Schemas of the relations in the file. */
  readonly schemas: readonly string[];
}

/** Step 7 of the commit: the catalog file of a head, from an older one's copy with what changed. The file is durable, and nobody may write it. */
export async function buildCatalog(wanted: CatalogRequest): Promise<BuiltCatalog> {
  // Views hold the files of what they read: without facts nobody knows which of an older catalog have to be made again.
  const base = Object.keys(wanted.facts).length === 0 ? null : wanted.base;
  const request = { ...wanted, base };
  const { database, path } = request;
  for (const left of [path, `${path}.wal`]) await rm(left, { force: true });
  if (base !== null) {
    await copyFile(base, path);
    await chmod(path, 0o644);
  }
  const built = await database.withFile(path, 'write', async (alias) => {
    const found = await fillCatalog(request, alias);
    await database.connection.query(`CHECKPOINT ${quoteName(alias)}`);
    return found;
  });
  await rm(`${path}.wal`, { force: true });
  await syncPath(path);
  await chmod(path, 0o444);
  return built;
}

interface Base {
  readonly known: ReadonlyMap<string, KnownNode>;
  readonly number: number;
  readonly facts: ProjectFacts;
}

async function fillCatalog(request: CatalogRequest, alias: string): Promise<BuiltCatalog> {
  const { connection } = request.database;
  const { entry } = request.head;
  const base = await startFrom(request, connection);
  const changed = changedNodes(base.known, entry, base.facts, request.facts);
  const generations = await loadGenerations(request.head, changed);
  const queries = relationQueries({
    ...request,
    connection,
    database: entry.database,
    generation: request.head.generation,
  });
  if (await someInBucket(queries, generations.values())) await request.database.reachBuckets();
  const drop = [...base.known.values()].filter(({ node }) => changed.has(node) || entry.nodes[node] === undefined);
  const dropped = new Set(drop.map(({ node }) => node));
  const kept = [...base.known.values()].filter(({ node }) => !dropped.has(node));
  const { names, taken } = nameRelations([...generations.values()], kept, entry.database);
  const shown = await createRelations({
    connection,
    alias,
    facts: request.facts,
    generations: inOrderOfUse(generations),
    names,
    taken,
    drop,
    queries,
    doubtful: new Set([...base.known.values()].filter(({ error }) => error !== null).map(({ node }) => node)),
  });
  await updateEider({
    ...request,
    connection,
    base,
    made: generations,
    dropped,
    shown,
    stale: staleNodes(entry, request.facts),
    diverged: [...generations.values()].some(isTable) ? ((await request.diverged) ?? new Map()) : new Map(),
  });
  const schemas = [...new Set([...kept.map(({ name }) => name.schema), ...schemasOf(shown)])];
  await dropEmptySchemas(connection, drop, schemas);
  return { unbound: unboundOf(kept, shown, entry), schemas };
}

async function startFrom(request: CatalogRequest, connection: Connection): Promise<Base> {
  if (request.base === null) {
    await connection.query(createEiderTables());
    return { known: new Map(), number: 0, facts: {} };
  }
  const state = await readState(connection);
  const facts = state.facts === request.head.entry.facts ? request.facts : await request.factsOf(state.facts);
  return { known: await readKnownNodes(connection), number: state.number, facts };
}

async function loadGenerations(head: Head, nodes: ReadonlySet<string>): Promise<ReadonlyMap<string, Generation>> {
  const found = await Promise.all([...nodes].map(async (node) => [node, await head.generation(node)] as const));
  return new Map(
    found.flatMap(([node, generation]) => (generation === undefined ? [] : [[node, generation] as const])),
  );
}

/** Whether a relation's query, down to the files, reads a bucket. */
async function someInBucket(queries: RelationQueries, generations: Iterable<Generation>): Promise<boolean> {
  const found = await Promise.all([...generations].map((generation) => queries.of(generation)));
  return found.some((query) => 'inBucket' in query && query.inBucket);
}

/** Whether a generation is a Delta table's. */
function isTable(generation: Generation): boolean {
  return generation.kind === 'files' && generation.delta !== undefined;
}

function schemasOf(shown: ReadonlyMap<string, ShownNode>): readonly string[] {
  return [...shown.values()].filter(({ shownAs }) => shownAs !== null).map(({ name }) => name.schema);
}

async function dropEmptySchemas(
  connection: Connection,
  dropped: readonly KnownNode[],
  used: readonly string[],
): Promise<void> {
  const lower = new Set(['main', 'eider', ...used.map((schema) => schema.toLowerCase())]);
  const empty = new Set(dropped.map(({ name }) => name.schema).filter((schema) => !lower.has(schema.toLowerCase())));
  for (const schema of empty)
    await connection.query(`DROP SCHEMA IF EXISTS ${quoteName(schema)}`).catch(() => undefined);
}

function unboundOf(
  kept: readonly KnownNode[],
  shown: ReadonlyMap<string, ShownNode>,
  { nodes }: LedgerEntry,
): Record<string, string> {
  const errors = new Map(kept.map(({ node, error }) => [node, error]));
  for (const [node, { error }] of shown) errors.set(node, error);
  return Object.fromEntries(
    Object.entries(nodes).flatMap(([node, { build }]) => {
      const lost = `what build ${build} wrote down of it in the journal is gone. Build it again.`;
      const error = errors.has(node) ? errors.get(node) : lost;
      return error ? [[node, error]] : [];
    }),
  );
}
