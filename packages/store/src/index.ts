export { allEnded } from './all-ended.ts';
export { type AzureAccess, azureAccess, environmentAzure } from './azure/access.ts';
export { linkOrCopy, makeFolder, renameOver, syncPath } from './durable-file.ts';
export {
  errorCode,
  type StoreCode,
  StoreError,
  storeCodes,
  storeError,
  systemReason,
  withoutConditions,
} from './errors.ts';
export { type GcsAccess, gcsAccess } from './gcs/access.ts';
export { createLocalStore, type LocalOptions } from './local.ts';
export { createMemoryStore } from './memory.ts';
export { readBytes } from './read-bytes.ts';
export { usualCertificates } from './remote/client.ts';
export { environmentAccess, type S3Access } from './s3/access.ts';
export type { S3Credentials } from './s3/aws-credentials.ts';
export type { ListOptions, ListPage, ObjectStat, PutOptions, Store } from './store.ts';
export { type Meter, type Meters, metered, newMeters, type Traffic } from './traffic.ts';
export {
  accessTo,
  type BucketUri,
  isStoreUri,
  type OpenStoreOptions,
  openStore,
  parseUri,
  type StoreAccess,
  type StoreUri,
} from './uri.ts';
