import { metered, newMeters, type Traffic } from '@eider/store';
import type { Lake } from '../lake/lake.ts';
import { startHttpLog } from '../session/http-log.ts';
import type { Connection, Session } from '../session/session.ts';

/** Counts what each node of a run asks of servers: eider for it, and DuckDB on the connection that it runs on. */
export interface RunTraffic {
  /** Does a node's work on a connection that is its own meanwhile. Uploads that it leaves behind are counted as well. */
  node<T>(id: string, connection: Connection, work: () => Promise<T>): Promise<T>;
  /** Does what is done for a node besides. */
  besides<T>(id: string, work: () => Promise<T>): Promise<T>;
  /** What a node has asked up to now; undefined where it asked nothing. */
  of(id: string): Traffic | undefined;
}

/** What DuckDB asked on a connection since the last time. */
type AskedByDuckdb = (connection: Connection) => Promise<readonly Traffic[]>;

/** Of DuckDB's requests those that came to this process count with what they cost at the bucket. Nothing is looked for where the profile names nothing that asks servers. */
export async function askedBy(lake: Pick<Lake, 'fetched'>, session: Session): Promise<AskedByDuckdb> {
  const { extensions, secrets } = session.target;
  if (secrets.length === 0 && !extensions.some(({ name }) => name === 'httpfs')) return async () => [];
  const connection = await session.connect();
  // A configuration that is locked lets nothing be counted.
  const log = await startHttpLog(connection).catch(() => undefined);
  connection.close();
  if (log === undefined) return async () => [];
  // A connection that was interrupted says nothing more.
  return async (of) => {
    const requests = await log(of).catch(() => []);
    return await Promise.all(requests.map(async ({ traffic, url }) => (await lake.fetched(url)) ?? traffic));
  };
}

export function countTraffic(askedByDuckdb: AskedByDuckdb): RunTraffic {
  const meters = newMeters();
  return {
    node: async (id, connection, work) => {
      const meter = meters.of(id);
      try {
        return await metered(meter, work);
      } finally {
        for (const asked of await askedByDuckdb(connection)) meter.add(asked);
      }
    },
    besides: (id, work) => metered(meters.of(id), work),
    of: (id) => {
      const total = meters.of(id).total();
      return total.requests === 0 ? undefined : total;
    },
  };
}
