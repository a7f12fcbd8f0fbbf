import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { appendFile, mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readBytes } from '@eider/store';
import { processLives } from '../session/process-space.ts';

/** Where copies of objects are kept on this machine, and how much of them. */
export interface CacheOptions {
  /** A folder, absolute; made where it is not there. */
  readonly path: string;
  /** Bytes. */
  readonly maxSize: number;
}

/** An object's bytes in a file of this machine: the first `bytes` of it. */
export interface LocalObject {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Copies of objects that never change, by a text that names each for good, shared by processes. Files come by rename and go by unlink, so nobody waits for
 * anybody; each ends with the SHA-256 of its bytes, which a process looks at before it first believes it.
 */
export interface ObjectCache {
  /** Undefined where there is none, or where it is damaged: then it is taken away. */
  find(name: string): Promise<LocalObject | undefined>;
  /** Takes over a file that nobody writes any more. Undefined, and the file is gone, where it cannot be kept. */
  add(name: string, file: string): Promise<LocalObject | undefined>;
  /** A path for a file that is to be added, in a folder that exists; names begin with the id of the process. Throws where the folder cannot be written. */
  draft(name: string): Promise<string>;
  /** Takes away the drafts of a folder. */
  removeDrafts(folder: string): Promise<void>;
  /** Takes away what was used longest ago, until all is within the bound, and drafts of processes that were killed; looks at every copy only where that may be due. */
  trim(): Promise<void>;
}

const magic = Buffer.from('eidercp1');
const tailBytes = 32 + magic.length;

/** Drafts that nobody wrote to for so long are of processes that are gone. */
const draftDays = 1;

/** What all processes together put there and how much that was when somebody last looked: `<root>/count.json`. Two that write at once lose one's part until a day is over. */
interface Count {
  readonly bytes: number;
  /** When every copy was looked at: milliseconds since 1970. */
  readonly at: number;
}

const countDays = 1;

export function openCache({ maxSize, path: root }: CacheOptions): ObjectCache {
  const believed = new Map<string, number>();
  const bound = keepBound(root, maxSize);
  const at = (name: string): string => {
    const digest = createHash('sha256').update(name).digest('hex');
    return join(root, 'objects', digest.slice(0, 2), digest.slice(2));
  };
  return {
    find: async (name) => {
      const path = at(name);
      try {
        const { size } = statSync(path);
        if (believed.get(path) === size) return { path, bytes: size - tailBytes };
        if (!(await isWhole(path))) {
          await rm(path, { force: true });
          return undefined;
        }
        believed.set(path, size);
        // What was used last goes last.
        await utimes(path, new Date(), new Date()).catch(() => undefined);
        return { path, bytes: size - tailBytes };
      } catch {
        return undefined;
      }
    },
    add: async (name, file) => {
      const path = at(name);
      try {
        const { size } = await stat(file);
        if (size + tailBytes > maxSize) throw new Error('larger than the whole cache');
        await appendFile(file, Buffer.concat([await digestOf(file, size), magic]));
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await rename(file, path);
        believed.set(path, size + tailBytes);
        await bound.add(size);
        return { path, bytes: size };
      } catch {
        await rm(file, { force: true }).catch(() => undefined);
        return undefined;
      }
    },
    draft: async (name) => {
      const path = join(root, 'new', name);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      return path;
    },
    removeDrafts: async (folder) => {
      await rm(join(root, 'new', folder), { recursive: true, force: true }).catch(() => undefined);
    },
    trim: bound.trim,
  };
}

/** Keeps all copies together within a bound: `add` tells of bytes that came. */
function keepBound(root: string, maxSize: number): { add(bytes: number): Promise<void>; trim(): Promise<void> } {
  /** Bytes that the count has not got yet. */
  let added = 0;
  const settleCount = async (): Promise<void> => {
    const more = added;
    added = 0;
    const { at, bytes } = await readCount(root);
    const isDue = bytes + more > maxSize || Math.abs(Date.now() - at) > countDays * 24 * 3600_000;
    if (!isDue) return await writeCount(root, { at, bytes: bytes + more });
    await writeCount(root, { at: Date.now(), bytes: await trimFolder(join(root, 'objects'), maxSize) });
    await removeOldDrafts(join(root, 'new'));
  };
  let trimmed = Promise.resolve();
  const trim = (): Promise<void> => {
    trimmed = trimmed.then(settleCount);
    return trimmed;
  };
  return {
    add: async (bytes) => {
      added += bytes;
      if (added > maxSize / 20) await trim();
    },
    trim,
  };
}

/** Files of so many bytes are read at once: of small ones a stream costs more than their bytes. */
const small = 1024 * 1024;

async function digestOf(file: string, bytes: number): Promise<Buffer> {
  const hash = createHash('sha256');
  if (bytes <= small) return hash.update(readFileSync(file).subarray(0, bytes)).digest();
  for await (const chunk of createReadStream(file, { end: bytes - 1 })) hash.update(chunk as Buffer);
  return hash.digest();
}

/** Whether a file ends with the digest of what comes before. */
async function isWhole(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size < tailBytes) return false;
    const tail = await readBytes(file, size - tailBytes, tailBytes);
    if (!tail.subarray(32).equals(magic)) return false;
    return (await digestOf(path, size - tailBytes)).equals(tail.subarray(0, 32));
  } finally {
    await file.close();
  }
}

