import type { Callable } from '../jinja/values/index.ts';
import { hostFunction, mappingOf, optional, PyError, Tuple, toStr, truth } from '../jinja/values/index.ts';
import { quoteText } from '../quote-text.ts';
import { adapterResponse } from './adapter-response.ts';
import { emptyTable, resultTable } from './agate/agate-table.ts';
import type { TableHost } from './agate/table.ts';
import { Column, flattened } from './column.ts';
import type { DatabasePort } from './database-port.ts';
import type { RelationPrinter } from './relation.ts';
import { Relation } from './relation.ts';
import { templateError } from './template-error.ts';

/** The methods of `adapter` that ask the database. `port` null: every one of them is refused. */
export function databaseMethods(
  port: DatabasePort | null,
  printer: RelationPrinter,
  print: TableHost['print'],
): Readonly<Record<string, Callable>> {
  const db = port ?? noDatabase;
  const run = async (sql: string): Promise<null> => {
    await db.query(sql);
    return null;
  };
  const change = async (sql: string): Promise<null> => {
    await db.transaction?.begin();
    return run(sql);
  };
  const name = (relation: unknown): Relation => asRelation(relation);
  const one = (method: string, action: (relation: Relation) => Promise<unknown>): Callable =>
    hostFunction(method, ['relation'], (relation) => action(name(relation)));
  return {
    ...targetMethods(db),
    ...transactionMethods(db),
    execute: hostFunction(
      'execute',
      ['sql', optional('auto_begin', false), optional('fetch', false), optional('limit')],
      async (sql, begin, fetch, limit) => {
        if (truth(begin)) await db.transaction?.begin();
        return execute(db, toStr(sql), { fetch: truth(fetch), limit: typeof limit === 'number' ? limit : null, print });
      },
    ),
    add_query: hostFunction('add_query', ['sql', '**kwargs'], (sql) => change(toStr(sql))),
    get_relation: hostFunction('get_relation', ['database', 'schema', 'identifier'], (...parts: unknown[]) =>
      parts.includes(null) ? relationOfParts(db, parts, printer) : getRelation(db, parts, printer),
    ),
    already_exists: hostFunction('already_exists', ['schema', 'identifier'], async (...parts: unknown[]) => {
      return (await getRelation(db, [null, ...parts], printer)) !== null;
    }),
    get_columns_in_table: hostFunction('get_columns_in_table', ['schema', 'identifier'], (schema, identifier) => {
      const table = { database: null, schema: toStr(schema), identifier: toStr(identifier) };
      return columnsOf(db, new Relation(table, printer));
    }),
    get_columns_in_relation: one('get_columns_in_relation', (r) => columnsOf(db, r)),
    get_missing_columns: hostFunction('get_missing_columns', ['from_relation', 'to_relation'], (from, to) =>
      missingColumns(db, name(from), name(to)),
    ),
    get_column_schema_from_query: hostFunction('get_column_schema_from_query', ['sql'], (sql) =>
      queryColumns(db, toStr(sql)),
    ),
    check_schema_exists: hostFunction('check_schema_exists', ['database', 'schema'], (database, schema) =>
      schemaExists(db, textOrNull(database), toStr(schema)),
    ),
    create_schema: one('create_schema', (r) => run(`create schema if not exists ${schemaText(r)}`)),
    drop_schema: one('drop_schema', (r) => run(`drop schema if exists ${schemaText(r)} cascade`)),
    drop_relation: one('drop_relation', (r) => (r.type === null ? dropUnknown(r) : run(dropSql(r)))),
    truncate_relation: one('truncate_relation', (r) => change(`truncate table ${r.render()}`)),
    rename_relation: hostFunction('rename_relation', ['from_relation', 'to_relation'], (from, to) =>
      change(`alter ${name(to).type ?? 'table'} ${name(from).render()} rename to "${name(to).identifier ?? ''}"`),
    ),
    location_exists: hostFunction('location_exists', ['location'], (location) => locationExists(db, toStr(location))),
  };
}

