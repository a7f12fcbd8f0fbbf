import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Diagnostic, EiderError, error, type Target } from '@eider/core';
import { openStore, type Store, StoreError, withoutConditions } from '@eider/store';
import { bindBuckets } from '../session/bind-buckets.ts';
import { bucketAccessOf } from '../session/bucket-access.ts';
import { serialConnection } from '../session/connection.ts';
import { explainSql } from '../session/explain-sql.ts';
import { extensionSettings } from '../session/extensions.ts';
import { openInstance } from '../session/open-session.ts';
import { quoteText } from '../session/quote.ts';
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
  let store: Store;
  try {
    store = await openStore(uri.replace(/\/+$/, ''), bucketAccessOf(target, process.env, folder));
  } catch (cause) {
    return { uri, works, failure: { ability: 'list', finding: findingOf(cause, uri) }, clockAheadMs };
  }
  const duckdb = besideDuckdb(target, folder);
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
    ['read by DuckDB', () => duckdb.query(`SELECT size FROM read_blob(${quoteText(`${store.root}/${name}`)})`)],
    ['write by DuckDB', () => duckdb.query(`COPY (SELECT 1 AS one) TO ${quoteText(`${store.root}/${name}.parquet`)}`)],
    ['delete', () => Promise.all([store.delete(name), store.delete(`${name}.parquet`)])],
  ];
  try {
    for (const [ability, attempt] of steps) {
      try {
        await attempt();
        works.push(ability);
      } catch (cause) {
        if (works.includes('write')) await store.delete(name).catch(() => undefined);
        return { uri, works, failure: { ability, finding: findingOf(cause, uri) }, clockAheadMs };
      }
    }
    return { uri, works, failure: null, clockAheadMs };
  } finally {
    await duckdb.close();
  }
}

async function keepsConditions(store: Store, name: string, bytes: Uint8Array): Promise<void> {
  if ((await store.putIfAbsent(name, bytes)) === 'created') throw withoutConditions(store.root);
}

interface BesideDuckdb {
  query(sql: string): Promise<unknown>;
  close(): Promise<void>;
}

/** A DuckDB that reaches buckets as the profile says, opened when the first statement comes. */
function besideDuckdb(target: Target, folder: string): BesideDuckdb {
  const open = async (): Promise<{ readonly connection: Connection; readonly close: () => void }> => {
    const configOptions = extensionSettings(target);
    const instance = await openInstance({ configOptions }, join(tmpdir(), 'eider-debug'), folder);
    const connection = serialConnection(await instance.connect());
    const close = (): void => {
      connection.close();
      instance.closeSync();
    };
    try {
      await bindBuckets(connection, target, folder);
    } catch (cause) {
      close();
      throw cause;
    }
    return { connection, close };
  };
  let opened: ReturnType<typeof open> | undefined;
  return {
    query: async (sql) => {
      opened ??= open();
      return await (await opened).connection.query(sql);
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}

function findingOf(cause: unknown, uri: string): Diagnostic {
  if (cause instanceof StoreError) return error('engine/store-failed', cause.message, { hint: cause.hint });
  if (cause instanceof EiderError && cause.diagnostics[0] !== undefined) return cause.diagnostics[0];
  if (!(cause instanceof SqlError)) throw cause;
  const { hint, message } = explainSql(cause.message);
  const what = /^s3:/i.test(uri)
    ? 'key_id, secret, endpoint, url_style, use_ssl and region'
    : 'keys, endpoint and scope';
  return error('engine/store-failed', message, {
    hint: hint ?? `Check the secret's ${what}: eider's own requests came through.`,
  });
}
