import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildCatalog } from '../catalog/build-catalog.ts';
import type { CatalogDatabase } from '../catalog/catalog-database.ts';
import { aliasPattern, filesQuery, liveQuery } from '../catalog/view-query.ts';
import { isRemote } from '../session/place.ts';
import type { AliasRecord } from './alias.ts';
import type { CatalogShelf } from './catalog-shelf.ts';
import { readFacts } from './facts.ts';
import type { Identity } from './identity.ts';
import type { Head } from './lake.ts';
import { factsOf, type LakeContext } from './lake-context.ts';
import { refuse } from './lake-error.ts';
import { isOnClock, livePattern, switchLive } from './live-clock.ts';
import { findForeign, lookAtPublished, type PublishedRecord, putPublished } from './published-file.ts';
import { temporaryName } from './temporary-name.ts';

export interface LiveRequest {
  readonly identity: Identity;
  /** The build or other command that publishes. */
  readonly worker: string;
  readonly database: CatalogDatabase;
  readonly shelf: CatalogShelf;
  readonly head: Head;
  /** Where each node's alias is. */
  readonly records: Readonly<Record<string, AliasRecord>>;
  readonly path: string;
  /** Whether the file that is there was made while the state lay somewhere else: then every view is made anew. */
  readonly isMoved: boolean;
}

/**
 * The live file: as the catalog, with views over what is committed when they are read instead of exact files. Who has it open sees each commit without opening it
 * again, whole. Of a lake in a bucket, which has no links, the views are over the aliases: new data is seen, no state is promised.
 */
export async function publishLive(context: LakeContext, request: LiveRequest): Promise<PublishedRecord> {
  const { database, head, identity, path, records } = request;
  const there = await lookAtPublished(context.reach, database, path);
  refuse(findForeign(path, there, context.options, 'live'));
  const state = context.store.root;
  const hasClock = !isRemote(state);
  // First: the views bind to what they will read.
  if (hasClock) await switchLive({ ...context, ...context.options, state, worker: request.worker }, head);
  const fresh = (): string => temporaryName(request.worker, context.options.randomId());
  const temporary = join(await request.shelf.desk(), `${fresh()}.duckdb`);
  try {
    await buildCatalog({
      database,
      identity,
      head,
      facts: await factsOf(context, head.entry),
      entry: context.ledger.entry,
      factsOf: (hash) => readFacts(context.store, hash),
      base:
        !request.isMoved &&
        there.kind === 'catalog' &&
        there.state.state === identity.id &&
        there.state.number < head.entry.number
          ? path
          : null,
      path: temporary,
      internal: 'files',
      filesQuery: (generation) => {
        // Builds with a live file mark no rows: these are of before there was one.
        if (generation.files.some(({ deleted }) => deleted)) return filesQuery(generation);
        if (hasClock && isOnClock(generation)) return liveQuery(generation, livePattern(state, generation));
        const location = records[generation.node]?.location;
        return location ? liveQuery(generation, aliasPattern(generation, location)) : filesQuery(generation);
      },
    });
    const { record } = await putPublished(context.reach, temporary, path, {
      number: head.entry.number,
      name: fresh(),
    });
    const { ino, size, mtimeMs } = await lstat(record.path);
    return { ...record, inode: ino, bytes: size, modifiedMs: mtimeMs };
  } finally {
    for (const name of [temporary, `${temporary}.wal`]) await rm(name, { force: true });
  }
}
