import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { serialConnection } from '../session/connection.ts';
import { tableStatements } from './table-statements.ts';

// DuckDB 1.0 cannot read a list of which a row group holds no element: in every row group each part of each column has to hold something.

const types = [
  'INTEGER[]',
  'VARCHAR[][]',
  'MAP(DATE, TIME WITH TIME ZONE[])',
  'STRUCT(plain UUID, "a ""b" JSON[], m MAP(INTERVAL, BIT))',
  'INTEGER[][2]',
  'UNION(n INTEGER, l BLOB[], m MAP(UHUGEINT, DECIMAL(5, 2)[]))[]',
  'STRUCT(u UNION(a TIMESTAMP_NS[], b BOOLEAN[]), v FLOAT[])',
];

test('a table’s row groups hold elements of every list, and the table its rows in their order', async () => {
  const connection = serialConnection(await (await DuckDBInstance.create()).connect());
  await connection.query("ATTACH ':memory:' AS f; USE f");
  const columns = [
    { name: 'i', type: 'BIGINT' },
    { name: 'line', type: 'VARCHAR' },
    ...types.map((type, i) => ({ name: `a "${i}"`, type })),
  ];
  const nulls = columns.slice(2).map(({ name, type }) => `NULL::${type} AS "${name.replaceAll('"', '""')}"`);
  const query = `SELECT range AS i, 'x' AS line, ${nulls.join(', ')} FROM range(250000)`;
  const { after, create } = tableStatements('t 1', query, columns);
  await connection.query(`BEGIN; ${create} COMMIT`);
  const groups = await connection.objects(
    `SELECT row_group_id, list_sort(list(DISTINCT column_path)) AS paths FROM pragma_storage_info('t 1') GROUP BY ALL ORDER BY ALL`,
  );
  expect(groups).toHaveLength(3);
  expect(new Set(groups.map(({ paths }) => String(paths))).size).toBe(1);
  await connection.query(after);
  const [row] = await connection.objects(
    `SELECT count(*) AS n, count(COLUMNS('a .*')), bool_and(i > before) AS ordered, min(i) AS first, max(i) AS last
     FROM (SELECT *, lag(i, 1, -1) OVER () AS before FROM "t 1")`,
  );
  expect(row).toMatchObject({ n: 250000n, ordered: true, first: 0n, last: 249999n });
  expect(Object.values(row ?? {}).filter((value) => value === 0n)).toHaveLength(1 + types.length);
  connection.close();
});

test('a table without lists is made as it is, and an empty one stays empty', async () => {
  expect(tableStatements('t', 'SELECT 1 AS a', [{ name: 'a', type: 'INTEGER' }]).after).toBe('');
  const connection = serialConnection(await (await DuckDBInstance.create()).connect());
  const columns = [{ name: 'a', type: 'INTEGER[]' }];
  const { after, create } = tableStatements('t', 'SELECT []::INTEGER[] AS a WHERE false', columns);
  await connection.query(create);
  await connection.query(after);
  expect((await connection.query('FROM t')).rows).toEqual([]);
  connection.close();
});
