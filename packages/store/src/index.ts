export { linkOrCopy, makeFolder, renameOver, syncPath } from './durable-file.ts';
export { errorCode, type StoreCode, StoreError, storeCodes } from './errors.ts';
export { createLocalStore, type LocalOptions } from './local.ts';
export { createMemoryStore } from './memory.ts';
export type { ListOptions, ListPage, ObjectStat, PutOptions, Store } from './store.ts';
export { openStore, parseUri, type StoreUri } from './uri.ts';
