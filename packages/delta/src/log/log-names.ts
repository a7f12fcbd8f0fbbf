/** The folder of the log, in the table's. */
export const logFolder: string = '_delta_log/';
export const lastCheckpointKey: string = `${logFolder}_last_checkpoint`;

const padded = (version: number): string => String(version).padStart(20, '0');

export const commitKey = (version: number): string => `${logFolder}${padded(version)}.json`;
export const checksumKey = (version: number): string => `${logFolder}${padded(version)}.crc`;
export const checkpointKey = (version: number): string => `${logFolder}${padded(version)}.checkpoint.parquet`;
export const sidecarKey = (name: string): string => `${logFolder}_sidecars/${name}`;

/** The name that comes before every file of a version and after those of the versions before it. */
export const beforeVersion = (version: number): string => padded(version);

/** What a name in the log's folder says (protocol, "File Types"). */
export type LogFile =
  | { readonly kind: 'commit' | 'checksum'; readonly version: number }
  | { readonly kind: 'compacted'; readonly version: number; readonly last: number }
  | {
      readonly kind: 'checkpoint';
      readonly version: number;
      /** A V2 checkpoint may be JSON; all others are Parquet. */
      readonly format: 'parquet' | 'json';
      /** Named by a UUID: V2 for sure. */
      readonly unique: boolean;
      /** Of a checkpoint in several files: which this is, from 1, and of how many. */
      readonly part: number;
      readonly parts: number;
    };

const names =
  /^(\d{20})\.(?:(json)|(crc)|(\d{20})\.compacted\.json|checkpoint\.parquet|checkpoint\.(\d{10})\.(\d{10})\.parquet|checkpoint\.[0-9a-f-]{36}\.(json|parquet))$/i;

/** Reads a key of the log's folder; undefined for what is none of the protocol's files. */
export function parseLogKey(key: string): LogFile | undefined {
  const match = names.exec(key.slice(logFolder.length));
  if (match === null) return undefined;
  const [, number, commit, checksum, last, part, parts, unique] = match;
  const version = Number(number);
  if (commit !== undefined) return { kind: 'commit', version };
  if (checksum !== undefined) return { kind: 'checksum', version };
  if (last !== undefined) return { kind: 'compacted', version, last: Number(last) };
  return {
    kind: 'checkpoint',
    version,
    format: unique === undefined ? 'parquet' : (unique.toLowerCase() as 'json' | 'parquet'),
    unique: unique !== undefined,
    part: Number(part ?? 1),
    parts: Number(parts ?? 1),
  };
}
