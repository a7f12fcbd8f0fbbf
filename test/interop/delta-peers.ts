import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { DeltaTable, DeltaWorkshop } from '../support/delta-workshop.ts';
import { placeForOthers, testBucket } from '../support/into-bucket.ts';
import { findEnvironment, findPeers } from './peers.ts';

export type Reader = 'delta-rs' | 'duckdb' | 'polars' | 'arrow';
export const everyone: readonly Reader[] = ['delta-rs', 'duckdb', 'polars', 'arrow'];
/** Those that read deletion vectors. */
export const withVectors: readonly Reader[] = ['delta-rs', 'duckdb', 'polars'];

export type Answer = Readonly<Record<string, unknown>>;

/** Other engines on the tables of a workshop. */
export interface DeltaPeers {
  /** One job for another engine, in a process of its own. */
  ask(job: Answer): Promise<Answer>;
  /** What each reader sees that the query does not give, and the other way round. */
  seenBy(table: Pick<DeltaTable, 'root'>, sql: string, readers?: readonly Reader[]): Promise<Answer>;
  /** As `seenBy`, of the change data feed from a version on, as delta-rs reads it. */
  changesSeen(table: Pick<DeltaTable, 'root'>, sql: string, from: number): Promise<Answer>;
}

/** How delta-rs reaches the buckets of a server. */
export function storageOptions(
  endpoint: string,
  keys: { readonly accessKeyId: string; readonly secretAccessKey: string },
): Answer {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_REGION: 'us-east-1',
    AWS_ALLOW_HTTP: 'true',
  };
}

/** Where tests keep their lakes in a bucket, the others are sent there. */
function sentToBucket(job: Answer): Answer {
  const bucket = testBucket();
  if (bucket === undefined) return job;
  const { table, tables } = job as {
    readonly table?: string;
    readonly tables?: Readonly<Record<string, readonly [string, string]>>;
  };
  const placed = Object.entries(tables ?? {}).map(([name, [at, expected]]) => [name, [placeForOthers(at), expected]]);
  return {
    ...job,
    ...(table !== undefined && { table: placeForOthers(table) }),
    ...(tables && { tables: Object.fromEntries(placed) }),
    storage: storageOptions(`http://${bucket.endpoint}`, bucket.keys),
  };
}

/** One job for another engine, in a process of its own: `delta_peer.py` says which there are. */
export function askPeer(job: Answer): Promise<Answer> {
  const python = findEnvironment('delta');
  const { home } = findPeers();
  return new Promise((resolve, reject) => {
    const peer = spawn(python, [join(import.meta.dirname, 'delta_peer.py')], { env: { ...process.env, HOME: home } });
    let out = '';
    let failed = '';
    peer.stdout.on('data', (data) => (out += data));
    peer.stderr.on('data', (data) => (failed += data));
    peer.on('close', (code) => (code === 0 ? resolve(JSON.parse(out)) : reject(new Error(failed))));
    peer.stdin.end(JSON.stringify(sentToBucket(job)));
  });
}

export function deltaPeers(at: DeltaWorkshop, folder: string): DeltaPeers {
  const compared = async (job: Answer, sql: string): Promise<Answer> => {
    const expected = join(folder, 'expected.parquet');
    await at.connection.query(`COPY (${sql}) TO '${expected}' (FORMAT parquet)`);
    return await askPeer({ action: 'read', expected, ...job });
  };
  return {
    ask: askPeer,
    seenBy: ({ root }, sql, readers = everyone) => compared({ table: root, readers }, sql),
    changesSeen: ({ root }, sql, from) => compared({ table: root, readers: ['changes'], from }, sql),
  };
}

export const alike = (readers: readonly string[] = everyone): Answer =>
  Object.fromEntries(readers.map((reader) => [reader, 0]));
