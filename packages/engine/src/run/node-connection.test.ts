import { expect, test } from 'vitest';
import type { Connection } from '../session/session.ts';
import { nodeConnection, recorded } from './node-connection.ts';
import type { RunContext } from './run-context.ts';

test('after the first failure nothing more begins on a connection, within a retried piece of work neither', async () => {
  const failFast = new AbortController();
  const ran: string[] = [];
  const query = async (sql: string) => {
    ran.push(sql);
    return { columns: [], rows: [] };
  };
  const plain: Connection = {
    query,
    objects: async () => [],
    statements: async () => 1,
    retry: (work) => work(plain, 1),
    cancel: () => undefined,
    interrupt: () => undefined,
    close: () => undefined,
  };
  const run = { failFast: failFast.signal, request: {}, session: { target: {} } } as unknown as RunContext;
  const node = { name: 'slow', unique_id: 'model.shop.slow' } as Parameters<typeof nodeConnection>[1];
  const { connection, release } = nodeConnection(run, node, plain);
  const work = connection.retry(async (inner) => {
    await inner.query('DESCRIBE');
    failFast.abort();
    await inner.query('COPY');
  });
  await expect(work).rejects.toThrow(/^INTERRUPT/);
  await expect(connection.query('SELECT 1')).rejects.toThrow(/^INTERRUPT/);
  release();
  await connection.query('ROLLBACK');
  expect(ran).toEqual(['DESCRIBE', 'ROLLBACK']);
});

test('what a node ran is kept, without the notes of what its table holds', async () => {
  const statements: string[] = [];
  const query = async () => ({ columns: [], rows: [] });
  const connection = recorded({ query } as unknown as Connection, statements);
  await connection.query('CREATE TABLE shop.a AS SELECT 1');
  await connection.query(`CREATE OR REPLACE VIEW "dev"."_eider"."main.a" AS SELECT '20260101T000000-1' AS generation`);
  await connection.query("CREATE OR REPLACE VIEW shop.b AS SELECT 'x' AS generation");
  expect(statements).toEqual([
    'CREATE TABLE shop.a AS SELECT 1',
    "CREATE OR REPLACE VIEW shop.b AS SELECT 'x' AS generation",
  ]);
});
