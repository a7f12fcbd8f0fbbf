import { describe, expect, test } from 'vitest';
import { EiderError } from '../diagnostics.ts';
import { layoutOf } from './write-layout.ts';

function layout(
  location: string,
  options: Readonly<Record<string, string>> = {},
  config: Readonly<Record<string, unknown>> = {},
) {
  return layoutOf({ unique_id: 'model.p.m', config }, location, new Map(Object.entries(options)));
}

test.each([
  ['/a/b.parquet', {}, { format: 'parquet', copyOptions: {} }],
  ['/a/b.CSV', {}, { format: 'csv', copyOptions: { header: '1' } }],
  ['/a.x/b', {}, { format: 'parquet' }],
  ['/a/b', { delimiter: ';' }, { format: 'csv', copyOptions: { delimiter: "';'", header: '1' } }],
  ['/a/b.csv.GZ', {}, { format: 'csv', copyOptions: { compression: 'gzip', header: '1' } }],
  ['/a/b.json.zst', {}, { format: 'json', copyOptions: { compression: 'zstd' } }],
  ['/a/b.csv', { header: 'false', quote: "'\"'" }, { format: 'csv', copyOptions: { header: 'false', quote: "'\"'" } }],
  ['/a/b.csv', { format: 'parquet', codec: 'zstd' }, { format: 'parquet', copyOptions: { codec: 'zstd' } }],
])('the location %s with options %o is written as %o', (location, options, written) => {
  expect(layout(location, options)).toMatchObject({ location, ...written });
});

test.each([
  ['day', ['day']],
  ['day, region', ['day', 'region']],
  ['(day, "Sales, Region")', ['day', 'Sales, Region']],
])('partition_by %j names %j, and makes a folder', (text, partitionBy) => {
  expect(layout('/a/b', { partition_by: text })).toMatchObject({ partitionBy, folder: true, copyOptions: {} });
});

test.each([
  [{}, 'replace'],
  [{ overwrite: 'true' }, 'replace'],
  [{ append: 'True' }, 'append'],
  [{ append: 'false', overwrite_or_ignore: '1' }, 'overwrite_or_ignore'],
])('options %o mean mode %s', (options, mode) => {
  expect(layout('/a/b.parquet', options)).toMatchObject({ mode, copyOptions: {} });
});

test.each([
  ['/a.parquet', {}, {}, { union_by_name: 'False' }],
  ['/a.csv.gz', {}, {}, { auto_detect: 'True', compression: "'gzip'" }],
  ['/a.csv', {}, { csv_read_options: { delim: ';', columns: ['a', 'b'] } }, { delim: "';'", columns: "['a', 'b']" }],
  ['/a.parquet', { compression: 'zstd' }, {}, { union_by_name: 'False' }],
])('%s is read back with %o', (location, options, config, readOptions) => {
  expect(layout(location, options, config).readOptions).toEqual(readOptions);
});

test('per_thread_output and file_size_bytes make a folder', () => {
  expect(layout('/a/b', { per_thread_output: 'true' })).toMatchObject({ folder: true, perThreadOutput: true });
  expect(layout('/a/b', { file_size_bytes: '1000' })).toMatchObject({ folder: true, perThreadOutput: false });
});

test('a format that cannot be written is refused by name', () => {
  expect(() => layout('/a/b.xlsx')).toThrow(EiderError);
  expect(() => layout('/a/b.parquet', { format: 'avro' })).toThrow(
    'Invalid format: avro. Allowed formats are: csv, parquet, json, delta',
  );
});

describe('a Delta table', () => {
  test.each([
    [{}, { partitionBy: [], delta: { sortBy: [], fileBytes: null, properties: {} } }],
    [{ partition_by: 'day, "a, b"' }, { partitionBy: ['day', 'a, b'] }],
    [
      { partition_by: ['day'], cluster_by: 'n' },
      { partitionBy: ['day'], delta: { sortBy: ['n'] } },
    ],
    [{ sort_by: ['a', 'b'], cluster_by: 'n' }, { delta: { sortBy: ['a', 'b'] } }],
    [{ file_size: '64MB' }, { delta: { fileBytes: 64_000_000 } }],
    [{ file_size: '1.5 MiB' }, { delta: { fileBytes: 1_572_864 } }],
    [{ file_size: 1000 }, { delta: { fileBytes: 1000 } }],
    [
      { table_properties: { 'delta.appendOnly': true, 'delta.checkpointInterval': 5 } },
      { delta: { properties: { 'delta.appendOnly': 'true', 'delta.checkpointInterval': '5' } } },
    ],
  ])('with %o', (config, found) => {
    expect(layout('/a/b.delta', {}, config)).toMatchObject({ format: 'parquet', folder: true, ...found });
  });

  test.each([
    [{ partition_by: [1] }, /`partition_by` of a Delta table names columns; 1 is none/],
    [{ file_size: 'large' }, /file_size is 'large', which is no size/],
    [{ file_size: 0 }, /file_size is '0'/],
    [{ table_properties: 'x' }, /table_properties has to be a mapping/],
  ])('refuses %o', (config, message) => {
    expect(() => layout('/a/b', { format: 'delta' }, config)).toThrow(message);
  });
});