function transactionMethods(db: DatabasePort): Readonly<Record<string, Callable>> {
  const method = (name: string, action: 'begin' | 'commit'): Callable =>
    hostFunction(name, [], async () => {
      await db.transaction?.[action]();
      return null;
    });
  return { commit: method('commit', 'commit'), ensure_transaction: method('ensure_transaction', 'begin') };
}

/** What materializations ask of the table that they write to. */
function targetMethods(db: DatabasePort): Readonly<Record<string, Callable>> {
  return {
    existing_key_constraint_types: hostFunction('existing_key_constraint_types', ['relation'], (relation) =>
      keyConstraints(db, asRelation(relation)),
    ),
    catalog_supports_foreign_keys: hostFunction('catalog_supports_foreign_keys', ['database'], (database) =>
      supportsForeignKeys(db, toStr(database)),
    ),
    valid_snapshot_target: hostFunction(
      'valid_snapshot_target',
      ['relation', optional('column_names')],
      (relation, names) => checkSnapshotTarget(db, asRelation(relation), names, snapshotColumns),
    ),
    assert_valid_snapshot_target_given_strategy: hostFunction(
      'assert_valid_snapshot_target_given_strategy',
      ['relation', 'column_names', 'strategy'],
      async (relation, names, strategy) => {
        await checkSnapshotTarget(db, asRelation(relation), names, snapshotColumns);
        if (mappingOf(strategy)?.get('hard_deletes') !== 'new_record') return null;
        return checkSnapshotTarget(db, asRelation(relation), names, ['dbt_is_deleted']);
      },
    ),
  };
}

const refuse = refusal(
  'This asks the database, and there is none: the project is rendered without one.',
  'Put it inside {% if execute %}, or run a command that opens the database.',
);
const noDatabase: DatabasePort = { query: refuse, relation: refuse, relations: refuse, columns: refuse };

/** What `--no-introspect` leaves of a port: which relations there are, which dbt has in its cache then, and no query. */
export function withoutQueries({ relation, relations }: DatabasePort): DatabasePort {
  const refuse = refusal('This asks the database, which --no-introspect forbids.', 'Leave the flag out.');
  return { query: refuse, relation, relations, columns: refuse };
}

function refusal(message: string, hint: string): () => Promise<never> {
  return () => Promise.reject(templateError('jinja/render', message, hint));
}

interface ExecuteOptions {
  readonly fetch: boolean;
  readonly limit: number | null;
  readonly print: TableHost['print'];
}

async function execute(db: DatabasePort, sql: string, options: ExecuteOptions): Promise<Tuple> {
  const { columns, rows } = await db.query(sql);
  if (!options.fetch) return Tuple.from([adapterResponse(), emptyTable()]);
  const data = { columns, rows: options.limit === null ? rows : rows.slice(0, options.limit) };
  return Tuple.from([adapterResponse(), resultTable(data, options.print)]);
}

async function getRelation(
  db: DatabasePort,
  parts: readonly unknown[],
  printer: RelationPrinter,
): Promise<Relation | null> {
  const [database = null, schema = null, identifier = null] = parts.map(textOrNull);
  const found = await db.relation({ database, schema, identifier: identifier ?? '' });
  return found === null ? null : new Relation({ database, schema, identifier, type: found.type }, printer);
}

/** `get_relation` with a part that is none, as in dbt: nothing without a database, an error without a schema, the only relation without an identifier. */
async function relationOfParts(
  db: DatabasePort,
  parts: readonly unknown[],
  printer: RelationPrinter,
): Promise<Relation | null> {
  const [database = null, schema = null] = parts.map(textOrNull);
  if (database === null) return null;
  if (schema === null) throw new PyError('AttributeError', "'NoneType' object has no attribute 'lower'");
  const [only, ...more] = await db.relations(database, schema);
  if (more.length > 0) {
    throw templateError(
      'jinja/render',
      'get_relation returned more than one relation with the given args. Please specify a database or schema to narrow down the result set.',
      'Name the relation by its identifier.',
    );
  }
  return only === undefined ? null : new Relation({ ...only.name, type: only.type }, printer);
}

