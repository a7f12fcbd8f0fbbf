import { resolve } from 'node:path';
import type { Target } from '@eider/core';
import { openStore } from '@eider/store';
import { s3AccessOf } from '../session/s3-access.ts';
import type { OpenTable } from './delta-scans.ts';

/** Opens tables on this machine, relative paths in `folder`, and in buckets as the profile says. Other places are DuckDB's own. */
export function openTables(target: Target, folder: string): OpenTable {
  const s3 = s3AccessOf(target, process.env, folder);
  return async (location) => {
    const uri = location.replace(/\/+$/, '').replace(/^s3[an]:/i, 's3:');
    if (/^s3:\/\//i.test(uri)) return await openStore(uri, { s3 });
    if (/^file:/i.test(uri)) return await openStore(uri);
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(uri) ? undefined : await openStore(resolve(folder, uri));
  };
}
