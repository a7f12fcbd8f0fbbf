import { quoteText } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import type { Gate, ServedObject } from './gate.ts';

/** A key by which the way to this process is tried. */
export const probe = 'eider-probe';
export const empty: ServedObject = { bytes: 0, read: async function* () {} };

const secretName = '__eider_objects';

/** A secret whose scope is the folder's: DuckDB takes the longest that fits. Where the way to this process is closed (a proxy for all hosts), the profile's are used. */
export async function bindGate(connection: Connection, { endpoint, key }: Gate, folder: string): Promise<boolean> {
  const secret = (scope: string): string =>
    `CREATE OR REPLACE TEMPORARY SECRET ${secretName} (TYPE s3, KEY_ID ${quoteText(key)}, SECRET ${quoteText(key)}, REGION 'us-east-1', ENDPOINT ${quoteText(endpoint)}, URL_STYLE 'path', USE_SSL false, SCOPE ${quoteText(scope)})`;
  try {
    await connection.query(secret('s3://eider-gate/'));
    await connection.query(`SELECT size FROM read_blob('s3://eider-gate/${probe}')`);
    await connection.query(secret(`${folder}/`));
    return true;
  } catch {
    // Without httpfs there is no secret.
    await unbindGate(connection).catch(() => undefined);
    return false;
  }
}

/** The profile's secrets are used again. */
export async function unbindGate(connection: Connection): Promise<void> {
  await connection.query(`DROP TEMPORARY SECRET IF EXISTS ${secretName}`);
}
