import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Where a part lies behind the list of parts, in bytes, and its hash. */
type PartPlace = readonly [name: string, start: number, length: number, hash: string];

/** A file of parts, of which each is read when somebody asks for it. */
export interface PartedFile {
  /** Null where there is no such part, where it is broken, or where the file is another by now. */
  readonly part: (name: string) => Buffer | null;
  /** The same as a text, of UTF-8. */
  readonly text: (name: string) => string | null;
}

/** No first line is longer, in bytes. */
const longestFirst = 4096;

/**
 * Opens what `writeParts` wrote: a line with the title, the hash and the length of the list of parts; that list, as JSON; the parts. Null for a file of another
 * title, or one that cannot be read.
 */
export function openParts(file: string, title: string): PartedFile | null {
  return reading(file, (descriptor) => {
    const [first = ''] = bytesAt(descriptor, 0, longestFirst).toString('latin1').split('\n', 1);
    const [hash = '', length = ''] = first.startsWith(`${title} `) ? first.slice(title.length + 1).split(' ') : [];
    const list = /^\d+$/.test(length) ? bytesAt(descriptor, first.length + 1, Number(length)) : null;
    if (list === null || hashOf(list) !== hash) return null;
    const end = first.length + 1 + list.length;
    const places = JSON.parse(list.toString('utf8')) as readonly PartPlace[];
    const part: PartedFile['part'] = (name) => partOf(file, first, end, places.find(([one]) => one === name) ?? null);
    return { part, text: (name) => textOf(part(name)) };
  });
}

function partOf(file: string, first: string, end: number, place: PartPlace | null): Buffer | null {
  if (place === null) return null;
  const [, start, length, hash] = place;
  return reading(file, (descriptor) => {
    if (bytesAt(descriptor, 0, first.length + 1).toString('latin1') !== `${first}\n`) return null;
    const bytes = bytesAt(descriptor, end + start, length);
    return hashOf(bytes) === hash ? bytes : null;
  });
}

/** Bytes of ASCII alone are as many characters: that takes a tenth of the time. */
function textOf(bytes: Buffer | null): string | null {
  return bytes?.toString(isAscii(bytes) ? 'latin1' : 'utf8') ?? null;
}

/**
 * Writes a file of parts by rename, so that another process reads the old file or the new one. A folder that cannot be written to keeps none: no fault of the
 * project.
 */
export async function writeParts(
  file: string,
  title: string,
  parts: Readonly<Record<string, Uint8Array>>,
): Promise<void> {
  let end = 0;
  const places = Object.entries(parts).map(([name, bytes]): PartPlace => {
    end += bytes.length;
    return [name, end - bytes.length, bytes.length, hashOf(bytes)];
  });
  const encoder = new TextEncoder();
  const list = encoder.encode(JSON.stringify(places));
  const first = encoder.encode(`${title} ${hashOf(list)} ${list.length}\n`);
  const temporary = `${file}.${process.pid}.${Date.now()}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(temporary, [first, list, ...Object.values(parts)]);
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url');
}

/** Null where the file cannot be read. */
function reading<T>(file: string, read: (descriptor: number) => T): T | null {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    return read(descriptor);
  } catch {
    return null;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Fewer than asked for where the file ends. */
function bytesAt(descriptor: number, start: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let count = 0;
  for (let got = -1; got !== 0 && count < length; count += got)
    got = readSync(descriptor, bytes, count, length - count, start + count);
  return bytes.subarray(0, count);
}
