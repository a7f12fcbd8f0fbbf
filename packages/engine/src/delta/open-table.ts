import { resolve } from 'node:path';
import type { Target } from '@eider/core';
import { openStore, parseUri } from '@eider/store';
import { bucketAccessOf } from '../session/bucket-access.ts';
import { gcsSecretOf, isHmac } from '../session/gcs-access.ts';
import type { OpenTable } from './delta-scans.ts';

/** Opens tables on this machine, relative paths in `folder`, and in buckets as the profile says. Other places are DuckDB's own. */
export function openTables(target: Target, folder: string): OpenTable {
  const buckets = bucketAccessOf(target, process.env, folder);
  return async (location) => {
    const uri = location.replace(/\/+$/, '').replace(/^s3[an]:/i, 's3:');
    if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(uri)) return await openStore(resolve(folder, uri));
    if (!/^(file|s3|gs|gcs|az|azure|abfss):/i.test(uri)) return undefined;
    const there = parseUri(uri);
    // The interface that speaks S3's protocol is asked by DuckDB alone.
    if (there.scheme === 'gcs' && isHmac(gcsSecretOf(target, there) ?? {})) return undefined;
    return await openStore(uri, buckets);
  };
}
