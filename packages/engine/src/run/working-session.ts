import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { type Compiler, type DatabasePort, lazyPort } from '@eider/core';
import { withDeltaScans } from '../delta/delta-scans.ts';
import { openTables } from '../delta/open-table.ts';
import { openLake } from '../lake/open-lake.ts';
import { isInternal } from '../materialize/registry.ts';
import { isCatalogCopy } from '../session/catalog-copy.ts';
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
  const draft = await draftPath(compiler);
  const path = draft === null ? {} : { path: draft };
  const plain = await openProjectSession(compiler, { inMemory: false, ...path, onWait, signal });
  const session = withDeltaScans(plain, openTables(target, root));
  const interrupt = (): void => session.interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  const close = async (): Promise<void> => {
    signal.removeEventListener('abort', interrupt);
    await session.close();
    if (draft !== null) await keepDraft(compiler, draft);
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

/**
 * What is made for a project that needs no database, where its path has none or a copy of the catalog, is made in a file beside that; null where there is a
 * database to work in.
 */
async function draftPath(compiler: Compiler): Promise<string | null> {
  const { root, target } = compiler.project;
  const path = workingPath(target, root);
  if (!isAbsolute(path) || needsWorkingDatabase(compiler, false)) return null;
  return !existsSync(path) || (await isCatalogCopy(path)) ? `${path}.${process.pid}.draft` : null;
}

/** A draft that holds something of its own becomes the working database. */
async function keepDraft(compiler: Compiler, draft: string): Promise<void> {
  const { root, target } = compiler.project;
  const isKept = await hasOtherRelations({ path: draft }, root, isOwnRelation(compiler));
  if (isKept) await rename(draft, workingPath(target, root));
  else await rm(draft, { force: true });
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
