import { describe, expect, test } from 'vitest';
import { decodePath, encodePath, fileKey, fileLocation } from './file-path.ts';
import { partitionText } from './partition-value.ts';
import { intervalProperty } from './properties.ts';
import { parseSchema, schemaText } from './schema.ts';

describe('paths', () => {
  test('one file is one key, however a writer encoded it', () => {
    expect(fileKey({ path: 'p=a%252Fb/x.parquet' })).toBe(fileKey({ path: 'p%3Da%252Fb/x.parquet' }));
    expect(fileKey({ path: 'p=a%252Fb/x.parquet' })).not.toBe(fileKey({ path: 'p=a%2Fb/x.parquet' }));
  });

  test('a deletion vector makes another file of it', () => {
    const vector = { storageType: 'u', pathOrInlineDv: 'abc', offset: 1, sizeInBytes: 1, cardinality: 1 } as const;
    expect(fileKey({ path: 'x', deletionVector: vector })).not.toBe(fileKey({ path: 'x' }));
    expect(fileKey({ path: 'x', deletionVector: null })).toBe(fileKey({ path: 'x' }));
  });

  test.each(['p=a%2Fb/x', 'a b', 'é日😀', '100%', '%zz%e9', 'a#b?c[d]', '{}"<>|\\^`'])(
    '%s survives encoding',
    (path) => {
      const encoded = encodePath(path);
      expect(decodePath(encoded)).toBe(path);
      expect(encoded).toMatch(/^[\w\-.~!$&'()*+,;=:@/%é日😀]*$/u);
    },
  );

  test('paths are written as Java writes them', () => {
    expect(encodePath('p=é日😀 50%/[a]\u00a0\u0085\u3000')).toBe('p=é日😀%2050%25/%5Ba%5D%C2%A0%C2%85%E3%80%80');
  });

  test('what another writer did not encode is taken as it is', () => {
    expect(decodePath('100%')).toBe('100%');
    expect(decodePath('a%20b%e9x%C3%A9')).toBe('a b%e9xé');
  });

  test.each([
    ['x/y.parquet', '/t/x/y.parquet'],
    ['file:///lake/a%20b', '/lake/a b'],
    ['file:/lake/a', '/lake/a'],
    ['/lake/a', '/lake/a'],
    ['s3a://b/k', 's3://b/k'],
  ])('%s lies at %s', (path, expected) => {
    expect(fileLocation('/t', path)).toBe(expected);
  });
});

describe('partition values', () => {
  test.each([
    ['timestamp', '2024-01-01 12:34:56.5+00', '2024-01-01T12:34:56.500000Z'],
    ['timestamp_ntz', '2024-01-01 12:34:56.5', '2024-01-01 12:34:56.500000'],
    ['timestamp_ntz', '2024-01-01 12:34:56', '2024-01-01 12:34:56'],
    ['double', '-inf', '-Infinity'],
    ['double', 'nan', 'NaN'],
    ['double', '1.5', '1.5'],
    ['string', 'inf', 'inf'],
    ['date', '2024-01-01', '2024-01-01'],
  ])('%s %s is %s', (type, value, expected) => {
    expect(partitionText('p', type, value)).toBe(expected);
    expect(partitionText('p', type, null)).toBe(null);
  });

  test.each(['', '__HIVE_DEFAULT_PARTITION__'])('"%s" is refused: readers take it for NULL', (value) => {
    expect(() => partitionText('p', 'string', value)).toThrow(/partition column "p"/);
  });
});

describe('properties', () => {
  test.each([
    ['interval 7 days', 7 * 86_400_000],
    ['interval 1 week', 7 * 86_400_000],
    ['INTERVAL 1 day 12 hours', 36 * 3_600_000],
    ['30 seconds', 30_000],
  ])('%s', (text, expected) => {
    expect(intervalProperty({ p: text }, 'p', 0)).toBe(expected);
  });

  test.each(['7', 'interval days', 'interval 7 fortnights', 'soon'])('%s is no span', (text) => {
    expect(() => intervalProperty({ p: text }, 'p', 0)).toThrow(/property p is/);
  });
});

describe('schemas', () => {
  const text =
    '{"type":"struct","fields":[{"name":"a","type":{"type":"array","elementType":{"type":"map","keyType":"string","valueType":"decimal(10,2)","valueContainsNull":false},"containsNull":true},"nullable":false,"metadata":{"comment":"c"}}]}';

  test('go there and back', () => {
    expect(schemaText(parseSchema(text))).toBe(text);
  });

  test.each([
    ['{', /no JSON/],
    ['"long"', /no struct/],
    ['{"type":"struct","fields":[{"name":"a","type":"hologram"}]}', /column "a" has the type "hologram"/],
    ['{"type":"struct","fields":[{"type":"long"}]}', /no name/],
  ])('%s is refused', (schema, message) => {
    expect(() => parseSchema(schema)).toThrow(message);
  });

  test('names that differ in case alone are refused', () => {
    const field = (name: string) => ({ name, type: 'long', nullable: true, metadata: {} });
    expect(() => schemaText({ type: 'struct', fields: [field('Ab'), field('aB')] })).toThrow(/"Ab" and "aB"/);
  });
});