async function columnsOf(db: DatabasePort, relation: Relation): Promise<Column[]> {
  const { database, schema, identifier, external } = relation;
  if (external !== null) return described(db, `select * from ${external}`);
  const columns = await db.columns({ database, schema, identifier: identifier ?? '' });
  return columns.map((column) => new Column({ column: column.name, dtype: column.type }));
}

/** The columns of a query, with types as DuckDB itself spells them. */
async function described(db: DatabasePort, sql: string): Promise<Column[]> {
  const { rows } = await db.query(`describe (${sql})`);
  return rows.map(([name, type]) => new Column({ column: String(name), dtype: String(type) }));
}

async function missingColumns(db: DatabasePort, from: Relation, to: Relation): Promise<Column[]> {
  const there = new Set((await columnsOf(db, to)).map((column) => column.column));
  return (await columnsOf(db, from)).filter((column) => !there.has(column.column));
}

async function queryColumns(db: DatabasePort, sql: string): Promise<Column[]> {
  return (await described(db, sql)).flatMap(flattened);
}

const snapshotColumns: readonly string[] = ['dbt_scd_id', 'dbt_valid_from', 'dbt_valid_to'];

async function checkSnapshotTarget(
  db: DatabasePort,
  relation: Relation,
  names: unknown,
  wanted: readonly string[],
): Promise<null> {
  const there = new Set((await columnsOf(db, relation)).map((column) => column.column.toLowerCase()));
  const columns = wanted.map((column) => toStr(mappingOf(names)?.get(column) ?? column));
  const missing = columns.filter((column) => column !== '' && !there.has(column.toLowerCase()));
  if (missing.length === 0) return null;
  const list = missing.map((column) => `"${column}"`).join(', ');
  throw templateError('jinja/render', `Snapshot target is missing configured columns (missing ${list})`);
}

async function supportsForeignKeys(db: DatabasePort, database: string): Promise<boolean> {
  const { rows } = await db.query('select database_name, type from duckdb_databases()');
  const type = rows.find(([name]) => String(name).toLowerCase() === database.toLowerCase())?.[1];
  return type === 'duckdb' || type === 'motherduck';
}

/** The kinds of key constraints that a table has, sorted. */
async function keyConstraints(db: DatabasePort, { database, schema, identifier }: Relation): Promise<string[]> {
  const { rows } = await db.query(
    `select distinct lower(replace(constraint_type, ' ', '_')) from duckdb_constraints() where lower(database_name) = ${quoteText((database ?? '').toLowerCase())} and lower(schema_name) = ${quoteText((schema ?? '').toLowerCase())} and lower(table_name) = ${quoteText((identifier ?? '').toLowerCase())} and constraint_type in ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY') order by 1`,
  );
  return rows.map(([type]) => String(type));
}

async function schemaExists(db: DatabasePort, database: string | null, schema: string): Promise<boolean> {
  const where = [`lower(schema_name) = ${quoteText(schema.toLowerCase())}`];
  if (database !== null) where.push(`lower(catalog_name) = ${quoteText(database.toLowerCase())}`);
  const { rows } = await db.query(`select 1 from system.information_schema.schemata where ${where.join(' and ')}`);
  return rows.length > 0;
}

async function locationExists(db: DatabasePort, location: string): Promise<boolean> {
  if (db === noDatabase) return refuse();
  try {
    await db.query(`select 1 from ${quoteText(location)} where 1=0`);
    return true;
  } catch {
    return false;
  }
}

function dropUnknown(relation: Relation): never {
  const message = `Tried to drop relation ${relation.render()}, but its type is null.`;
  throw templateError('jinja/render', message, 'Take it from load_relation() or adapter.get_relation().');
}

function dropSql(relation: Relation): string {
  const kind = relation.type === 'table' ? 'table' : 'view';
  return `drop ${kind} if exists ${relation.render()} cascade`;
}

function schemaText(relation: Relation): string {
  return relation.with({ identifier: null }).render();
}

function asRelation(value: unknown): Relation {
  if (value instanceof Relation) return value;
  throw templateError(
    'jinja/render',
    `A relation is needed here, and this is none: ${toStr(value)}`,
    'Give ref(…), source(…) or this.',
  );
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : toStr(value);
}
