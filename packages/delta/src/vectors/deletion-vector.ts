import { crc32 } from 'node:zlib';
import type { DeletionVectorDescriptor } from '../actions/actions.ts';
import { fileLocation } from '../actions/file-path.ts';
import { DeltaError } from '../errors.ts';
import { decodeBase85, encodeBase85 } from './base85.ts';
import { decodeRoaring, encodeRoaring } from './roaring.ts';

const magic = 1_681_511_377;
const fileVersion = 1;

/** Reads `length` bytes from `start` of a file anywhere: an absolute path or a URI. */
export type ReadRange = (location: string, start: number, length: number) => Promise<Uint8Array>;

/**
 * The positions (from 0, ascending) of the rows that a file has lost. `root`: the table's folder.
 * Throws `delta/broken-vector`: rows that are gone must not come back because their list cannot be read.
 */
export async function readDeletionVector(
  root: string,
  descriptor: DeletionVectorDescriptor,
  readRange: ReadRange,
): Promise<readonly number[]> {
  const name = vectorLocation(root, descriptor) ?? 'in the log';
  try {
    const positions = decodeVector(await vectorBytes(root, descriptor, readRange));
    if (positions.length === descriptor.cardinality) return positions;
    throw new RangeError(`it lists ${positions.length} rows instead of ${descriptor.cardinality}`);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new DeltaError(
      'delta/broken-vector',
      `The deletion vector ${name} cannot be read: ${cause.message}.`,
      'Bring the file back from a backup: without it, rows that were deleted cannot be told from those that were not.',
      { cause },
    );
  }
}

async function vectorBytes(
  root: string,
  descriptor: DeletionVectorDescriptor,
  readRange: ReadRange,
): Promise<Uint8Array> {
  const { pathOrInlineDv, sizeInBytes, offset } = descriptor;
  const location = vectorLocation(root, descriptor);
  if (location === undefined) return decodeBase85(pathOrInlineDv).subarray(0, sizeInBytes);
  const stored = await readRange(location, offset ?? 0, sizeInBytes + 8);
  if (stored.length < sizeInBytes + 8) throw new RangeError('the file ends too early');
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  if (view.getUint32(0) !== sizeInBytes) throw new RangeError(`the file says ${view.getUint32(0)} bytes of it`);
  const data = stored.subarray(4, 4 + sizeInBytes);
  if (view.getUint32(4 + sizeInBytes) !== crc32(data)) throw new RangeError('its checksum is wrong');
  return data;
}

function decodeVector(data: Uint8Array): readonly number[] {
  const found = data.length < 4 ? 0 : new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  if (found !== magic) throw new RangeError(`it begins with ${found}`);
  return decodeRoaring(data.subarray(4));
}

function encodeVector(positions: readonly number[]): Uint8Array {
  const bitmap = encodeRoaring(positions);
  const data = new Uint8Array(4 + bitmap.length);
  new DataView(data.buffer).setUint32(0, magic, true);
  data.set(bitmap, 4);
  return data;
}

/** The file of a vector: an absolute path or URI; undefined where it stands in the log. */
export function vectorLocation(
  root: string,
  { storageType, pathOrInlineDv }: DeletionVectorDescriptor,
): string | undefined {
  if (storageType === 'i') return undefined;
  if (storageType === 'p') return fileLocation(root, pathOrInlineDv);
  return `${root}/${vectorKey(pathOrInlineDv)}`;
}

/** The key, in the table's folder, of a vector's file: `<prefix>/deletion_vector_<uuid>.bin`. */
export function vectorKey(pathOrInlineDv: string): string {
  const prefix = pathOrInlineDv.slice(0, -20);
  const hex = Buffer.from(decodeBase85(pathOrInlineDv.slice(-20))).toString('hex');
  const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return `${prefix === '' ? '' : `${prefix}/`}deletion_vector_${uuid}.bin`;
}

/** Vectors that one commit writes. All share a file, small ones too: Trino does not read those that stand in the log. */
export interface WrittenVectors {
  /** In the order of the lists given. */
  readonly descriptors: readonly DeletionVectorDescriptor[];
  /** What to put into the table's folder before the commit; undefined where there are none. */
  readonly file: { readonly key: string; readonly bytes: Uint8Array } | undefined;
}

/**
 * Makes vectors of lists of positions (from 0, ascending, each once).
 * @param uuid of the file that holds them
 * @param folder of the table's, in which that file is; the table's own where empty
 */
export function writeDeletionVectors(lists: readonly (readonly number[])[], uuid: string, folder = ''): WrittenVectors {
  const pathOrInlineDv = `${folder}${encodeBase85(Buffer.from(uuid.replaceAll('-', ''), 'hex'))}`;
  const parts: Uint8Array[] = [Uint8Array.of(fileVersion)];
  let size = 1;
  const descriptors = lists.map((positions): DeletionVectorDescriptor => {
    const data = encodeVector(positions);
    const shared = { sizeInBytes: data.length, cardinality: positions.length };
    const framed = frame(data);
    const offset = size;
    parts.push(framed);
    size += framed.length;
    return { storageType: 'u', pathOrInlineDv, offset, ...shared };
  });
  const file = parts.length === 1 ? undefined : { key: vectorKey(pathOrInlineDv), bytes: Buffer.concat(parts) };
  return { descriptors, file };
}

/** A vector as its file holds it: its size, its bytes, their CRC-32, numbers big-endian. */
function frame(data: Uint8Array): Uint8Array {
  const framed = new Uint8Array(data.length + 8);
  const view = new DataView(framed.buffer);
  view.setUint32(0, data.length);
  framed.set(data, 4);
  view.setUint32(4 + data.length, crc32(data));
  return framed;
}
