import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeletionVectorDescriptor } from '../actions/actions.ts';
import { decodeBase85, encodeBase85 } from './base85.ts';
import { readDeletionVector, vectorKey, writeDeletionVectors } from './deletion-vector.ts';
import { decodeRoaring, encodeRoaring } from './roaring.ts';

const uuid = 'd2c639aa-8816-431a-aaf6-d3fe2512ff61';
const never = async (): Promise<Uint8Array> => {
  throw new Error('Nothing is to be read.');
};

test("the protocol's own example of a file's name", () => {
  expect(vectorKey('ab^-aqEH.-t@S}K{vb[*k^')).toBe(`ab/deletion_vector_${uuid}.bin`);
});

test('an inline vector as Spark writes it', async () => {
  const descriptor = {
    storageType: 'i',
    pathOrInlineDv: '^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L',
    sizeInBytes: 44,
    cardinality: 6,
  } as const;
  expect(await readDeletionVector('/t', descriptor, never)).toEqual([3, 4, 7, 11, 18, 29]);
});

test('any list goes there and back, by a file however small it is', async () => {
  const positions = fc
    .uniqueArray(fc.oneof(fc.nat(200_000), fc.nat(2 ** 31 - 1), fc.maxSafeNat()), { maxLength: 300 })
    .map((list) => [...list].sort((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(fc.array(positions, { minLength: 1, maxLength: 4 }), async (lists) => {
      const { descriptors, file } = writeDeletionVectors(lists, uuid);
      const read = async (_: string, start: number, length: number) =>
        (file?.bytes ?? new Uint8Array()).subarray(start, start + length);
      const found = await Promise.all(descriptors.map((descriptor) => readDeletionVector('/t', descriptor, read)));
      expect(found).toEqual(lists);
      expect(descriptors.map(({ storageType }) => storageType)).toEqual(lists.map(() => 'u'));
    }),
    { numRuns: 60 },
  );
});

test('dense and sparse blocks', () => {
  const lists = [
    Array.from({ length: 70_000 }, (_, index) => index),
    Array.from({ length: 4096 }, (_, index) => index * 2),
    Array.from({ length: 4097 }, (_, index) => index * 2),
    [],
  ];
  for (const list of lists) expect(decodeRoaring(encodeRoaring(list))).toEqual(list);
});

test('runs, which others write', () => {
  // One bucket; cookie with runs, one container of key 0 in the run flags, 7 values: two runs, 3..5 and 10..13.
  const bytes = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 59, 48, 0, 0, 1, 0, 0, 6, 0, 2, 0, 3, 0, 2, 0, 10, 0, 3, 0];
  expect(decodeRoaring(Uint8Array.from(bytes))).toEqual([3, 4, 5, 10, 11, 12, 13]);
});

test('base 85 goes there and back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(decodeBase85(encodeBase85(bytes)).subarray(0, bytes.length)).toEqual(bytes);
    }),
  );
});

describe('a vector that cannot be read is an error, never an empty list', () => {
  const many = Array.from({ length: 5000 }, (_, index) => index * 3);
  const { descriptors, file } = writeDeletionVectors([many], uuid);
  const descriptor = descriptors[0] as DeletionVectorDescriptor;
  const bytes = file?.bytes ?? new Uint8Array();
  const changed = (at: number) => bytes.map((value, index) => (index === at ? value ^ 1 : value));

  test.each<[string, Partial<DeletionVectorDescriptor>, Uint8Array]>([
    ['the file ends early', {}, bytes.subarray(0, bytes.length - 1)],
    ['a byte of it changed', {}, changed(60)],
    ['its size is another', { sizeInBytes: descriptor.sizeInBytes - 4 }, bytes],
    ['it has other rows than it should', { cardinality: 4999 }, bytes],
    ['the text in the log is cut', { storageType: 'i', pathOrInlineDv: '^Bg9' }, bytes],
    ['the text in the log is another', { storageType: 'i', pathOrInlineDv: '~~~~~' }, bytes],
  ])('%s', async (_, more, stored) => {
    const read = async (_location: string, start: number, length: number) => stored.subarray(start, start + length);
    await expect(readDeletionVector('/t', { ...descriptor, ...more }, read)).rejects.toMatchObject({
      code: 'delta/broken-vector',
    });
  });
});
