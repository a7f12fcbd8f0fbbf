import {
  type CompiledNode,
  type Compiler,
  type Diagnostic,
  EiderError,
  error,
  type ManifestNode,
  type Place,
  type SeedNode,
} from '@eider/core';
import { dataParents } from '../materialize/data-parents.ts';
import { loadSeed } from '../materialize/seed.ts';
import { databasePort } from '../session/database-port.ts';
import { quoteName } from '../session/quote.ts';
import { relationOf, shifted } from '../session/relation.ts';
import { type Connection, type ResultTable, SqlError } from '../session/session.ts';
import { isFlag, whyNotThere } from './candidates.ts';
import type { CompileSession } from './compile-session.ts';
import { diagnose } from './diagnose.ts';
import { exists } from './resolve-parents.ts';

/** What previews are made of. */
export interface Preview {
  readonly compiler: Compiler;
  readonly session: CompileSession;
  /** The most rows that are wanted; null for all of them. */
  readonly limit: number | null;
}

/**
 * The first rows of a node, as dbt's `show` has them: of a model or test what its SQL gives now, over the committed state of what it reads; of a seed
 * what its file holds. A Python model, which has no SQL, is shown as it was committed. Nothing is written. Throws EiderError: `engine/never-built` where
 * something that it reads is not there, else what is wrong with its template or SQL, at its place.
 */
export async function previewNode(preview: Preview, id: string): Promise<ResultTable> {
  const { compiler, session } = preview;
  const node = compiler.manifest.nodes[id];
  if (node === undefined) throw new EiderError([error('ref/not-found', `There is no node '${id}' in this project.`)]);
  const reader = { name: node.name, id, select: `+${node.name}` };
  const reads = node.language === 'python' ? [id] : dataParents(compiler.manifest, id);
  const connection = await session.connect();
  try {
    if (node.resource_type === 'seed') return await seedRows(preview, node as SeedNode, connection);
    await checkBuilt(preview, connection, reader, reads);
    if (node.language === 'python') return await firstRows(connection, `FROM ${relationOf(node)}`, preview.limit);
    return await compiledRows(preview, { node, header: node.config.sql_header }, connection, () =>
      compiler.compile(id, session.port),
    );
  } finally {
    connection.close();
  }
}

/** The first rows of SQL that no file holds, rendered with everything that a model may use. Throws EiderError, with places in `--inline`. */
export async function previewInline(preview: Preview, sql: string): Promise<ResultTable> {
  const { compiler, session } = preview;
  const node = { name: 'inline_query', resource_type: 'operation', unique_id: 'inline_query' } as const;
  const place = { file: '--inline', line: 1, column: 1 };
  const connection = await session.connect();
  try {
    return await compiledRows(preview, { node, place }, connection, async () => {
      const compiled = await compiler.compileInline(sql, session.port);
      const reads = compiled.refs.flatMap((id) =>
        compiler.manifest.nodes[id]?.config.materialized === 'ephemeral' ? dataParents(compiler.manifest, id) : [id],
      );
      await checkBuilt(preview, connection, { name: 'The query', id: compiled.id, select: null, place }, reads);
      return { ...compiled, sql: compiled.sql.replace(/(\s*;)+\s*$/, '') };
    });
  } finally {
    connection.close();
  }
}

async function seedRows({ compiler, limit }: Preview, node: SeedNode, connection: Connection): Promise<ResultTable> {
  const name = `memory.main.${quoteName(`__eider_${node.unique_id}`)}`;
  await loadSeed({ connection, node, root: compiler.project.root }, name, null);
  return firstRows(connection, `FROM ${name}`, limit);
}

interface Shown {
  readonly node: Pick<ManifestNode, 'name' | 'resource_type' | 'unique_id'>;
  readonly place?: Place;
  /** `sql_header` of the config: what comes before. */
  readonly header?: unknown;
}

