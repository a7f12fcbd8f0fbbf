import { placeIn, type Target } from '@eider/core';
import { accessTo, isStoreUri, openStore, parseUri, type Store, type StoreAccess, type StoreUri } from '@eider/store';
import { bucketAccessOf } from '../session/bucket-access.ts';
import { isRemote } from '../session/place.ts';
import type { OpenTable } from './delta-scans.ts';

/** Opens tables on this machine, relative paths in `folder`, and in buckets as the profile says. Other places, and those that DuckDB alone can sign in to, are DuckDB's own. */
export function openTables(target: Target, folder: string): OpenTable {
  const buckets = bucketAccessOf(target, process.env, folder);
  return async (location) => {
    const uri = tablePlace(folder, location);
    if (isRemote(uri) && !isStoreUri(uri)) return undefined;
    return (await canSignIn(parseUri(uri), buckets)) ? await openStore(uri, buckets) : undefined;
  };
}

/** Opens the store of a table that is written. Throws StoreError for a place that is none of eider's. */
export async function openOwnTable(target: Target, folder: string, location: string): Promise<Store> {
  return await openStore(tablePlace(folder, location), bucketAccessOf(target, process.env, folder));
}

/** A table's place as this project has it: a path (from `folder` on) is absolute, and Spark's names of S3 are S3's. */
export function tablePlace(folder: string, location: string): string {
  return placeIn(folder, location.replace(/\/+$/, '').replace(/^s3[an]:/i, 's3:'));
}

/** DuckDB has ways of its own into Azure and Google's buckets: HMAC keys, secrets that persist, its chain of credentials. */
async function canSignIn(uri: StoreUri, buckets: StoreAccess): Promise<boolean> {
  if (uri.scheme === 'file' || uri.scheme === 's3') return true;
  try {
    await accessTo(uri, buckets)?.credentials();
    return true;
  } catch {
    return false;
  }
}
