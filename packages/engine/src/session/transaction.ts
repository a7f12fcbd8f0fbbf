import type { Connection } from './session.ts';

/** Does work in one transaction: what it changed is there as a whole, or, where it throws, not at all. */
export async function inTransaction<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  await connection.query('BEGIN');
  try {
    const result = await work();
    await connection.query('COMMIT');
    return result;
  } catch (cause) {
    await connection.query('ROLLBACK').catch(() => undefined);
    throw cause;
  }
}
