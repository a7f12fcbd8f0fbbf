import { transactionPort } from '../materialize/own-materialization.ts';
import { openWorkingSession, type WorkingRequest } from './working-session.ts';

export interface OperationRequest extends WorkingRequest {
  /** A macro's name, or `package.name`. */
  readonly macro: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * Calls a macro as dbt's `run-operation`: in the working database, where what is committed can be read, without hooks and without a commit: nothing is
 * published or dropped by it. A statement that asked for a transaction which nobody committed is rolled back. Throws EiderError.
 */
export async function runOperation(request: OperationRequest): Promise<unknown> {
  const session = await openWorkingSession(request);
  try {
    const work = transactionPort(session.port, session.connection, '');
    try {
      return await request.compiler.call(request.macro, request.args, work.port);
    } finally {
      await work.end();
    }
  } finally {
    await session.close();
  }
}
