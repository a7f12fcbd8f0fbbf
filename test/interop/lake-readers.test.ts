import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FilesGeneration, SqlGeneration } from '../../packages/engine/src/lake/generation.ts';
import { commit, type LakeFixture, lakeFixture, write, writeView } from '../support/lake-fixture.ts';
import { runProgram } from '../support/run-program.ts';
import { duckdbVersions, findDuckdb } from './peers.ts';

// Invariant: whatever a project holds, the published file opens in every DuckDB since 1.0. A column of every type, each in a relation of its own, as a
// view, as a table of the file and inside lists, structs and maps, and lists that hold nothing; and views published as SQL, one for each
// construct of SELECT: what 1.0 does not know stays out.

const types: Readonly<Record<string, string>> = {
  boolean: 'true',
  tinyint: '1::TINYINT',
  smallint: '1::SMALLINT',
  integer: '1',
  bigint: '1::BIGINT',
  hugeint: '1::HUGEINT',
  uhugeint: '1::UHUGEINT',
  utinyint: '1::UTINYINT',
  usmallint: '1::USMALLINT',
  uinteger: '1::UINTEGER',
  ubigint: '1::UBIGINT',
  float: '1::FLOAT',
  double: '1::DOUBLE',
  decimal: '1.5::DECIMAL(38, 3)',
  varchar: "'x'",
  blob: "'a'::BLOB",
  bit: "'101'::BIT",
  date: "DATE '2020-01-01'",
  time: "TIME '12:00:00'",
  time_tz: "'12:00:00+02'::TIMETZ",
  time_ns: "'12:00:00'::TIME_NS",
  stamp: "TIMESTAMP '2020-01-01'",
  stamp_s: "'2020-01-01'::TIMESTAMP_S",
  stamp_ms: "'2020-01-01'::TIMESTAMP_MS",
  stamp_ns: "'2020-01-01'::TIMESTAMP_NS",
  spans: 'INTERVAL 1 DAY',
  uuid: "'7d444840-9dc0-11d1-b245-5ffdce74fad2'::UUID",
  enums: "'a'::ENUM('a', 'b')",
  json: `'{"a": 1}'::JSON`,
  bignum: '1::BIGNUM',
  variant: '1::VARIANT',
  geometry: "'POINT (1 1)'::GEOMETRY",
  nothing: 'NULL',
  list: '[1, 2]',
  array_of: '[1, 2]::INTEGER[2]',
  struct: "{'a': 1, 'b c': 'x'}",
  unnamed: "row(1, 'x')",
  map: "MAP {'a': 1}",
  union_of: 'union_value(num := 2)',
  nested: "[{'a': [1::BIGNUM], 'm': MAP {'k': 'a'::ENUM('a')}}]",
  no_element: '[]::INTEGER[]',
  no_list: 'NULL::VARCHAR[]',
  no_entry: 'MAP {}::MAP(DATE, STRUCT(a TIMESTAMP[]))',
  no_inner: '[[], NULL]::JSON[][]',
  no_lists: "{'a': []::DOUBLE[], 'b': NULL::MAP(INTEGER, UUID)}",
};

const probe = `
import duckdb, json, sys
answers = {}
def read_all(connection, database):
    for node, schema, name in connection.execute(f"select node, schema_name, relation_name from {database}.eider.nodes where error is null").fetchall():
        try:
            rows = connection.execute(f'select * from {database}."{schema}"."{name}"').fetchall()
            answer = [str(value) for row in sorted(rows, key=str) for value in row]
        except Exception as error:
            answer = 'FAILED ' + str(error)
        answers[node] = answer if answers.get(node, answer) == answer else f'FAILED: {answers[node]} and {answer}'
opened = duckdb.connect(sys.argv[1], read_only=True)
read_all(opened, opened.execute("select current_database()").fetchone()[0])
attaching = duckdb.connect()
attaching.execute(f"attach '{sys.argv[1]}' as other (read_only)")
read_all(attaching, 'other')
print(json.dumps({"version": duckdb.__version__, "answers": answers}))`;

