import { expect, test } from 'vitest';
import type { Connection } from '../session/session.ts';
import { nodeConnection } from './node-connection.ts';
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
