import { quoteText } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import type { Gate, ServedObject } from './gate.ts';

/** A key by which the way to this process is tried. */
export const probe = 'eider-probe';
export const empty: ServedObject = { bytes: 0, read: async function* () {} };

const secretName = '__eider_objects';

/** A secret by which DuckDB asks this process for what lies below a scope. */
type GateSecret = (gate: Gate, scope: string) => string;

const s3Secret =
  (type: string): GateSecret =>
  ({ endpoint, key }, scope) =>
    `TYPE ${type}, KEY_ID ${quoteText(key)}, SECRET ${quoteText(key)}, REGION 'us-east-1', ENDPOINT ${quoteText(endpoint)}, URL_STYLE 'path', USE_SSL false, SCOPE ${quoteText(scope)}`;

const azureSecret: GateSecret = ({ endpoint, key }, scope) => {
  const account = `AccountName=${key};AccountKey=${Buffer.from(key).toString('base64')}`;
  const connection = `DefaultEndpointsProtocol=http;${account};BlobEndpoint=http://${endpoint}`;
  return `TYPE azure, CONNECTION_STRING ${quoteText(connection)}, SCOPE ${quoteText(scope)}`;
};

/** By the scheme of URIs. What DuckDB reads by `abfss://` is asked by another protocol of Azure's. */
const secrets: Readonly<Record<string, GateSecret>> = {
  s3: s3Secret('s3'),
  gs: s3Secret('gcs'),
  gcs: s3Secret('gcs'),
  az: azureSecret,
  azure: azureSecret,
};

/** A secret whose scope is the folder's: DuckDB takes the longest that fits. Where the way to this process is closed (a proxy for all hosts), the profile's are used. */
export async function bindGate(connection: Connection, gate: Gate, folder: string): Promise<boolean> {
  const [, scheme = ''] = /^([a-z0-9]+):/.exec(folder) ?? [];
  const secret = secrets[scheme];
  if (secret === undefined) return false;
  const bind = (scope: string): Promise<unknown> =>
    connection.query(`CREATE OR REPLACE TEMPORARY SECRET ${secretName} (${secret(gate, scope)})`);
  try {
    await bind(`${scheme}://eider-gate/`);
    await connection.query(`SELECT size FROM read_blob('${scheme}://eider-gate/${probe}')`);
    await bind(`${folder}/`);
    return true;
  } catch {
    // Without the extension there is no secret.
    await unbindGate(connection).catch(() => undefined);
    return false;
  }
}

/** The profile's secrets are used again. */
export async function unbindGate(connection: Connection): Promise<void> {
  await connection.query(`DROP TEMPORARY SECRET IF EXISTS ${secretName}`);
}
