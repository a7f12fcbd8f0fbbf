import { type Meter, metered, newMeters, type Traffic } from '@eider/store';
import type { Lake } from '../lake/lake.ts';
import { startHttpLog } from '../session/http-log.ts';
import type { Connection, Session } from '../session/session.ts';

/** Counts what each node of a run asks of servers: eider for it, and DuckDB on the connection that it runs on. */
export interface RunTraffic {
  /** Does a node's work on a connection that is its own meanwhile. Uploads that it leaves behind are counted as well; what DuckDB asked is by `settled`. */
  node<T>(id: string, connection: Connection, work: () => Promise<T>): Promise<T>;
  /** Does what is done for a node besides. */
  besides<T>(id: string, work: () => Promise<T>): Promise<T>;
  /** When all that DuckDB asked up to now is counted. */
  settled(): Promise<void>;
  /** What a node has asked up to now; undefined where it asked nothing. */
  of(id: string): Traffic | undefined;
}

/** What DuckDB asked on a connection since the last time, and when (milliseconds since 1970). */
type AskedByDuckdb = (connection: Connection) => Promise<readonly (Traffic & { readonly at: number })[]>;

/** A node that ran on a connection, since when: milliseconds since 1970. */
interface Ran {
  readonly since: number;
  readonly meter: Meter;
}

/** DuckDB's log is a query, as long as many a node takes: it is asked for several of them at once, after so many milliseconds. */
const logEvery = 1000;

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
    return await Promise.all(
      requests.map(async ({ at, traffic, url }) => ({ at, ...((await lake.fetched(url)) ?? traffic) })),
    );
  };
}

export function countTraffic(askedByDuckdb: AskedByDuckdb): RunTraffic {
  const meters = newMeters();
  /** By connection, in order: the nodes whose requests nobody has looked for yet. */
  const open = new Map<Connection, Ran[]>();
  const count = async (connection: Connection): Promise<void> => {
    const ran = open.get(connection) ?? [];
    open.delete(connection);
    // Nodes follow one another on a connection.
    for (const { at, ...asked } of await askedByDuckdb(connection))
      (ran.findLast(({ since }) => since < at) ?? ran[0])?.meter.add(asked);
  };
  return {
    node: async (id, connection, work) => {
      const meter = meters.of(id);
      const ran = open.get(connection) ?? [];
      open.set(connection, ran);
      ran.push({ since: Date.now(), meter });
      try {
        return await metered(meter, work);
      } finally {
        if (Date.now() - (ran[0]?.since ?? 0) > logEvery) await count(connection);
      }
    },
    settled: async () => {
      await Promise.all([...open.keys()].map(count));
    },
    besides: (id, work) => metered(meters.of(id), work),
    of: (id) => {
      const total = meters.of(id).total();
      return total.requests === 0 ? undefined : total;
    },
  };
}
