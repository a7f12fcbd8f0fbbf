import { describe, expect, test } from 'vitest';
import type { DeltaType, StructType } from '../actions/schema.ts';
import { type ColumnStatistics, type StatisticsOptions, statisticsText } from './statistics.ts';

const schemaOf = (types: Readonly<Record<string, DeltaType>>): StructType => ({
  type: 'struct',
  fields: Object.entries(types).map(([name, type]) => ({ name, type, nullable: true, metadata: {} })),
});

function boundsOf(type: DeltaType, known: ColumnStatistics, options?: StatisticsOptions): unknown {
  const text = statisticsText(3, schemaOf({ v: type }), () => known, options);
  return [
    /"minValues":\{(?:"v":(.*?))?\},"maxValues"/.exec(text)?.[1],
    /"maxValues":\{(?:"v":(.*?))?\},"nullCount"/.exec(text)?.[1],
  ];
}

test('the parts of the text', () => {
  expect(statisticsText(2, schemaOf({ n: 'long' }), () => ({ min: '1', max: '2', nullCount: 0 }))).toBe(
    '{"numRecords":2,"minValues":{"n":1},"maxValues":{"n":2},"nullCount":{"n":0}}',
  );
  expect(statisticsText(0, schemaOf({ n: 'long' }), () => undefined, { tightBounds: false })).toBe(
    '{"numRecords":0,"minValues":{},"maxValues":{},"nullCount":{},"tightBounds":false}',
  );
});

describe('bounds', () => {
  test.each<[string, DeltaType, ColumnStatistics, readonly (string | undefined)[]]>([
    [
      'numbers beyond 2^53 keep their digits',
      'long',
      { min: '-9223372036854775808', max: '9223372036854775807' },
      ['-9223372036854775808', '9223372036854775807'],
    ],
    [
      'decimals keep theirs',
      'decimal(38,2)',
      { min: '0.10', max: '123456789012345678901234567890.12' },
      ['0.10', '123456789012345678901234567890.12'],
    ],
    ['a number is written as JSON has it', 'decimal(3,2)', { min: '.5', max: '007.5' }, ['0.5', '7.5']],
    ['infinity has no place in JSON', 'double', { min: '-inf', max: '1e+300' }, [undefined, '1e+300']],
    ['NaN sorts last for readers', 'double', { min: '1', max: '2', hasNaN: true }, [undefined, undefined]],
    ['texts are quoted', 'string', { min: 'a"b', max: 'é\n' }, ['"a\\"b"', '"é\\n"']],
    ['a long text is cut below', 'string', { min: 'a'.repeat(33), max: 'b' }, [`"${'a'.repeat(32)}"`, '"b"']],
    ['and grows above', 'string', { min: 'b', max: 'a'.repeat(33) }, ['"b"', `"${'a'.repeat(32)}\u007f"`]],
    [
      'behind what is not ASCII it grows more',
      'string',
      { max: `${'a'.repeat(32)}日` },
      [undefined, `"${'a'.repeat(32)}\u{10ffff}"`],
    ],
    ['characters count, not code units', 'string', { max: '😀'.repeat(32) }, [undefined, `"${'😀'.repeat(32)}"`]],
    ['dates', 'date', { min: '0001-01-01', max: '9999-12-31' }, ['"0001-01-01"', '"9999-12-31"']],
    [
      'dates outside of four digits are left out',
      'date',
      { min: '0044-03-15 (BC)', max: '12024-01-01' },
      [undefined, undefined],
    ],
    [
      'timestamps have all six digits',
      'timestamp',
      { min: '2024-01-01 12:34:56+00', max: '2024-01-01 12:34:56.5+00' },
      ['"2024-01-01T12:34:56.000000Z"', '"2024-01-01T12:34:56.500000Z"'],
    ],
    [
      'without a zone they have no Z',
      'timestamp_ntz',
      { min: '2024-01-01 12:34:56', max: 'infinity' },
      ['"2024-01-01T12:34:56.000000"', undefined],
    ],
    ['booleans and bytes have none', 'boolean', { min: 'false', max: 'true' }, [undefined, undefined]],
    [
      'nor have lists',
      { type: 'array', elementType: 'long', containsNull: true },
      { min: '1', max: '2' },
      [undefined, undefined],
    ],
  ])('%s', (_, type, known, expected) => {
    expect(boundsOf(type, known)).toEqual(expected);
  });
});

test('fields of structs are nested, and asked for by their path', () => {
  const inner = schemaOf({ 'b c': 'long' });
  const asked: string[] = [];
  const text = statisticsText(1, schemaOf({ a: inner, d: 'long' }), (path) => {
    asked.push(path.join('/'));
    return { min: '1', max: '1', nullCount: 0 };
  });
  expect(asked).toEqual(['a/b c', 'd']);
  expect(JSON.parse(text).maxValues).toEqual({ a: { 'b c': 1 }, d: 1 });
});

test('only the first columns are described, or as many as the table says', () => {
  const wide = schemaOf(Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`c${index}`, 'long'])));
  const count = (options?: StatisticsOptions) =>
    Object.keys(JSON.parse(statisticsText(1, wide, () => ({ nullCount: 0 }), options)).nullCount).length;
  expect([count(), count({ columns: 2 }), count({ columns: -1 })]).toEqual([32, 2, 40]);
});

test('columns are named as they are in the files', () => {
  const mapped: StructType = {
    type: 'struct',
    fields: [{ name: 'n', type: 'long', nullable: true, metadata: { 'delta.columnMapping.physicalName': 'col-1' } }],
  };
  expect(statisticsText(1, mapped, ([name]) => (name === 'col-1' ? { nullCount: 1 } : undefined))).toContain(
    '"col-1":1',
  );
});
