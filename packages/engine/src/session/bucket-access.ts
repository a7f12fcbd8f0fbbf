import type { Target } from '@eider/core';
import type { StoreAccess } from '@eider/store';
import { azureAccessOf } from './azure-access.ts';
import { gcsAccessOf } from './gcs-access.ts';
import { s3AccessOf } from './s3-access.ts';

/** How a profile's buckets of all sorts are reached: its secrets first, then its settings, then the environment. */
export function bucketAccessOf(
  target: Target,
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): Required<StoreAccess> {
  return {
    s3: s3AccessOf(target, env, folder),
    azure: azureAccessOf(target, env, folder),
    gcs: gcsAccessOf(target, env, folder),
  };
}
