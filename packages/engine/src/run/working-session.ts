import { existsSync } from 'node:fs';
import { type Compiler, type DatabasePort, lazyPort } from '@eider/core';
import { withDeltaScans } from '../delta/delta-scans.ts';
import { openTables } from '../delta/open-table.ts';
import { openLake } from '../lake/open-lake.ts';
import { isInternal } from '../materialize/registry.ts';
import { databasePort } from '../session/database-port.ts';
import { hasOtherRelations } from '../session/other-relations.ts';
import { relationName } from '../session/relation.ts';
import type { Connection, Session } from '../session/session.ts';
import { workingPath } from '../session/working-database.ts';
import { headViews } from './head-views.ts';
import { isOwnRelation, lakeOptions, needsWorkingDatabase } from './lake-options.ts';
import { openProjectSession } from './project-session.ts';
import { nodeOf } from './run-context.ts';

/** A connection to the working database for what is no build: nothing is published or dropped by it. */
export interface WorkingSession {
  readonly connection: Connection;
  /** Shows what is committed at the first question: who asks nothing needs no relation. */
  readonly port: DatabasePort;
  close(): Promise<void>;
}

export interface WorkingRequest {
  readonly compiler: Compiler;
  readonly eiderVersion: string;
  /** Told what opening the working database waits for. */
  readonly onWait: (message: string) => void;
  /** Interrupts its queries. */
  readonly signal: AbortSignal;
}

/** Opens the working database, with its lock. Throws EiderError. */
export async function openWorkingSession(request: WorkingRequest): Promise<WorkingSession> {
  const { compiler, onWait, signal } = request;
  const { root, target } = compiler.project;
  const isUsed = needsWorkingDatabase(compiler, false) || !existsSync(workingPath(target, root));
  const inMemory = !isUsed && !(await hasOtherRelations(target, root, isOwnRelation(compiler)));
  const plain = await openProjectSession(compiler, { inMemory, onWait, signal });
  const session = withDeltaScans(plain, openTables(target, root));
  const interrupt = (): void => session.interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  const close = async (): Promise<void> => {
    signal.removeEventListener('abort', interrupt);
    await session.close();
  };
  try {
    const connection = await session.connect();
    let shown: Promise<void> | undefined;
    const port = lazyPort(async () => {
      shown ??= showHead(request, session, connection);
      await shown;
      return databasePort(connection);
    });
    return { connection, port, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** What was committed as views, but for the tables of the working database, which are there as they are. */
async function showHead(
  { compiler, eiderVersion }: WorkingRequest,
  session: Session,
  connection: Connection,
): Promise<void> {
  const lake = await openLake(lakeOptions(compiler, { eiderVersion }));
  await lake.serve(session);
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
