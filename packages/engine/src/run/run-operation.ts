import { existsSync } from 'node:fs';
import { type Compiler, lazyPort } from '@eider/core';
import { openLake } from '../lake/open-lake.ts';
import { transactionPort } from '../materialize/own-materialization.ts';
import { isInternal } from '../materialize/registry.ts';
import { databasePort } from '../session/database-port.ts';
import { hasOtherRelations } from '../session/other-relations.ts';
import { relationName } from '../session/relation.ts';
import type { Connection } from '../session/session.ts';
import { workingPath } from '../session/working-database.ts';
import { headViews } from './head-views.ts';
import { isOwnRelation, lakeOptions, needsWorkingDatabase } from './lake-options.ts';
import { openProjectSession } from './project-session.ts';
import { nodeOf } from './run-context.ts';

export interface OperationRequest {
  readonly compiler: Compiler;
  /** A macro's name, or `package.name`. */
  readonly macro: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly eiderVersion: string;
  /** Told what opening the working database waits for. */
  readonly onWait: (message: string) => void;
  /** Interrupts its queries. */
  readonly signal: AbortSignal;
}

/**
 * Calls a macro as dbt's `run-operation`: in the working database, where what is committed can be read, without hooks and without a commit: nothing is
 * published or dropped by it. A statement that asked for a transaction which nobody committed is rolled back. Throws EiderError.
 */
export async function runOperation(request: OperationRequest): Promise<unknown> {
  const { compiler, signal } = request;
  const { root, target } = compiler.project;
  const path = workingPath(target, root);
  const isUsed = needsWorkingDatabase(compiler, false) || !existsSync(path);
  const inMemory = !isUsed && !(await hasOtherRelations(target, root, isOwnRelation(compiler)));
  const session = await openProjectSession(compiler, { inMemory, onWait: request.onWait, signal });
  const interrupt = (): void => session.interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    const connection = await session.connect();
    let shown: Promise<void> | undefined;
    // A macro that asks nothing needs no relation.
    const port = lazyPort(async () => {
      shown ??= showHead(request, connection);
      await shown;
      return databasePort(connection);
    });
    const work = transactionPort(port, connection, '');
    try {
      return await compiler.call(request.macro, request.args, work.port);
    } finally {
      await work.end();
    }
  } finally {
    signal.removeEventListener('abort', interrupt);
    await session.close();
  }
}

/** What was committed as views, but for the tables of the working database, which are there as they are. */
async function showHead({ compiler, eiderVersion }: OperationRequest, connection: Connection): Promise<void> {
  const lake = await openLake(lakeOptions(compiler, { eiderVersion }));
  const head = await lake.head();
  if (head === undefined) return;
  const views = headViews(compiler, connection, {
    ids: Object.keys(head.entry.nodes),
    generationOf: (id) => head.generation(id),
  });
  const port = databasePort(connection);
  const wanted: string[] = [];
  for (const id of views.ids.filter((one) => compiler.manifest.nodes[one] !== undefined)) {
    const node = nodeOf(compiler, id);
    const isThere = isInternal(node) && (await port.relation(relationName(node))) !== null;
    if (!isThere) wanted.push(id);
  }
  await views.show(wanted);
}
