import { type Compiler, EiderError, error, type ManifestNode } from '@eider/core';
import { snapshotAt } from '../delta/newest-snapshot.ts';
import type { Lake } from '../lake/lake.ts';
import { isShown } from '../materialize/delta-base.ts';
import { openNodeTable } from '../materialize/delta-table.ts';
import { databasePort } from '../session/database-port.ts';
import { openSession } from '../session/open-session.ts';

/** The number of the commit of the lake that a version of a node's Delta table shows. Throws EiderError where there is none: other programs wrote that version. */
export async function commitOfVersion(
  { compiler, lake }: { readonly compiler: Compiler; readonly lake: Lake },
  id: string,
  version: number,
): Promise<number> {
  const node = compiler.manifest.nodes[id] as ManifestNode;
  const { root, target } = compiler.project;
  const head = await (await lake.head())?.generation(id);
  if (head?.kind !== 'files' || head.delta === undefined)
    throw refused(id, `${node.name} is no Delta table, so it has no versions.`, 'Name a commit: --to-commit 12.');
  const session = await openSession(target, { inMemory: true, folder: root });
  try {
    const connection = await session.connect();
    const layout = await compiler.layout(id, databasePort(connection));
    const { ports } = await openNodeTable({ compiler, connection, node }, layout);
    const snapshot = await snapshotAt(ports, version);
    if (snapshot === undefined)
      throw refused(
        id,
        `The log of ${node.name} has no version ${version}.`,
        `eider history ${layout.location} lists them.`,
      );
    const own = [...snapshot.transactions].filter(([app]) => app.startsWith('eider/') && app.endsWith(`/${id}`));
    const number = Math.max(0, ...own.map(([, transaction]) => transaction.version));
    const shown = await (await lake.at(number))?.generation(id);
    if (shown?.kind === 'files' && isShown(snapshot, shown)) return number;
    const hint = 'eider history lists the commits: restore one of them with --to-commit.';
    throw refused(
      id,
      `Version ${version} of ${node.name} has rows that other programs wrote: no commit of the lake shows it.`,
      hint,
    );
  } finally {
    await session.close();
  }
}

function refused(node: string, message: string, hint: string): EiderError {
  return new EiderError([error('engine/delta', message, { hint, node })]);
}
