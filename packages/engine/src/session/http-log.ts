import type { Traffic } from '@eider/store';
import type { Connection } from './session.ts';

/** A request that DuckDB's httpfs made. */
export interface LoggedRequest {
  readonly url: string;
  /** When it was answered, in milliseconds since 1970. */
  readonly at: number;
  readonly traffic: Traffic;
}

/** What httpfs asked on a connection since the last time that somebody wanted to know. */
export type HttpLog = (connection: Connection) => Promise<readonly LoggedRequest[]>;

/** Rows of the log, of about a kilobyte each, above which it is emptied. */
const mostRows = 20_000;

/**
 * Has a DuckDB write down the requests of its httpfs, in memory. Undefined where somebody has set up logging, which is left alone. The first call for a
 * connection gives all that it asked.
 */
export async function startHttpLog(connection: Connection): Promise<HttpLog | undefined> {
  const [setting] = await connection.objects("SELECT current_setting('enable_logging')::BOOLEAN AS is_on");
  if (setting?.is_on !== false) return undefined;
  await connection.query("CALL enable_logging('HTTP', storage = 'memory')");
  const seen = new Map<Connection, number>();
  let rows = 0;
  return async (of) => {
    const before = seen.get(of) ?? 0;
    const found = await of.objects(
      `SELECT epoch_ms(timestamp) AS at, message FROM duckdb_logs WHERE type = 'HTTP' AND connection_id = current_connection_id() OFFSET ${before}`,
    );
    seen.set(of, before + found.length);
    rows += found.length;
    if (rows > mostRows) {
      // What other nodes ask at this moment is lost to the count.
      await of.query('CALL truncate_duckdb_logs()');
      seen.clear();
      rows = 0;
    }
    return found.map(({ at, message }) => ({ at: Number(at), ...readRequest(String(message)) }));
  };
}

/** DuckDB 1.5 writes a request and its answer as text of a struct. */
function readRequest(message: string): Omit<LoggedRequest, 'at'> {
  const [asked = '', answered = ''] = message.split(/'response': (?=\{|NULL)/);
  const number = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);
  const isHead = /'type': HEAD\b/.test(asked);
  return {
    url: /'url': '([^']*)'/.exec(asked)?.[1] ?? '',
    traffic: {
      requests: 1,
      bytesSent: number(asked, /'request_body_length': (\d+)/),
      bytesReceived: isHead ? 0 : number(answered, /content-length=(\d+)/i),
      requestMs: number(asked, /'duration_ms': (\d+)/),
    },
  };
}
