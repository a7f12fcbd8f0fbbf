import {
  type DatabasePort,
  EiderError,
  error,
  type Materialization,
  type MaterializationAnswer,
  type Place,
  warning,
} from '@eider/core';
import { quoteText } from '../session/quote.ts';
import { relationName, shifted } from '../session/relation.ts';
import { type Connection, SqlError } from '../session/session.ts';
import type { MaterializeContext, Materialized } from './materialization.ts';
import { sameQuery } from './same-query.ts';
import { withNote } from './working-table.ts';

/**
 * A materialization that is a macro: the project's, a package's, or one of dbt's that only templates know. The macro runs hooks and statements itself. Then the
 * node's relation is looked at: a table, or a view of anything but the node's own SQL, is exported after on-run-end; without one nothing is published.
 */
export async function ownMaterialization(context: MaterializeContext, own: Materialization): Promise<Materialized> {
  const { build, node } = context;
  const place = await build.newGeneration(node.unique_id, null);
  const { answer, isRolledBack } = await withNote(context, place.id, () => runMacro(context, own));
  const kind = await kindMade(context);
  const made = { generation: null, rows: null, bytes: null, message: answer.message, location: null };
  return {
    ...made,
    response: answer.response,
    later: kind === null ? null : { kind, place },
    ...(isRolledBack && { findings: [rolledBack(context, own)] }),
  };
}

/** What came of a macro. */
interface MacroRun {
  readonly answer: MaterializationAnswer;
  /** Whether it ended with statements that were not committed. */
  readonly isRolledBack: boolean;
}

/**
 * Runs the macro of a materialization in a transaction as dbt's: the first statement that asks for one begins it, `adapter.commit()` ends it, and what is not
 * committed at the end is rolled back. Throws EiderError, or SqlError where the node's own SQL is what failed.
 */
export async function runMacro(
  {
    compiled,
    compiler,
    connection,
    node,
    port,
  }: Pick<MaterializeContext, 'compiled' | 'compiler' | 'connection' | 'node' | 'port'>,
  own: Materialization,
): Promise<MacroRun> {
  if (!own.languages.includes(node.language)) throw wrongLanguage(own, node.language);
  const work = transactionPort(port, connection, compiled?.sql ?? '');
  try {
    const answer = await compiler.materialize(node.unique_id, work.port);
    return { answer, isRolledBack: await work.end() };
  } catch (cause) {
    await work.end();
    throw work.ownFailure(cause) ?? (own.isOwn ? cause : atNode(cause, compiler.placeOf(node.unique_id)));
  }
}

/** Nobody can mend a macro of dbt's own: the place of what failed in one is the node. */
function atNode(cause: unknown, place: Place): unknown {
  if (!(cause instanceof EiderError)) return cause;
  return new EiderError(
    cause.diagnostics.map(({ trace: _, ...finding }) => ({ ...finding, place })),
    { cause },
  );
}

interface TransactionWork {
  readonly port: DatabasePort;
  /** Rolls back what was not committed; true where there was something. */
  end(): Promise<boolean>;
  /** The failure of a statement as one of the node's own SQL, where it lies in that. */
  ownFailure(cause: unknown): SqlError | undefined;
}

/** A port on which the first statement that asks for one begins a transaction; what `adapter.commit()` did not end is rolled back. */
export function transactionPort(port: DatabasePort, connection: Connection, own: string): TransactionWork {
  let isOpen = false;
  let failure: SqlError | undefined;
  const end = async (): Promise<boolean> => {
    if (!isOpen) return false;
    isOpen = false;
    await connection.query('ROLLBACK').catch(() => undefined);
    return true;
  };
  const query: DatabasePort['query'] = async (sql) => {
    try {
      return await port.query(sql);
    } catch (cause) {
      // A statement that fails ends dbt's transaction.
      await end();
      failure = cause instanceof SqlError ? inOwnSql(cause, own) : undefined;
      throw cause;
    }
  };
  const transaction: NonNullable<DatabasePort['transaction']> = {
    begin: async () => {
      if (isOpen) return;
      await connection.query('BEGIN');
      isOpen = true;
    },
    commit: async () => {
      if (!isOpen)
        throw new Error('Tried to commit a transaction, but there is none open: no statement has begun one.');
      await connection.query('COMMIT');
      isOpen = false;
    },
  };
  return {
    port: { ...port, query, transaction },
    end,
    ownFailure: (cause) => (isFailureOf(cause, failure) ? failure : undefined),
  };
}

/** A template's error passes on the words of the statement that failed in it. */
function isFailureOf(cause: unknown, failure: SqlError | undefined): boolean {
  return (
    failure !== undefined &&
    cause instanceof EiderError &&
    cause.diagnostics.some(({ message }) => message === failure.message)
  );
}

function inOwnSql(cause: SqlError, own: string): SqlError | undefined {
  const at = own === '' ? -1 : cause.sql.indexOf(own);
  const inside = at < 0 ? undefined : shifted(cause, own, at);
  return inside?.position === undefined ? undefined : inside;
}

/** What there is of a node's relation after its macro ran: `view` where it is a view of the node's SQL, which may be published as it is. */
async function kindMade({ compiled, connection, node, port }: MaterializeContext): Promise<'internal' | 'view' | null> {
  if (node.resource_type === 'function') return null;
  const name = relationName(node);
  const { database, identifier, schema } = name;
  const found = await port.relation(name);
  if (found?.type !== 'view') return found === null ? null : 'internal';
  const { rows } = await connection.query(
    `SELECT sql FROM duckdb_views() WHERE lower(database_name) = lower(${quoteText(database)}) AND lower(schema_name) = lower(${quoteText(schema)}) AND lower(view_name) = lower(${quoteText(identifier)})`,
  );
  const [, query] = /^create (?:or replace )?view [^(]*? as (.*?);?\s*$/is.exec(String(rows[0]?.[0])) ?? [];
  const isOwn = query !== undefined && (await sameQuery(connection, compiled?.sql ?? '', query));
  return isOwn ? 'view' : 'internal';
}

function rolledBack({ node }: MaterializeContext, own: Materialization): ReturnType<typeof warning> {
  const text = `What the materialization "${own.name}" did for ${node.name} was rolled back: it ended without adapter.commit().`;
  const hint = "Call `{% do adapter.commit() %}` behind its statements, as dbt's own do.";
  return warning('engine/rolled-back', text, { node: node.unique_id, hint, ...(own.place && { place: own.place }) });
}

function wrongLanguage(own: Materialization, language: string): EiderError {
  const languages = own.languages.map((one) => `'${one}'`).join(', ');
  const text = `The materialization "${own.name}" only supports languages [${languages}]; got "${language}".`;
  const hint = `Name the language: \`supported_languages=[${languages}, '${language}']\`, and build what it gives.`;
  return new EiderError([error('engine/unsupported', text, { hint, ...(own.place && { place: own.place }) })]);
}
