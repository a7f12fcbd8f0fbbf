import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { handTarget } from '../../../../test/support/hand-compiler.ts';
import { type RunFixture, runFixture } from '../../../../test/support/run-fixture.ts';
import { lostColumns } from './schema-gate.ts';

const columns = (types: Readonly<Record<string, string>>) =>
  Object.entries(types).map(([name, type]) => ({ name, type }));

describe('what readers lose', () => {
  test.each([
    [
      'nothing by a new column, or another order',
      { a: 'INTEGER', b: 'VARCHAR' },
      { c: 'DATE', b: 'VARCHAR', a: 'INTEGER' },
      [],
    ],
    ['nothing by the case of a name', { A: 'INTEGER' }, { a: 'INTEGER' }, []],
    [
      'nothing by a wider integer',
      { a: 'INTEGER', b: 'UTINYINT', c: 'UINTEGER' },
      { a: 'HUGEINT', b: 'SMALLINT', c: 'BIGINT' },
      [],
    ],
    ['nothing by a wider decimal', { a: 'DECIMAL(10,2)' }, { a: 'DECIMAL(14,4)' }, []],
    ['a column', { a: 'INTEGER', b: 'DATE' }, { b: 'DATE' }, ['a is gone']],
    [
      'digits before the point',
      { a: 'DECIMAL(10,2)' },
      { a: 'DECIMAL(10,4)' },
      ['a was DECIMAL(10,2) and is DECIMAL(10,4)'],
    ],
    [
      'range',
      { a: 'BIGINT', b: 'DOUBLE' },
      { a: 'INTEGER', b: 'FLOAT' },
      ['a was BIGINT and is INTEGER', 'b was DOUBLE and is FLOAT'],
    ],
    ['a sign', { a: 'INTEGER' }, { a: 'UBIGINT' }, ['a was INTEGER and is UBIGINT']],
    ['numbers that became text', { a: 'INTEGER' }, { a: 'VARCHAR' }, ['a was INTEGER and is VARCHAR']],
    [
      'fields of a struct',
      { a: 'STRUCT(x INTEGER)' },
      { a: 'STRUCT(y INTEGER)' },
      ['a was STRUCT(x INTEGER) and is STRUCT(y INTEGER)'],
    ],
  ])('%s', (_, before, after, lost) => {
    expect(lostColumns(columns(before as Record<string, string>), columns(after as Record<string, string>))).toEqual(
      lost,
    );
  });
});

describe('a run that takes a column away', () => {
  let fixture: RunFixture;
  beforeEach(async () => {
    fixture = await runFixture();
  });
  afterEach(() => fixture.close());

  const project = (sql: string) => ({
    orders: { sql },
    child: { sql: 'SELECT a FROM {{ orders }}' },
    table: { sql: 'SELECT 1::INTEGER AS one', materialized: 'table' },
  });
  const [whole, less] = [project('SELECT 1::BIGINT AS a, 2 AS b'), project('SELECT 1::BIGINT AS a')];
  const names = async (): Promise<readonly string[]> => (await fixture.files('orders')).columns.map(({ name }) => name);
  const publish = (schemaChange: 'warn' | 'stop' | 'ignore') => ({
    publish: { ...handTarget.publish, schemaChange },
  });

  test('warns and publishes', async () => {
    await fixture.run(whole);
    const { events, summary } = await fixture.run(less);
    expect(summary).toMatchObject({ error: 0, success: true });
    const found = events.flatMap((event) => (event.kind === 'finding' ? event.diagnostic : []));
    expect(found).toMatchObject([
      {
        code: 'engine/schema-change',
        severity: 'warning',
        node: 'model.shop.orders',
        message: expect.stringContaining('b is gone'),
      },
    ]);
    expect(await names()).toEqual(['a']);
    expect((await fixture.run(less)).events.filter(({ kind }) => kind === 'finding')).toEqual([]);
  });

  test('stops where it should: the relation and what reads it stay, the rest goes on, a full refresh publishes', async () => {
    await fixture.run(whole);
    const before = await fixture.files('child');
    const stopped = await fixture.run(less, { target: publish('stop') });
    expect(stopped.summary).toMatchObject({ error: 1, success: false });
    expect(stopped.said.orders).toMatch(/^error Readers of .*orders lose columns: b is gone\.$/);
    expect(await names()).toEqual(['a', 'b']);
    expect((await fixture.files('child')).id).toBe(before.id);
    const refreshed = await fixture.run(less, { target: publish('stop'), fullRefresh: true });
    expect(refreshed.summary).toMatchObject({ error: 0, success: true });
    expect(await names()).toEqual(['a']);
  });

  test('says nothing where it should not, and nothing of tables that stay as they are', async () => {
    await fixture.run(whole);
    const { events } = await fixture.run(less, { target: publish('ignore') });
    expect(events.filter(({ kind }) => kind === 'finding')).toEqual([]);
    expect(await names()).toEqual(['a']);
  });

  test('stops a candidate too, when its tests pass', async () => {
    const tested = (sql: string, limit: number) => ({
      orders: { sql },
      check: { type: 'test', sql: `SELECT * FROM {{ orders }} WHERE a > ${limit}` } as const,
    });
    await fixture.run(tested('SELECT 1::BIGINT AS a, 2 AS b', 1));
    await fixture.run(tested('SELECT 2::BIGINT AS a', 1));
    const again = tested('SELECT 2::BIGINT AS a', 2);
    const stopped = await fixture.run(again, { command: 'test', target: publish('stop') });
    expect(stopped.events.flatMap((event) => (event.kind === 'finding' ? event.diagnostic : []))).toMatchObject([
      { code: 'engine/schema-change', severity: 'error', node: 'model.shop.orders' },
    ]);
    expect(await names()).toEqual(['a', 'b']);
    await fixture.run(again, { command: 'test' });
    expect(await names()).toEqual(['a']);
  });
});
