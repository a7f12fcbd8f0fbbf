import type { ListPage } from '../store.ts';
import type { PartSource } from './parts.ts';

/** What is known of an object of a bucket. */
export interface Head {
  readonly bytes: number;
  /** In whole seconds, as listings tell it. */
  readonly modified: Date;
  /** The name of the put that made it; null where it has none. */
  readonly put: string | null;
}

/** A page as it is asked of a bucket; prefix and `after` are whole keys. */
export interface BucketPage {
  readonly prefix: string;
  readonly after: string | undefined;
  readonly limit: number;
}

/** What a server of objects can do, by whole keys; `doing` says for errors what the caller is about. Everything throws StoreError. */
export interface Bucket {
  /** `s3://lake`. */
  readonly root: string;
  /** Undefined where there is no object. `once`: not tried again. */
  head(key: string, doing: string, once?: boolean): Promise<Head | undefined>;
  /** All bytes, or those from the first to the last of a range: none where it lies past the end. Throws `store/not-found`. */
  read(key: string, doing: string, range?: readonly [number, number]): Promise<Uint8Array>;
  /** Seen whole when it is done; one request, or parts. */
  write(key: string, source: PartSource, doing: string): Promise<void>;
  /** Creates an object unless the key is taken, and gives it the name of the put. `unsupported`: the server says that it cannot. */
  create(key: string, bytes: Uint8Array, name: string, doing: string): Promise<'created' | 'taken' | 'unsupported'>;
  remove(key: string, doing: string): Promise<void>;
  /** Throws `store/not-found`. */
  copy(from: string, to: string, doing: string): Promise<void>;
  list(page: BucketPage, doing: string): Promise<ListPage>;
  /** The names right below a prefix that ends with `/` or is empty, in any order; those up to `after` may be among them. */
  names(prefix: string, after: string | undefined, doing: string): Promise<readonly string[]>;
}
