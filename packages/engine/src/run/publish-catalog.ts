import type { Compiler } from '@eider/core';
import { catalogPlace } from '../lake/catalog-shelf.ts';
import { openLake } from '../lake/open-lake.ts';
import { openSession } from '../session/open-session.ts';
import type { RunEvent } from './events.ts';
import { lakeOptions } from './lake-options.ts';
import { tellApart } from './on-publish.ts';

export interface PublishedCatalog {
  /** The published path. */
  readonly path: string;
  /** The newest commit's own catalog, which never changes: absolute, or a URI. */
  readonly own: string;
  /** How many hooks of on_publish and plugins of models failed. */
  readonly failures: number;
}

export interface PublishRequest {
  readonly compiler: Compiler;
  readonly eiderVersion: string;
  readonly takeOver?: boolean;
  /** Another file than the published path, absolute. Nobody is told of it: hooks of on_publish are for the published one. */
  readonly to?: string | undefined;
  /** The commit whose catalog goes to `to`: its number, or how the id of its build begins; the newest where absent. */
  readonly build?: string | undefined;
  /** With the rows of every relation in the file. */
  readonly selfContained?: boolean;
  readonly onEvent: (event: RunEvent) => void;
}

/**
 * Finishes what a killed build left to do, writes the published catalog of the committed state again, and runs the hooks of on_publish; or writes it to another
 * file, also that of an older commit. Null where nothing was ever committed. Throws LakeError `lake/no-such-build`, `lake/not-retained`.
 */
export async function publishCatalog(request: PublishRequest): Promise<PublishedCatalog | null> {
  const { build, compiler, eiderVersion, onEvent, selfContained: whole = false, takeOver = false, to } = request;
  const lake = await openLake(lakeOptions(compiler, { eiderVersion, takeOver }));
  if ((await lake.head()) === undefined) return null;
  const { project } = compiler;
  const session = await openSession(project.target, { inMemory: true, folder: project.root });
  let path: string;
  try {
    await lake.recover(session);
    path = await lake.publish(
      session,
      to === undefined ? {} : { path: to, whole, ...(build !== undefined && { build }) },
    );
  } finally {
    await session.close();
  }
  const own = catalogPlace(lake.state, (await lake.head())?.entry.number ?? 0);
  if (to !== undefined) return { path, own, failures: 0 };
  const failures = await tellApart({ compiler, lake, onEvent, now: () => new Date() }, true);
  return { path, own, failures };
}
