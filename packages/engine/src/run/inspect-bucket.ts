import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Diagnostic, EiderError, error, type Target } from '@eider/core';
import { openStore, type Store, StoreError, withoutConditions } from '@eider/store';
import { bindBuckets } from '../session/bind-buckets.ts';
import { serialConnection } from '../session/connection.ts';
import { explainSql } from '../session/explain-sql.ts';
import { openInstance } from '../session/open-session.ts';
import { quoteText } from '../session/quote.ts';
import { s3AccessOf } from '../session/s3-access.ts';
import { type Connection, SqlError } from '../session/session.ts';

/** What a place in a bucket lets this profile do. Found out by doing it, with objects that are deleted afterwards. */
export interface BucketReport {
  /** `s3://lake/shop`. */
  readonly uri: string;
  /** What worked, in the order in which it was tried. */
  readonly works: readonly BucketAbility[];
  /** What did not, and why; what comes after it was not tried. */
  readonly failure: { readonly ability: BucketAbility; readonly finding: Diagnostic } | null;
  /** How far the server's clock is ahead of this machine's, in ms; null where it is not known. */
  readonly clockAheadMs: number | null;
}

/** Each by eider's own requests, but the last two. */
export type BucketAbility =
  | 'list'
  | 'write'
  | 'conditional write'
  | 'read'
  | 'delete'
  | 'read by DuckDB'
  | 'write by DuckDB';

/** Tries everything that a lake does in a bucket: with eider's own requests, and with DuckDB as the profile sets it up. Throws nothing that a profile can cause. */
export async function inspectBucket(target: Target, folder: string, uri: string): Promise<BucketReport> {
  const works: BucketAbility[] = [];
  let clockAheadMs: number | null = null;
  const name = `_eider-debug-${randomBytes(6).toString('hex')}`;
  const bytes = new TextEncoder().encode('eider debug\n');
  const store = await openStore(uri.replace(/\/+$/, ''), { s3: s3AccessOf(target, process.env, folder) });
  const steps: readonly (readonly [BucketAbility, () => Promise<unknown>])[] = [
    ['list', () => store.list({ limit: 1 })],
    ['write', () => store.put(name, bytes)],
    ['conditional write', () => keepsConditions(store, name, bytes)],
    [
      'read',
      async () => {
        await store.get(name);
        const modified = (await store.stat(name))?.modified.getTime();
        // Servers tell whole seconds.
        if (modified !== undefined) clockAheadMs = Math.abs(modified - Date.now()) < 2000 ? 0 : modified - Date.now();
      },
    ],
    [
      'read by DuckDB',
      () => inDuckdb(target, folder, `SELECT size FROM read_blob(${quoteText(`${store.root}/${name}`)})`),
    ],
    [
      'write by DuckDB',
      () => inDuckdb(target, folder, `COPY (SELECT 1 AS one) TO ${quoteText(`${store.root}/${name}.parquet`)}`),
    ],
    ['delete', () => Promise.all([store.delete(name), store.delete(`${name}.parquet`)])],
  ];
  for (const [ability, attempt] of steps) {
    try {
      await attempt();
      works.push(ability);
    } catch (cause) {
      if (works.includes('write')) await store.delete(name).catch(() => undefined);
      return { uri, works, failure: { ability, finding: findingOf(cause) }, clockAheadMs };
    }
  }
  return { uri, works, failure: null, clockAheadMs };
}

async function keepsConditions(store: Store, name: string, bytes: Uint8Array): Promise<void> {
  if ((await store.putIfAbsent(name, bytes)) === 'created') throw withoutConditions(store.root);
}

async function inDuckdb(target: Target, folder: string, sql: string): Promise<void> {
  const about = Object.entries(target.configOptions).filter(([key]) => key.includes('extension'));
  const settings = Object.entries(target.settings).filter(([key]) => key.includes('extension'));
  const configOptions = Object.fromEntries([...about, ...settings]);
  const instance = await openInstance({ configOptions }, join(tmpdir(), 'eider-debug'), folder);
  const connection: Connection = serialConnection(await instance.connect());
  try {
    await bindBuckets(connection, target, folder);
    await connection.query(sql);
  } finally {
    connection.close();
    instance.closeSync();
  }
}

function findingOf(cause: unknown): Diagnostic {
  if (cause instanceof StoreError) return error('engine/store-failed', cause.message, { hint: cause.hint });
  if (cause instanceof EiderError && cause.diagnostics[0] !== undefined) return cause.diagnostics[0];
  if (!(cause instanceof SqlError)) throw cause;
  const { hint, message } = explainSql(cause.message);
  return error('engine/store-failed', message, {
    hint:
      hint ??
      "Check the secret's key_id, secret, endpoint, url_style, use_ssl and region: eider's own requests came through.",
  });
}
