import { type CompiledNode, error, type UnitTestNode } from '@eider/core';
import { unitTest } from '../checks/unit-test.ts';
import type { Connection } from '../session/session.ts';
import type { NodeResult } from './events.ts';
import type { RunContext } from './run-context.ts';

/** Runs a unit test. `statements` gets the query. dbt's words, colours and all, are the message of one that fails: programs show them as they are. */
export async function runUnitTest(
  { compiler }: RunContext,
  node: UnitTestNode,
  compiled: CompiledNode,
  { connection, statements }: { readonly connection: Connection; readonly statements: string[] },
): Promise<Pick<NodeResult, 'status' | 'message' | 'failures' | 'rows' | 'location' | 'diagnostics'>> {
  const { diff, sql } = await unitTest({ node, compiled, compiler, connection });
  statements.push(sql);
  const common = { rows: null, location: null };
  if (diff === null) return { ...common, status: 'pass', message: 'PASS', failures: 0, diagnostics: [] };
  const message = `\n\n\u001b[32mactual\u001b[0m differs from \u001b[31mexpected\u001b[0m:\n\n${diff}\n`;
  const place = compiler.placeOf(node.unique_id);
  const found = error('engine/test-failed', message, { node: node.unique_id, place });
  return { ...common, status: 'fail', message, failures: 1, diagnostics: [found] };
}
