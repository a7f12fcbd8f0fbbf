import type { Compiler } from '@eider/core';
import { openLake } from '../lake/open-lake.ts';
import { openSession } from '../session/open-session.ts';
import type { RunEvent } from './events.ts';
import { lakeOptions } from './lake-options.ts';
import { tellPublished } from './on-publish.ts';

export interface PublishedCatalog {
  /** The published path. */
  readonly path: string;
  /** How many hooks of on_publish failed. */
  readonly failures: number;
}

/**
 * Finishes what a killed build left to do, writes the published catalog of the committed state again, and runs the hooks of on_publish. Null where
 * nothing was ever committed.
 */
export async function publishCatalog(
  compiler: Compiler,
  eiderVersion: string,
  onEvent: (event: RunEvent) => void,
): Promise<PublishedCatalog | null> {
  const lake = await openLake(lakeOptions(compiler, { eiderVersion }));
  if ((await lake.head()) === undefined) return null;
  const { project } = compiler;
  const session = await openSession(project.target, { inMemory: true, folder: project.root });
  let path: string;
  try {
    await lake.recover(session);
    path = await lake.publish(session);
  } finally {
    await session.close();
  }
  const failures = await tellPublished({ compiler, lake, onEvent, now: () => new Date() }, true);
  return { path, failures };
}
