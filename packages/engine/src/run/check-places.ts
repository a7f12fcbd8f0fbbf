import { type DatabasePort, EiderError, isExternal, type Layout, type ManifestNode } from '@eider/core';
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
  try {
    const port = watchedPort(databasePort(connection));
    const locations = new Map<string, string | null>();
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
    throw cause instanceof EiderError ? new EiderError(cause.diagnostics.map((each) => placed(each, nodes))) : cause;
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

function placed(
  finding: EiderError['diagnostics'][number],
  nodes: Readonly<Record<string, ManifestNode>>,
): EiderError['diagnostics'][number] {
  const node = finding.node === undefined ? undefined : nodes[finding.node];
  return node === undefined || finding.place !== undefined
    ? finding
    : { ...finding, place: { file: node.original_file_path, line: 1, column: 1 } };
}
