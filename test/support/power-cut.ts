import { createHash } from 'node:crypto';
import {
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../packages/store/src/index.ts';
import { withWatchedDisk } from './watched-disk.ts';

/** Something on the disk: by its inode, which is not used again while it is remembered. */
interface Thing {
  readonly id: string;
  readonly kind: 'file' | 'folder' | 'link';
}

type Names = ReadonlyMap<string, Thing>;

/** A disk at one moment: what it shows, and what of it was made durable. */
export interface DiskImage {
  /** The last call before the power went, for messages. */
  readonly after: string;
  /** What was told of it when it was taken. */
  readonly note: string;
  readonly root: string;
  readonly shown: Contents;
  readonly durable: Contents;
}

interface Contents {
  readonly folders: ReadonlyMap<string, Names>;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly links: ReadonlyMap<string, string>;
}

/** What becomes of what was not durable: `true` where it is there after all, `torn` for a file with half of its bytes. */
export type Fate = (what: 'name' | 'bytes', path: string) => boolean | 'torn';

/**
 * Runs an action and gives an image of the disk below a folder after each call that changed something there. Durable are what lay there before, files
 * and folders as they were when they were last synced, and nothing else: POSIX promises no more.
 */
export async function imagesOf(
  root: string,
  action: () => Promise<void>,
  note: () => string,
): Promise<readonly DiskImage[]> {
  const disk = new Disk(root);
  const images: DiskImage[] = [];
  const take = (after: string): void =>
    void images.push({ after, note: note(), root, shown: disk.look(), durable: disk.durable() });
  try {
    take('the beginning');
    await withWatchedDisk(
      {
        before: (call, path) => {
          if (!path.startsWith(root)) return undefined;
          const told = `${call} ${path.slice(root.length)}`;
          // What comes to the file or folder while the sync runs is not part of it.
          const kept = call === 'sync' ? disk.readyToKeep(path) : undefined;
          return () => {
            kept?.();
            take(told);
          };
        },
      },
      action,
    );
    return images;
  } finally {
    disk.close();
  }
}

class Disk {
  readonly #root: string;
  readonly #held = new Map<string, number>();
  readonly #folders = new Map<string, Names>();
  readonly #files = new Map<string, Uint8Array>();
  readonly #links = new Map<string, string>();
  readonly #known = new Map<string, Uint8Array>();

  constructor(root: string) {
    this.#root = root;
    const all = this.look();
    for (const [id, names] of all.folders) this.#folders.set(id, names);
    for (const [id, bytes] of all.files) this.#files.set(id, bytes);
    for (const [id, target] of all.links) this.#links.set(id, target);
  }

  close(): void {
    for (const handle of this.#held.values()) closeSync(handle);
  }

  durable(): Contents {
    return { folders: new Map(this.#folders), files: new Map(this.#files), links: new Map(this.#links) };
  }

  /** All that can be seen now. Other threads may take something away meanwhile. */
  look(): Contents {
    const found = {
      folders: new Map<string, Names>(),
      files: new Map<string, Uint8Array>(),
      links: new Map<string, string>(),
    };
    const walk = (path: string, id: string): void => {
      const names = this.#names(path);
      found.folders.set(id, names);
      for (const [name, thing] of names) {
        const below = join(path, name);
        unlessGone(() => {
          if (thing.kind === 'folder') walk(below, thing.id);
          else if (thing.kind === 'link') found.links.set(thing.id, readlinkSync(below));
          else found.files.set(thing.id, this.#bytes(below));
        });
      }
    };
    walk(this.#root, 'root');
    return found;
  }

  /** What a sync of a path would make durable, if it ended well. */
  readyToKeep(path: string): () => void {
    const id = path === this.#root ? 'root' : this.#thing(path).id;
    if (lstatSync(path).isDirectory()) {
      const names = this.#names(path);
      const targets = [...names]
        .filter(([, { kind }]) => kind === 'link')
        .map(([name, thing]) => [thing.id, readlinkSync(join(path, name))] as const);
      return () => {
        this.#folders.set(id, names);
        for (const [link, target] of targets) this.#links.set(link, target);
      };
    }
    const bytes = this.#bytes(path);
    return () => void this.#files.set(id, bytes);
  }

  #names(folder: string): Names {
    const names = new Map<string, Thing>();
    for (const name of readdirSync(folder)) unlessGone(() => names.set(name, this.#thing(join(folder, name))));
    return names;
  }

  /** Files and folders are held open, so that their inodes are not given to others. */
  #thing(path: string): Thing {
    const { birthtimeNs, ino, isLink, kind } = this.#look(path);
    const id = isLink ? `${ino} ${birthtimeNs}` : String(ino);
    if (!isLink && !this.#held.has(id)) this.#held.set(id, openSync(path, 'r'));
    return { id, kind };
  }

  #look(path: string) {
    const found = lstatSync(path, { bigint: true });
    const isLink = found.isSymbolicLink();
    const kind: Thing['kind'] = isLink ? 'link' : found.isDirectory() ? 'folder' : 'file';
    return { ...found, isLink, kind };
  }

  /** Read once for each version of a file. */
  #bytes(path: string): Uint8Array {
    const { ctimeNs, ino, mtimeNs, size } = lstatSync(path, { bigint: true });
    const key = `${ino} ${mtimeNs} ${ctimeNs} ${size}`;
    const bytes = this.#known.get(key) ?? readFileSync(path);
    this.#known.set(key, bytes);
    return bytes;
  }
}

function unlessGone(action: () => unknown): void {
  try {
    action();
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') throw cause;
  }
}

/** A disk after the power is back. */
export interface Remains {
  /** Makes the folder hold it. */
  restore(): void;
  /** The same for disks that hold the same. */
  readonly print: string;
}

/** What is left of a disk when the power goes: what is durable, and of the rest what fate lets be. */
export function afterPowerCut(image: DiskImage, fate: Fate): Remains {
  const steps: ((made: Map<string, string>) => void)[] = [];
  const print = createHash('sha256');
  const place = (path: string, { id, kind }: Thing): void => {
    const at = join(image.root, path);
    print.update(`${kind} ${path} ${id}\n`);
    if (kind === 'folder') {
      steps.push(() => mkdirSync(at));
      fill(path, id);
    } else if (kind === 'link') {
      const target = image.durable.links.get(id) ?? image.shown.links.get(id) ?? '';
      print.update(target);
      steps.push(() => symlinkSync(target, at));
    } else {
      const bytes = bytesOf(image, id, path, fate);
      print.update(bytes);
      steps.push((made) => putFile(made, id, at, bytes));
    }
  };
  const fill = (path: string, id: string): void => {
    const [durable, shown] = [image.durable.folders.get(id), image.shown.folders.get(id)];
    for (const name of [...new Set([...(durable?.keys() ?? []), ...(shown?.keys() ?? [])])].sort()) {
      const [was, is] = [durable?.get(name), shown?.get(name)];
      const below = path === '' ? name : `${path}/${name}`;
      // A folder that is gone and was never synced shows nothing: what was durable in it stands.
      const stays =
        was?.id === is?.id || (shown !== undefined && fate('name', below) !== false)
          ? shown === undefined
            ? was
            : is
          : was;
      if (stays !== undefined) place(below, stays);
    }
  };
  fill('', 'root');
  return {
    print: print.digest('hex'),
    restore: () => {
      for (const name of readdirSync(image.root)) rmSync(join(image.root, name), { recursive: true, force: true });
      const made = new Map<string, string>();
      for (const step of steps) step(made);
    },
  };
}

function bytesOf(image: DiskImage, id: string, path: string, fate: Fate): Uint8Array {
  const durable = image.durable.files.get(id);
  const shown = image.shown.files.get(id);
  if (shown === undefined || (durable !== undefined && Buffer.compare(durable, shown) === 0))
    return durable ?? new Uint8Array();
  const fared = fate('bytes', path);
  if (fared === true) return shown;
  return fared === 'torn' ? shown.subarray(0, Math.floor(shown.length / 2)) : (durable ?? new Uint8Array());
}

/** A file with several names stays one. */
function putFile(made: Map<string, string>, id: string, path: string, bytes: Uint8Array): void {
  const other = made.get(id);
  if (other === undefined) writeFileSync(path, bytes);
  else linkSync(other, path);
  made.set(id, other ?? path);
}
