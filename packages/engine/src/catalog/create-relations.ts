import type { ProjectFacts } from '../lake/facts.ts';
import type { Generation } from '../lake/generation.ts';
import { quoteName, quoteText } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import type { KnownNode } from './catalog-plan.ts';
import { describedColumn, type ShownNode } from './eider-tables.ts';
import type { PublishedName } from './relation-name.ts';
import type { RelationQueries, RelationQuery } from './relation-query.ts';
import { tableStatements } from './table-statements.ts';

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
  readonly queries: RelationQueries;
  /** Nodes that did not bind last time: tried one by one, so that they do not spoil the rest. */
  readonly doubtful: ReadonlySet<string>;
}

/** A relation to make. */
interface Wanted extends RelationQuery {
  readonly generation: Generation;
  readonly name: PublishedName;
}

/** Replaces relations in the file in use: all in one transaction, or, where one does not bind, one by one. What does not bind stays out, with its error. */
export async function createRelations(request: RelationsRequest): Promise<ReadonlyMap<string, ShownNode>> {
  const shown = new Map<string, ShownNode>();
  const drops = request.drop.map(dropStatement).join('');
  const certain: Wanted[] = [];
  const doubtful: Wanted[] = [];
  for (const generation of request.generations) {
    const name = nameOf(request, generation);
    const query = await queryOf(request, generation, name);
    if ('error' in query) shown.set(generation.node, { name, shownAs: null, error: query.error });
    else (request.doubtful.has(generation.node) ? doubtful : certain).push({ ...query, generation, name });
  }
  if (!(await tryAll(request, drops, certain, shown))) {
    if (drops !== '') await request.connection.query(`BEGIN; ${drops} COMMIT`);
    for (const wanted of certain) await tryOne(request, wanted, shown);
  }
  for (const wanted of doubtful) await tryOne(request, wanted, shown);
  await request.connection.query(`USE ${quoteName(request.alias)}`);
  return shown;
}

async function queryOf(
  request: RelationsRequest,
  generation: Generation,
  { name, schema }: PublishedName,
): Promise<RelationQuery | { readonly error: string }> {
  const owner = request.taken.get(generation.node);
  if (owner !== undefined) return { error: `The catalog's name ${schema}.${name} is taken by ${owner}.` };
  return await request.queries.of(generation);
}

async function tryAll(
  request: RelationsRequest,
  drops: string,
  wanted: readonly Wanted[],
  shown: Map<string, ShownNode>,
): Promise<boolean> {
  let place = '';
  const statements = wanted.map((each) => {
    const made = createStatements(request, each);
    const create = made.place === place ? made.create : made.enter + made.create;
    place = made.place;
    return { ...made, create };
  });
  try {
    await request.connection.query(`BEGIN; ${drops} ${statements.map(({ create }) => create).join('')} COMMIT`);
  } catch {
    await request.connection.query('ROLLBACK').catch(() => undefined);
    return false;
  }
  for (const { after } of statements) if (after !== '') await request.connection.query(after);
  for (const each of wanted) shown.set(each.generation.node, asShown(each));
  return true;
}

async function tryOne(request: RelationsRequest, wanted: Wanted, shown: Map<string, ShownNode>): Promise<void> {
  const { create, after, enter } = createStatements(request, wanted);
  try {
    await request.connection.query(`BEGIN; ${enter}${create} COMMIT`);
  } catch (cause) {
    await request.connection.query('ROLLBACK').catch(() => undefined);
    const error = cause instanceof Error ? cause.message : String(cause);
    shown.set(wanted.generation.node, { name: wanted.name, shownAs: null, error });
    return;
  }
  if (after !== '') await request.connection.query(after);
  shown.set(wanted.generation.node, asShown(wanted));
}

function asShown({ columns, name, shownAs }: Wanted): ShownNode {
  return { name, shownAs, columns, error: null };
}

function nameOf({ names }: RelationsRequest, { node, relation }: Generation): PublishedName {
  return names.get(node) ?? { schema: relation.schema, name: relation.identifier };
}

interface CreateStatements {
  readonly place: string;
  /** Makes the schema, where it is not there, and enters it. */
  readonly enter: string;
  readonly create: string;
  readonly after: string;
}

/** The relation is made with its schema in use and its bare name: a stored view must not name the file it was made in. */
function createStatements(
  request: RelationsRequest,
  { columns, generation, name: { name, schema }, query, shownAs }: Wanted,
): CreateStatements {
  const place = `${quoteName(request.alias)}.${quoteName(schema)}`;
  const { create, after } =
    shownAs === 'table'
      ? tableStatements(name, query, columns)
      : { create: `CREATE VIEW ${quoteName(name)} AS ${query}\n;`, after: '' };
  const said = comments(request.facts, generation, { columns, shownAs, name });
  return {
    place,
    enter: `CREATE SCHEMA IF NOT EXISTS ${place}; USE ${place}; `,
    create: `${create} ${said}\n`,
    after: after === '' ? '' : `USE ${place}; ${after}`,
  };
}

function comments(
  facts: ProjectFacts,
  generation: Generation,
  { columns, name, shownAs }: Pick<RelationQuery, 'columns' | 'shownAs'> & { readonly name: string },
): string {
  const description = facts[generation.node]?.description || generation.comment;
  const kind = shownAs.toUpperCase();
  const own = description ? `COMMENT ON ${kind} ${quoteName(name)} IS ${quoteText(description)};` : '';
  const ofColumns = columns.map((column) => {
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
