import {
  type Compiler,
  type DatabasePort,
  type Diagnostic,
  EiderError,
  error,
  isExternal,
  type Layout,
} from '@eider/core';
import { StoreError } from '@eider/store';
import type { Lake } from '../lake/lake.ts';
import { databasePort } from '../session/database-port.ts';
import type { Session } from '../session/session.ts';
import type { RunRequest } from './run.ts';

/**
 * Refuses before any node runs what is known by then to end badly: a published path or a location that is taken, two nodes with one location, a folder
 * that nobody may write. Gives the layouts that asked nothing of the database: they hold when the nodes run too, so what a project's macro says of a
 * location is said once. Throws EiderError with a finding for each, at the file of its node.
 */
export async function checkPlaces(
  { command, compiler, partial }: RunRequest,
  ids: readonly string[],
  lake: Lake,
  session: Session,
): Promise<ReadonlyMap<string, Layout>> {
  const { nodes } = compiler.manifest;
  const external = ids.filter((id) => nodes[id] !== undefined && isExternal(nodes[id]));
  const connection = await session.connect();
  const locations = new Map<string, string | null>();
  try {
    const port = watchedPort(databasePort(connection));
    const layouts = new Map<string, Layout>();
    for (const id of external) {
      // What is wrong with the layout itself is told when the node runs.
      const asked = port.asked();
      const layout = await compiler.layout(id, port).catch(() => undefined);
      if (layout === undefined) continue;
      if (port.asked() === asked) layouts.set(id, layout);
      locations.set(id, nodes[id]?.config.alias_location === false ? null : layout.location);
    }
    await lake.check({ locations, drops: (id) => command === 'build' && !partial && nodes[id] === undefined });
    return layouts;
  } catch (cause) {
    if (cause instanceof EiderError) throw new EiderError(cause.diagnostics.map((each) => placed(each, compiler)));
    throw atLocation(cause, locations, compiler) ?? cause;
  } finally {
    connection.close();
  }
}

/** A port that counts its questions. */
function watchedPort(port: DatabasePort): DatabasePort & { asked(): number } {
  let count = 0;
  const counted =
    <A extends readonly unknown[], T>(ask: (...args: A) => T) =>
    (...args: A): T => {
      count += 1;
      return ask(...args);
    };
  return {
    query: counted(port.query),
    relation: counted(port.relation),
    relations: counted(port.relations),
    columns: counted(port.columns),
    asked: () => count,
  };
}

/** A store that a node's location names, and that cannot be used: where the location was set. The root's own store is the profile's matter. */
function atLocation(
  cause: unknown,
  locations: ReadonlyMap<string, string | null>,
  compiler: Compiler,
): EiderError | undefined {
  if (!(cause instanceof StoreError)) return undefined;
  const store = /\b[a-z][a-z0-9]*:\/\/[^/'\s]+/.exec(cause.message)?.[0];
  if (store === undefined || compiler.project.target.externalRoot.startsWith(store)) return undefined;
  const [id] = [...locations].find(([, location]) => location?.startsWith(store) === true) ?? [];
  if (id === undefined) return undefined;
  const { hint, message } = cause;
  const place = compiler.placeOf(id, 'location');
  return new EiderError([error('engine/store-failed', message, { node: id, place, hint })], { cause });
}

function placed(finding: Diagnostic, compiler: Compiler): Diagnostic {
  const { code, node, place } = finding;
  if (node === undefined || place !== undefined || compiler.manifest.nodes[node] === undefined) return finding;
  return { ...finding, place: compiler.placeOf(node, code.includes('location') ? 'location' : undefined) };
}
