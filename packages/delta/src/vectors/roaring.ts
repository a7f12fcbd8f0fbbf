/**
 * Sets of row positions in the portable format of 64-bit Roaring bitmaps: buckets by the upper 32 bits, in each containers by the next 16, little-endian.
 * Source: the RoaringFormatSpec, "extension for 64-bit implementations"; the protocol's "Deletion Vector Format".
 */
const withRuns = 12347;
const withoutRuns = 12346;
/** A container with so many values, and no runs, is a bitmap. */
const arrayLimit = 4096;
const bitmapBytes = 8192;
/** Bitmaps with runs and fewer containers have no list of offsets. */
const offsetsFrom = 4;

/** The positions, ascending. Throws RangeError for bytes that are no bitmap or end too early. */
export function decodeRoaring(bytes: Uint8Array): readonly number[] {
  const reader = new Reader(bytes);
  const positions: number[] = [];
  const buckets = Number(reader.uint64());
  for (let index = 0; index < buckets; index += 1) {
    const high = reader.uint32() * 2 ** 32;
    for (const container of readContainers(reader)) readContainer(reader, container, high, positions);
  }
  return positions;
}

interface Container {
  readonly key: number;
  readonly count: number;
  readonly isRun: boolean;
}

function readContainers(reader: Reader): readonly Container[] {
  const cookie = reader.uint32();
  const runs = (cookie & 0xffff) === withRuns;
  if (!runs && cookie !== withoutRuns) throw new RangeError(`its bitmap begins with ${cookie}`);
  const size = runs ? (cookie >>> 16) + 1 : reader.uint32();
  const flags = runs ? reader.take(Math.ceil(size / 8)) : new Uint8Array();
  const containers = Array.from({ length: size }, (_, index) => ({
    key: reader.uint16(),
    count: reader.uint16() + 1,
    isRun: ((flags[index >> 3] ?? 0) >> (index & 7)) % 2 === 1,
  }));
  if (!runs || size >= offsetsFrom) reader.take(size * 4);
  return containers;
}

function readContainer(reader: Reader, { key, count, isRun }: Container, high: number, into: number[]): void {
  const base = high + key * 65_536;
  if (isRun) {
    for (let runs = reader.uint16(); runs > 0; runs -= 1) {
      const start = reader.uint16();
      const length = reader.uint16() + 1;
      for (let value = start; value < start + length; value += 1) into.push(base + value);
    }
  } else if (count <= arrayLimit) {
    for (let index = 0; index < count; index += 1) into.push(base + reader.uint16());
  } else {
    const bits = reader.take(bitmapBytes);
    for (let value = 0; value < 65_536; value += 1) {
      if (((bits[value >> 3] ?? 0) >> (value & 7)) % 2 === 1) into.push(base + value);
    }
  }
}

/** Positions, ascending and each once, as a bitmap. */
export function encodeRoaring(positions: readonly number[]): Uint8Array {
  const buckets = groupBy(positions, (position) => Math.floor(position / 2 ** 32));
  const parts = [...buckets].map(([high, values]) => concat([uint32(high), encodeBucket(values)]));
  return concat([uint32(buckets.size), uint32(0), ...parts]);
}

function encodeBucket(positions: readonly number[]): Uint8Array {
  const containers = [...groupBy(positions, (position) => Math.floor((position % 2 ** 32) / 65_536))];
  const bodies = containers.map(([, values]) => encodeContainer(values.map((value) => value % 65_536)));
  const header = concat([
    uint32(withoutRuns),
    uint32(containers.length),
    ...containers.flatMap(([key, { length }]) => [uint16(key), uint16(length - 1)]),
  ]);
  let offset = header.length + containers.length * 4;
  const offsets = bodies.map((body) => {
    const start = uint32(offset);
    offset += body.length;
    return start;
  });
  return concat([header, ...offsets, ...bodies]);
}

function encodeContainer(values: readonly number[]): Uint8Array {
  if (values.length <= arrayLimit) return littleEndian(values);
  const bits = new Uint8Array(bitmapBytes);
  for (const value of values) bits[value >> 3] = (bits[value >> 3] ?? 0) | (1 << (value & 7));
  return bits;
}

function groupBy(positions: readonly number[], keyOf: (position: number) => number): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const position of positions) {
    const key = keyOf(position);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [position]);
    else group.push(position);
  }
  return groups;
}

/** Numbers of 16 bits. */
function littleEndian(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 2));
  for (const [index, value] of values.entries()) view.setUint16(index * 2, value, true);
  return new Uint8Array(view.buffer);
}

const uint16 = (value: number): Uint8Array => littleEndian([value]);
const uint32 = (value: number): Uint8Array => concat([uint16(value & 0xffff), uint16(value >>> 16)]);

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Reads little-endian numbers one after another; RangeError past the end. */
class Reader {
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint16(): number {
    this.at += 2;
    return this.view.getUint16(this.at - 2, true);
  }

  uint32(): number {
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }

  uint64(): bigint {
    this.at += 8;
    return this.view.getBigUint64(this.at - 8, true);
  }

  take(count: number): Uint8Array {
    if (this.at + count > this.view.byteLength) throw new RangeError('it ends too early');
    this.at += count;
    return new Uint8Array(this.view.buffer, this.view.byteOffset + this.at - count, count);
  }
}
