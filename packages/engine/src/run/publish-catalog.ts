import type { Compiler } from '@eider/core';
import { openLake } from '../lake/open-lake.ts';
import { openSession } from '../session/open-session.ts';
import { lakeOptions } from './lake-options.ts';

/**
 * Finishes what a killed build left to do and writes the published catalog of the committed state again. Gives the published path; null where
 * nothing was ever committed.
 */
export async function publishCatalog(compiler: Compiler, eiderVersion: string): Promise<string | null> {
  const lake = await openLake(lakeOptions(compiler, { eiderVersion }));
  if ((await lake.head()) === undefined) return null;
  const { project } = compiler;
  const session = await openSession(project.target, { inMemory: true, folder: project.root });
  try {
    await lake.recover(session);
    return await lake.publish(session);
  } finally {
    await session.close();
  }
}
