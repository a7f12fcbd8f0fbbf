import { describe, expect, test } from 'vitest';
import type { FilesGeneration, GenerationColumn } from '../lake/generation.ts';
import { aliasPattern, columnNote, filesQuery, liveQuery, sqlQuery } from './view-query.ts';

const generation = (columns: readonly GenerationColumn[], more: Partial<FilesGeneration> = {}): FilesGeneration => ({
  kind: 'files',
  origin: 'external',
  id: 'g',
  node: 'model.shop.orders',
  build: 'b',
  relation: { database: 'shop', schema: 'main', identifier: 'orders' },
  materialized: 'external',
  columns,
  reads: {},
  rows: 1,
  bytes: 1,
  createdAt: '',
  executionMs: 0,
  format: 'parquet',
  files: [{ path: "/lake/it's/1.parquet", name: '1.parquet', rows: 1, bytes: 1 }],
  location: null,
  folder: false,
  reader: { name: 'read_parquet', options: { union_by_name: 'False' } },
  ...more,
});

describe('the view over files', () => {
  test.each<[string, GenerationColumn, string]>([
    ['plain columns as they are', { name: 'a "b"', type: 'INTEGER' }, '"a ""b"""'],
    [
      'what the file holds otherwise with a cast back',
      { name: 'a', type: 'HUGEINT', fileType: 'DECIMAL(38,0)' },
      'CAST("a" AS HUGEINT) AS "a"',
    ],
    ['what readers read differently with a cast', { name: 'a', type: 'JSON' }, 'CAST("a" AS JSON) AS "a"'],
    ['what DuckDB 1.0 does not know as text', { name: 'a', type: 'VARIANT' }, 'CAST("a" AS VARCHAR) AS "a"'],
    [
      'text in the file as it is, where the catalog shows text too',
      { name: 'a', type: "ENUM('x')", fileType: 'VARCHAR' },
      '"a"',
    ],
    [
      'a union by way of its file type',
      { name: 'a', type: 'UNION(n HUGEINT)', fileType: 'UNION(n VARCHAR)' },
      'CAST(CAST("a" AS UNION(n VARCHAR)) AS UNION(n HUGEINT)) AS "a"',
    ],
  ])('shows %s', (_, column, expected) => {
    expect(filesQuery(generation([column]))).toBe(
      `SELECT ${expected} FROM read_parquet(['/lake/it''s/1.parquet'], union_by_name=False, hive_partitioning=false)`,
    );
  });

  test('guesses nothing from paths, unless adopted files need it', () => {
    const reader = { name: 'read_parquet', options: { hive_partitioning: 'true', hive_types: "{'p': DATE}" } } as const;
    expect(filesQuery(generation([{ name: 'p', type: 'DATE' }], { reader }))).toMatch(
      /hive_types={'p': DATE}, hive_partitioning=true\)$/,
    );
  });

  test.each<[string, Partial<FilesGeneration>]>([
    ['no file', { files: [] }],
    ['a CSV file without rows', { format: 'csv', rows: 0 }],
  ])('of %s has the types and no rows', (_, more) => {
    expect(
      filesQuery(
        generation(
          [
            { name: 'a', type: 'BIGNUM' },
            { name: 'b', type: 'DATE' },
          ],
          more,
        ),
      ),
    ).toBe('SELECT CAST(NULL AS VARCHAR) AS "a", CAST(NULL AS DATE) AS "b" WHERE false');
  });

  test('of CSV casts every column to what was detected when it was built', () => {
    const query = filesQuery(
      generation([{ name: 'a', type: 'BIGINT' }], { format: 'csv', reader: { name: 'read_csv', options: {} } }),
    );
    expect(query).toContain('CAST("a" AS BIGINT) AS "a" FROM read_csv(');
  });
});

test('the pattern of an alias takes the names of its path as they are', () => {
  const file = generation([{ name: 'a', type: 'INTEGER' }]);
  expect(aliasPattern(file, "/lake/a[1]*'s.parquet")).toBe("'/lake/a[[]1][*]''s.parquet'");
  expect(aliasPattern({ ...file, folder: true }, '/lake/a')).toBe("'/lake/a/**/*.parquet*'");
});

test('the live view has the columns of its time, whatever the pattern leads to', () => {
  const file = generation([{ name: 'a', type: 'INTEGER' }]);
  expect(liveQuery(file, "'/lake/a' || '.parquet'")).toBe(
    `SELECT TRY_CAST("a" AS INTEGER) AS "a" FROM (SELECT * FROM read_parquet('/lake/a' || '.parquet', union_by_name=False, hive_partitioning=false) UNION ALL BY NAME SELECT NULL AS "a" WHERE false) AS "live"`,
  );
});

test('a view of SQL gives the types that the catalog shows, whatever a reader’s functions return', () => {
  const columns = [
    { name: 'a', type: 'BIGNUM' },
    { name: 'b', type: 'DATE' },
  ];
  expect(sqlQuery(columns, 'SELECT 1 -- one')).toBe(
    'SELECT CAST("a" AS VARCHAR) AS "a", CAST("b" AS DATE) AS "b" FROM (\nSELECT 1 -- one\n) AS "published"',
  );
});

test('a column that is shown otherwise has a note', () => {
  expect(columnNote('INTEGER')).toBeNull();
  expect(columnNote('BIGNUM')).toBe('DuckDB 1.0 does not know the type BIGNUM: shown as VARCHAR');
});
