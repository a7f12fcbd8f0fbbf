import type { ProjectFacts } from '../lake/facts.ts';
import type { FilesGeneration, Generation } from '../lake/generation.ts';
import { quoteName, quoteText } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import type { KnownNode } from './catalog-plan.ts';
import { describedColumn, type ShownNode } from './eider-tables.ts';
import { whyNotPortable } from './portability.ts';
import type { PublishedName } from './relation-name.ts';
import { sqlQuery } from './view-query.ts';

export interface RelationsRequest {
  readonly connection: Connection;
  /** The name that the file is attached by. */
  readonly alias: string;
  readonly facts: ProjectFacts;
  /** In an order in which each view comes after what it reads. */
  readonly generations: readonly Generation[];
  readonly names: ReadonlyMap<string, PublishedName>;
  /** Node → who has its name. */
  readonly taken: ReadonlyMap<string, string>;
  /** Relations of the file to take away first. */
  readonly drop: readonly KnownNode[];
  readonly shownAs: (generation: Generation) => 'view' | 'table';
  readonly filesQuery: (generation: FilesGeneration) => string;
  /** Nodes that did not bind last time: tried one by one, so that they do not spoil the rest. */
  readonly doubtful: ReadonlySet<string>;
}

/** Replaces relations in the file in use: all in one transaction, or, where one does not bind, one by one. What does not bind stays out, with its error. */
export async function createRelations(request: RelationsRequest): Promise<ReadonlyMap<string, ShownNode>> {
  const shown = new Map<string, ShownNode>();
  const drops = request.drop.map(dropStatement).join('');
  const certain: Generation[] = [];
  const doubtful: Generation[] = [];
  for (const generation of request.generations) {
    const refused = await whyRefused(request, generation);
    if (refused !== null)
      shown.set(generation.node, { name: nameOf(request, generation), shownAs: null, error: refused });
    else (request.doubtful.has(generation.node) ? doubtful : certain).push(generation);
  }
  if (!(await tryAll(request, drops, certain, shown))) {
    if (drops !== '') await request.connection.query(`BEGIN; ${drops} COMMIT`);
    for (const generation of certain) await tryOne(request, generation, shown);
  }
  for (const generation of doubtful) await tryOne(request, generation, shown);
  await request.connection.query(`USE ${quoteName(request.alias)}`);
  return shown;
}

async function whyRefused(request: RelationsRequest, generation: Generation): Promise<string | null> {
  const owner = request.taken.get(generation.node);
  const { schema, name } = nameOf(request, generation);
  if (owner !== undefined) return `The catalog's name ${schema}.${name} is taken by ${owner}.`;
  if (generation.kind !== 'sql') return null;
  const reason = await whyNotPortable(request.connection, generation.sql);
  return reason && `The view's SQL cannot be published: ${reason}.`;
}

async function tryAll(
  request: RelationsRequest,
  drops: string,
  generations: readonly Generation[],
  shown: Map<string, ShownNode>,
): Promise<boolean> {
  const creates = generations.map((generation) => createStatements(request, generation));
  try {
    await request.connection.query(`BEGIN; ${drops} ${creates.join('')} COMMIT`);
  } catch {
    await request.connection.query('ROLLBACK').catch(() => undefined);
    return false;
  }
  for (const generation of generations) shown.set(generation.node, asShown(request, generation));
  return true;
}

async function tryOne(request: RelationsRequest, generation: Generation, shown: Map<string, ShownNode>): Promise<void> {
  try {
    await request.connection.query(`BEGIN; ${createStatements(request, generation)} COMMIT`);
    shown.set(generation.node, asShown(request, generation));
  } catch (cause) {
    await request.connection.query('ROLLBACK').catch(() => undefined);
    const error = cause instanceof Error ? cause.message : String(cause);
    shown.set(generation.node, { name: nameOf(request, generation), shownAs: null, error });
  }
}

function asShown(request: RelationsRequest, generation: Generation): ShownNode {
  return { name: nameOf(request, generation), shownAs: request.shownAs(generation), error: null };
}

function nameOf({ names }: RelationsRequest, { node, relation }: Generation): PublishedName {
  return names.get(node) ?? { schema: relation.schema, name: relation.identifier };
}

/** The relation is made with its schema in use and its bare name: a stored view must not name the file it was made in. */
function createStatements(request: RelationsRequest, generation: Generation): string {
  const { schema, name } = nameOf(request, generation);
  const kind = request.shownAs(generation).toUpperCase();
  const query = generation.kind === 'sql' ? sqlQuery(generation) : request.filesQuery(generation);
  const place = `${quoteName(request.alias)}.${quoteName(schema)}`;
  const create = `CREATE SCHEMA IF NOT EXISTS ${place}; USE ${place}; CREATE ${kind} ${quoteName(name)} AS ${query}\n;`;
  return `${create} ${comments(request.facts, generation, kind, name)}\n`;
}

function comments(facts: ProjectFacts, generation: Generation, kind: string, name: string): string {
  const description = facts[generation.node]?.description || generation.comment;
  const own = description ? `COMMENT ON ${kind} ${quoteName(name)} IS ${quoteText(description)};` : '';
  const ofColumns = generation.columns.map((column) => {
    const text = describedColumn(facts, generation.node, column.name) || column.comment;
    return text ? `COMMENT ON COLUMN ${quoteName(name)}.${quoteName(column.name)} IS ${quoteText(text)};` : '';
  });
  return own + ofColumns.join('');
}

function dropStatement({ name, shownAs }: KnownNode): string {
  return shownAs === null
    ? ''
    : `DROP ${shownAs.toUpperCase()} IF EXISTS ${quoteName(name.schema)}.${quoteName(name.name)};`;
}
