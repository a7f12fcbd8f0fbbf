import type { Store } from '@eider/store';
import { missingExtension } from '../session/missing-extension.ts';
import { quoteText } from '../session/quote.ts';
import { type Connection, type Session, SqlError } from '../session/session.ts';
import { changesKey, type DeltaCall, deltaCalls } from './delta-calls.ts';
import type { LearnedScan, NewestVersions } from './learn-scan.ts';

/** Opens the store of a table's folder; undefined for a place that DuckDB's extension alone knows. */
export type OpenTable = (location: string) => Promise<Store | undefined>;

/** What a session's statements read, each table once: what runs in one session sees one version of it. */
interface Scans {
  readonly asked: Map<string, Promise<LearnedScan | undefined>>;
  /** Queries, by `DeltaCall.key`. */
  readonly known: Map<string, string>;
  readonly newest: NewestVersions;
}

/**
 * A session in which `delta_scan('…')` reads a table by its log, as a list of exactly the files of one version: no extension is needed, and every statement
 * of the session sees the same version. `table_changes('…', from, to)` reads its change data feed so, up to that version. Tables with features that are not known here are left to DuckDB's `delta` extension.
 */
export function withDeltaScans(session: Session, openTable: OpenTable): Session {
  const scans: Scans = { asked: new Map(), known: new Map(), newest: new Map() };
  return { ...session, connect: async () => deltaConnection(await session.connect(), scans, openTable) };
}

function deltaConnection(connection: Connection, scans: Scans, openTable: OpenTable): Connection {
  let defined = 0;
  const prepared = async (sql: string): Promise<string | undefined> => {
    let refused: string | undefined;
    for (const call of deltaCalls(sql)) {
      const asked = scans.asked.get(call.key) ?? learn(connection, scans, call, openTable);
      scans.asked.set(call.key, asked);
      const scan = await asked;
      if (scan !== undefined && 'failed' in scan) throw new SqlError(scan.failed, { ...at(sql, call), kind: 'IO' });
      if (scan !== undefined && 'refused' in scan) refused = scan.refused;
    }
    if (scans.known.size > defined) {
      defined = scans.known.size;
      await connection.query(definition(scans.known));
    }
    return refused;
  };
  const run = async <T>(sql: string, work: (sql: string) => Promise<T>): Promise<T> => {
    const refused = await prepared(sql);
    const before = defined;
    try {
      return await work(sql);
    } catch (cause) {
      if (!lacksExtension(cause) && !lacksChanges(cause)) throw cause;
      if (refused !== undefined) throw withReason(cause, refused);
      // A view of an earlier run stands on a table that no statement of this one names.
      for (const view of await viewsOverDelta(connection)) await prepared(view);
      if (defined === before) throw cause;
      return await work(sql);
    }
  };
  const reading = (plain: Connection): Connection => ({
    ...plain,
    query: (sql) => run(sql, plain.query),
    objects: (sql) => run(sql, plain.objects),
    retry: (work) => plain.retry((inner, attempt) => work(reading(inner), attempt)),
  });
  return reading(connection);
}

async function learn(
  connection: Connection,
  scans: Scans,
  call: DeltaCall,
  openTable: OpenTable,
): Promise<LearnedScan | undefined> {
  const store = await openTable(call.location);
  if (store === undefined) return undefined;
  const { learnScan } = await import('./learn-scan.ts');
  const scan = await learnScan(connection, store, call, scans.newest);
  if ('query' in scan) scans.known.set(call.key, scan.query);
  return scan;
}

const at = (sql: string, { position }: DeltaCall): { readonly sql: string; readonly position: number } => ({
  sql,
  position,
});

const variable = 'eider_delta_scans';

/** Makes `delta_scan` and `table_changes` of one connection macros over the queries that are known. What the first does not know goes to the extension's function. */
function definition(known: ReadonlyMap<string, string>): string {
  const entries = [...known].map(([key, query]) => `${quoteText(key)}: ${quoteText(query)}`).join(', ');
  const key = `location || coalesce('@' || CAST(version AS VARCHAR), '') || coalesce('@' || CAST(as_of AS VARCHAR), '')`;
  const versions = `location || '@' || CAST(starting_version AS VARCHAR) || coalesce('@' || CAST(ending_version AS VARCHAR), '')`;
  const changes = `${quoteText(changesKey)} || ${versions}`;
  const unknown = `error('table_changes takes a place and versions as they are: table_changes(''out/orders'', 3).')`;
  const extension = `'FROM system.main.delta_scan(''' || replace(location, '''', '''''') || ''')'`;
  return [
    `SET VARIABLE ${variable} = MAP {${entries}}`,
    `CREATE OR REPLACE TEMP MACRO delta_scan(location, version := NULL, as_of := NULL) AS TABLE FROM query(coalesce(getvariable(${quoteText(variable)})[${key}], ${extension}))`,
    `CREATE OR REPLACE TEMP MACRO table_changes(location, starting_version, ending_version := NULL) AS TABLE FROM query(coalesce(getvariable(${quoteText(variable)})[${changes}], ${unknown}))`,
  ].join(';\n');
}

async function viewsOverDelta(connection: Connection): Promise<readonly string[]> {
  const { rows } = await connection.query(
    "SELECT sql FROM duckdb_views() WHERE sql ILIKE '%delta_scan%' OR sql ILIKE '%table_changes%'",
  );
  return rows.map(([sql]) => String(sql));
}

const lacksExtension = (cause: unknown): cause is SqlError =>
  cause instanceof SqlError && missingExtension(cause.message) === 'delta';

const lacksChanges = (cause: unknown): cause is SqlError =>
  cause instanceof SqlError && /Table Function with name "?table_changes"? does not exist/.test(cause.message);

/** DuckDB's own words say nothing of why its extension was asked. */
function withReason({ sql, kind, position }: SqlError, reason: string): SqlError {
  const what = `DuckDB's extension delta may know it, but is not installed.`;
  return new SqlError(`${reason} ${what} Add \`delta\` to \`extensions:\` of the target in profiles.yml.`, {
    ...{ sql, kind, position },
  });
}