/** Of what cannot be read nobody knows when it was counted. */
async function readCount(root: string): Promise<Count> {
  try {
    const { at, bytes } = JSON.parse(await readFile(join(root, 'count.json'), 'utf8')) as Partial<Count>;
    if (Number.isFinite(at) && Number.isFinite(bytes)) return { at: Number(at), bytes: Number(bytes) };
  } catch {}
  return { at: 0, bytes: 0 };
}

async function writeCount(root: string, count: Count): Promise<void> {
  const written = join(root, `count-${process.pid}.json`);
  try {
    await writeFile(written, JSON.stringify(count), { mode: 0o600 });
    await rename(written, join(root, 'count.json'));
  } catch {
    await rm(written, { force: true }).catch(() => undefined);
  }
}

/** To nine tenths of the bound, so that not every object that comes makes another one go. Gives the bytes that stay. */
async function trimFolder(folder: string, maxSize: number): Promise<number> {
  const shards = await readdir(folder).catch(() => []);
  const files: { readonly path: string; readonly size: number; readonly used: number }[] = [];
  for (const shard of shards) {
    const names = await readdir(join(folder, shard)).catch(() => []);
    const look = async (name: string): Promise<void> => {
      const path = join(folder, shard, name);
      const there = await stat(path).catch(() => undefined);
      if (there?.isFile()) files.push({ path, size: there.size, used: there.mtimeMs });
    };
    await Promise.all(names.map(look));
  }
  let total = files.reduce((sum, { size }) => sum + size, 0);
  if (total <= maxSize) return total;
  for (const { path, size } of files.sort((a, b) => a.used - b.used)) {
    if (total <= maxSize * 0.9) break;
    await rm(path, { force: true }).catch(() => undefined);
    total -= size;
  }
  return total;
}

async function removeOldDrafts(folder: string): Promise<void> {
  const before = Date.now() - draftDays * 24 * 3600_000;
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if (isOfLiving(name)) continue;
    if ((await newestBelow(path)) < before) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** A long build reads what it wrote yesterday. Its folder is named after its process. */
function isOfLiving(name: string): boolean {
  const pid = Number(/^\d+/.exec(name)?.[0]);
  return pid > 0 && processLives(pid);
}

async function newestBelow(path: string): Promise<number> {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined || !there.isDirectory()) return there?.mtimeMs ?? 0;
  const below = await readdir(path).catch(() => []);
  return Math.max(there.mtimeMs, ...(await Promise.all(below.map((name) => newestBelow(join(path, basename(name)))))));
}
