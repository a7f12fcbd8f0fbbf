import { createHash } from 'node:crypto';

/** An object of the emulated server. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly modified: Date;
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Upload {
  readonly key: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly parts: Map<number, Uint8Array>;
}

/** One bucket: objects by key, uploads by id. */
export interface Bucket {
  readonly objects: Map<string, StoredObject>;
  readonly uploads: Map<string, Upload>;
}

export function stored(bytes: Uint8Array, metadata: Readonly<Record<string, string>>, modified: Date): StoredObject {
  return { bytes, modified, metadata, etag: `"${createHash('md5').update(bytes).digest('hex')}"` };
}

/** Keys as S3 lists them: by their UTF-8 bytes. */
export function sortedKeys({ objects }: Bucket): readonly string[] {
  return [...objects.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
