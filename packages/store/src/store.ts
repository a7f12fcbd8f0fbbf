/** What is known of an object without reading it. */
export interface ObjectStat {
  readonly key: string;
  readonly bytes: number;
  /** When it was last put, by the store's own clock: compare it with another object's time, not with this machine's. */
  readonly modified: Date;
}

export interface ListOptions {
  /** Only keys that begin with this text; it need not end at a `/`. */
  readonly prefix?: string;
  /** Only keys after this one. */
  readonly after?: string;
  /** At most so many; 1000 where absent. */
  readonly limit?: number;
}

/** One page of a listing, in the order of the keys' UTF-8 bytes. */
export interface ListPage {
  readonly objects: readonly ObjectStat[];
  /** Pass as `after` for the next page; undefined on the last one. */
  readonly next: string | undefined;
}

export interface PutOptions {
  /** `false`: the object is visible and whole at once, but may be lost with the machine until `sync` names its key. */
  readonly durable?: boolean;
}

/**
 * Objects by key under one root. A key is a relative path with `/`: no empty part, no `.` or `..`, no backslash or NUL; parts that begin
 * with `.eider-` or end with `.claim` are the store's own. A reader sees an object whole or not at all. Everything throws StoreError.
 */
export interface Store {
  /** The root: an absolute path or a URI. */
  readonly root: string;
  /** Throws `store/not-found`. */
  get(key: string): Promise<Uint8Array>;
  /** Several objects at once, in the order of their keys: for many small ones. Throws `store/not-found`. */
  getMany(keys: readonly string[]): Promise<readonly Uint8Array[]>;
  /** The bytes from `start`, at most `length` of them: fewer, or none, where the object ends before. Throws `store/not-found`. */
  getRange(key: string, start: number, length: number): Promise<Uint8Array>;
  /** Creates or replaces an object. */
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<void>;
  /** Creates or replaces an object, durably, with the bytes of a file of this machine, which stays as it is. For what need not fit into memory. */
  putFile(key: string, path: string): Promise<void>;
  /** Creates an object, durably, unless the key is taken. Of any number of callers at once exactly one is told `created`. */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'>;
  /** Makes objects durable that were put with `durable: false`. Throws `store/not-found`. */
  sync(keys: readonly string[]): Promise<void>;
  list(options?: ListOptions): Promise<ListPage>;
  /**
   * The names right below a folder (empty, or with a `/` at its end), in byte order: of objects, and of folders. A disk may name empty folders too.
   * @param after only names behind this one
   */
  names(folder: string, after?: string): Promise<readonly string[]>;
  /** A key that is not there is no error. */
  delete(key: string): Promise<void>;
  /** Creates or replaces `to` with the bytes of `from`. Throws `store/not-found`. */
  copy(from: string, to: string): Promise<void>;
  /** As `copy`, without a second copy of the bytes where the store can give one object two names. */
  link(from: string, to: string): Promise<'linked' | 'copied'>;
  stat(key: string): Promise<ObjectStat | undefined>;
}