async function read(version: string, file: string) {
  const result = await runProgram([findDuckdb(version), '-c', probe, file], {});
  expect(result.exitCode, result.stderr).toBe(0);
  return JSON.parse(result.stdout) as {
    readonly version: string;
    readonly answers: Record<string, readonly string[] | string>;
  };
}

describe.each(['files', 'copy'] as const)('a catalog with a column of every type, internal: %s', (internal) => {
  let fixture: LakeFixture;
  let unbound: Readonly<Record<string, string>>;

  beforeAll(async () => {
    fixture = await lakeFixture({ internal });
    const build = await (await fixture.open()).begin('build');
    const generations: FilesGeneration[] = [];
    for (const [name, value] of Object.entries(types)) {
      const casts = name === 'hugeint' || name === 'uhugeint' ? { a: 'DECIMAL(38, 0)' } : {};
      generations.push(
        await write(fixture, build, {
          node: `model.shop.${name}`,
          sql: `SELECT ${value} AS a`,
          origin: 'internal',
          casts,
        }),
      );
    }
    ({ unbound } = await commit(fixture, build, generations));
    await build.end();
    mkdirSync(fixture.at('elsewhere'));
    renameSync(fixture.options.publishPath, fixture.at('elsewhere', 'renamed.duckdb'));
  });
  afterAll(() => fixture.close());

  test.each(duckdbVersions)(
    'is read whole by DuckDB %s, renamed, from another folder, and attached',
    async (version) => {
      expect(unbound).toEqual({});
      const { answers, version: found } = await read(version, fixture.at('elsewhere', 'renamed.duckdb'));
      expect(found).toBe(version);
      expect(Object.keys(answers)).toHaveLength(Object.keys(types).length);
      expect(Object.entries(answers).filter(([, answer]) => String(answer).startsWith('FAILED'))).toEqual([]);
      expect(answers['model.shop.hugeint']).toEqual(['1']);
      expect(answers['model.shop.enums']).toEqual(['a']);
      expect(answers['model.shop.bignum']).toEqual(['1']);
    },
  );
});

const sqlOfT = "SELECT 1 AS a, 2 AS b, 'x' AS c, [1, 2] AS l, {'f': 1} AS s, DATE '2020-01-01' AS d";

test('views published as SQL never keep a DuckDB since 1.0 from opening the file', async () => {
  const fixture = await lakeFixture();
  const statements = readFileSync(join(import.meta.dirname, 'select-statements.sql'), 'utf8')
    .trim()
    .split('\n');
  const build = await (await fixture.open()).begin('build');
  const connection = await fixture.session.connect();
  await connection.query(`CREATE TABLE t AS ${sqlOfT}`);
  const table = await write(fixture, build, {
    node: 'model.shop.t',
    sql: sqlOfT,
  });
  const views: SqlGeneration[] = [];
  for (const [i, sql] of statements.entries()) {
    const described = await connection.objects(`DESCRIBE ${sql}`);
    const columns = described.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
    views.push(await writeView(build, { node: `model.shop.v${i}`, sql, uses: [table.node], columns }));
  }
  const { unbound } = await commit(fixture, build, [table, ...views]);
  await build.end();
  const refused = statements.filter((_, i) => unbound[`model.shop.v${i}`] !== undefined);
  expect(refused, JSON.stringify(unbound)).toEqual(statements.filter((sql) => sql.includes('/* newer */')));
  for (const version of duckdbVersions) {
    const { answers } = await read(version, fixture.options.publishPath);
    expect(Object.entries(answers).filter(([, answer]) => String(answer).startsWith('FAILED'))).toEqual([]);
    expect(Object.keys(answers)).toHaveLength(1 + statements.length - refused.length);
  }
  await fixture.close();
});
