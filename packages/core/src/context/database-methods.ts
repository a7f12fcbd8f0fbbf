import type { Callable, HostObject, Parameter } from '../jinja/values/index.ts';
import { hostFunction, Tuple, toStr } from '../jinja/values/index.ts';
import { Column } from './column.ts';
import type { DatabasePort } from './database-port.ts';
import type { RelationPrinter } from './relation.ts';
import { Relation } from './relation.ts';
import { emptyTable, ResultTable } from './table.ts';
import { templateError } from './template-error.ts';

/** What a statement answered, beside its rows. */
class Response implements HostObject {
  readonly __type__ = 'AdapterResponse';
  readonly rows: number | null;

  constructor(rows: number | null) {
    this.rows = rows;
  }

  __getattr__(name: string): unknown {
    if (name === 'code' || name === '_message') return 'OK';
    return name === 'rows_affected' ? this.rows : undefined;
  }

  __str__(): string {
    return 'OK';
  }
}

const nullable = (name: string): Parameter => ({ name, default: null });
const flag = (name: string): Parameter => ({ name, default: false });

/** The methods of `adapter` that ask the database. `port` null: every one of them is refused. */
export function databaseMethods(
  port: DatabasePort | null,
  printer: RelationPrinter,
): Readonly<Record<string, Callable>> {
  const db = port ?? noDatabase;
  const run = async (sql: string): Promise<null> => {
    await db.query(sql);
    return null;
  };
  const name = (relation: unknown): Relation => asRelation(relation);
  const one = (method: string, action: (relation: Relation) => Promise<unknown>): Callable =>
    hostFunction(method, ['relation'], (relation) => action(name(relation)));
  return {
    execute: hostFunction(
      'execute',
      ['sql', flag('auto_begin'), flag('fetch'), nullable('limit')],
      (sql, _begin, fetch) => execute(db, toStr(sql), Boolean(fetch)),
    ),
    add_query: hostFunction('add_query', ['sql', '**kwargs'], (sql) => run(toStr(sql))),
    get_relation: hostFunction('get_relation', ['database', 'schema', 'identifier'], (...parts: unknown[]) =>
      getRelation(db, parts, printer),
    ),
    already_exists: hostFunction('already_exists', ['schema', 'identifier'], async (...parts: unknown[]) => {
      return (await getRelation(db, [null, ...parts], printer)) !== null;
    }),
    list_relations: hostFunction('list_relations', ['database', 'schema'], (database, schema) =>
      listRelations(db, textOrNull(database), toStr(schema), printer),
    ),
    list_relations_without_caching: one('list_relations_without_caching', (r) =>
      listRelations(db, r.database, r.schema ?? '', printer),
    ),
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
    drop_relation: one('drop_relation', (r) => (r.type === null ? dropUnknown(db, r) : run(dropSql(r)))),
    truncate_relation: one('truncate_relation', (r) => run(`truncate table ${r.render()}`)),
    rename_relation: hostFunction('rename_relation', ['from_relation', 'to_relation'], (from, to) =>
      run(`alter ${name(to).type ?? 'table'} ${name(from).render()} rename to "${name(to).identifier ?? ''}"`),
    ),
    location_exists: hostFunction('location_exists', ['location'], (location) => locationExists(db, toStr(location))),
  };
}

const noDatabase: DatabasePort = {
  query: refuse,
  relation: refuse,
  relations: refuse,
  columns: refuse,
};

function refuse(): Promise<never> {
  return Promise.reject(
    templateError(
      'jinja/render',
      'This asks the database, and there is none: the project is rendered without one.',
      'Put it inside {% if execute %}, or run a command that opens the database.',
    ),
  );
}

async function execute(db: DatabasePort, sql: string, fetch: boolean): Promise<Tuple> {
  const data = await db.query(sql);
  const table = fetch ? new ResultTable(data) : emptyTable();
  return Tuple.from([new Response(fetch ? data.rows.length : null), table]);
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

async function listRelations(
  db: DatabasePort,
  database: string | null,
  schema: string,
  printer: RelationPrinter,
): Promise<Relation[]> {
  const found = await db.relations(database, schema);
  return found.map((one) => new Relation({ ...one.name, type: one.type }, printer));
}

async function columnsOf(db: DatabasePort, relation: Relation): Promise<Column[]> {
  const identifier = relation.identifier ?? '';
  const columns =
    relation.external === null
      ? await db.columns({ database: relation.database, schema: relation.schema, identifier })
      : (await db.query(`select * from ${relation.external} limit 0`)).columns;
  return columns.map((column) => new Column({ column: column.name, dtype: column.type }));
}

async function missingColumns(db: DatabasePort, from: Relation, to: Relation): Promise<Column[]> {
  const there = new Set((await columnsOf(db, to)).map((column) => column.column));
  return (await columnsOf(db, from)).filter((column) => !there.has(column.column));
}

async function queryColumns(db: DatabasePort, sql: string): Promise<Column[]> {
  const { columns } = await db.query(sql);
  return columns.map((column) => new Column({ column: column.name, dtype: column.type }));
}

async function schemaExists(db: DatabasePort, database: string | null, schema: string): Promise<boolean> {
  const where = [`lower(schema_name) = ${literal(schema.toLowerCase())}`];
  if (database !== null) where.push(`lower(catalog_name) = ${literal(database.toLowerCase())}`);
  const { rows } = await db.query(`select 1 from system.information_schema.schemata where ${where.join(' and ')}`);
  return rows.length > 0;
}

async function locationExists(db: DatabasePort, location: string): Promise<boolean> {
  if (db === noDatabase) return refuse();
  try {
    await db.query(`select 1 from ${literal(location)} where 1=0`);
    return true;
  } catch {
    return false;
  }
}

async function dropUnknown(db: DatabasePort, relation: Relation): Promise<null> {
  const { database, schema, identifier } = relation;
  const found = await db.relation({ database, schema, identifier: identifier ?? '' });
  if (found !== null) await db.query(dropSql(relation.with({ type: found.type })));
  return null;
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

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : toStr(value);
}