async function compiledRows(
  { compiler, limit, session }: Preview,
  { header, ...shown }: Shown,
  connection: Connection,
  compile: () => Promise<CompiledNode>,
): Promise<ResultTable> {
  let compiled: CompiledNode | undefined;
  try {
    compiled = await compile();
    const { sql } = compiled;
    if (typeof header === 'string' || looksAround.test(sql)) await session.showAll();
    const before = typeof header === 'string' ? await runHeader(connection, header) : '';
    return await firstRows(connection, sql, limit, before).catch(async (cause: unknown) => {
      if (!(cause instanceof SqlError) || !cause.message.startsWith('Catalog Error')) throw cause;
      // A relation that the SQL names plainly, without ref().
      await session.showAll();
      return firstRows(connection, sql, limit, before);
    });
  } catch (cause) {
    const found = await diagnose(cause, { compiler, ...shown, compiled, port: databasePort(connection) });
    const unread = await session.showAll();
    throw new EiderError(unread === null ? found : found.map((one) => withUnread(one, unread)), { cause });
  }
}

/** Runs the statements of a header. One that is the beginning of a statement, such as a WITH clause, is given back, for dbt's `show` writes the query behind it. */
async function runHeader(connection: Connection, header: string): Promise<string> {
  const isWhole = await connection.statements(header).then(
    (count) => count > 0,
    () => false,
  );
  if (!isWhole) return header;
  await connection.query(header);
  return '';
}

/** SQL that asks what relations there are. */
const looksAround = /\b(information_schema|pg_\w+|duckdb_\w+|sqlite_\w+|pragma\w*|show|describe)\b/i;

/** A table that is not there may be one of the working database, which could not be looked into. */
function withUnread(finding: Diagnostic, unread: string): Diagnostic {
  if (!/^There is no (table|schema) /.test(finding.message)) return finding;
  return { ...finding, hint: `The working database of the profile may have it, and cannot be read now: ${unread}.` };
}

/** As a subquery, so that a query with a LIMIT of its own keeps it; DuckDB keeps the order of its rows. */
async function firstRows(connection: Connection, sql: string, limit: number | null, before = ''): Promise<ResultTable> {
  const head = `${before} FROM (\n`.trimStart();
  try {
    return await connection.query(`${head}${sql}\n)${limit === null ? '' : ` LIMIT ${limit}`}`);
  } catch (cause) {
    throw cause instanceof SqlError ? shifted(cause, sql, head.length) : cause;
  }
}

interface Reader {
  readonly name: string;
  readonly id: string;
  /** What builds the node with what it reads; null: what it reads is named one by one. */
  readonly select: string | null;
  readonly place?: Place;
}

/** Of what was not committed, a table in the working database may be all there is. */
async function isThere(
  { connection, session }: { readonly connection: Connection; readonly session: CompileSession },
  node: ManifestNode,
): Promise<boolean> {
  if (await exists(node, connection)) return true;
  await session.showAll();
  return await exists(node, connection);
}

async function checkBuilt(
  { compiler, session }: Preview,
  connection: Connection,
  reader: Reader,
  ids: readonly string[],
): Promise<void> {
  const nodes = [...new Set(ids)].flatMap((id) => compiler.manifest.nodes[id] ?? []);
  await session.show(nodes.map((node) => node.unique_id));
  const found = await Promise.all(
    nodes.map(async (node) => {
      const isDeferred = (await compiler.deferredRelation(node.unique_id, null)) !== undefined;
      return isDeferred || (await isThere({ session, connection }, node)) ? [] : [node];
    }),
  );
  const missing = found.flat();
  if (missing.length === 0) return;
  const withheld = await session.withheld();
  const texts = missing.map(({ name, unique_id: id }) => {
    const tests = (withheld[id] ?? []).map((test) => test.split('.')[2] ?? test);
    return `${name}, which ${whyNotThere(tests)}`;
  });
  const failed = [...new Set(missing.flatMap(({ unique_id: id }) => withheld[id] ?? []))].filter((one) => !isFlag(one));
  const select = reader.select ?? missing.map((node) => node.name).join(' ');
  const rows = failed.map((test) => test.split('.')[2] ?? test).join(' ');
  const hint =
    rows === ''
      ? `Build it first: \`eider build --select ${select}\`.`
      : `Look at the rows that failed with \`eider show --select ${rows}\`, mend them, and build again.`;
  const place = reader.place ?? compiler.placeOf(reader.id);
  throw new EiderError([
    error('engine/never-built', `${reader.name} reads ${texts.join('; ')}.`, {
      ...(reader.place === undefined ? { node: reader.id } : {}),
      place,
      hint,
    }),
  ]);
}
