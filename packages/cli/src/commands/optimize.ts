import { type OptimizedNode, type OptimizeReport, optimizeNode, optimizeTable } from '@eider/engine';
import { UsageError } from '../flags/usage-error.ts';
import type { CommandAction, Invoked } from '../invoked.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { openProjectLake } from '../project/project-lake.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { namedNode, tableRequest } from '../project/table-request.ts';

/** `optimize TABLE|NODE`: few large files in the place of many small ones, or all rows in a better order. The rows stay what they are. */
export const optimize: CommandAction = async (invoked) => {
  const open = await openProject(invoked);
  const { flags, reporter } = open;
  if (flags.sortBy.length > 0 && flags.zOrder.length > 0)
    throw new UsageError('--sort-by and --z-order are two orders.', 'Choose one of them.');
  const done = await reportingFailures(open, () => optimized(open, invoked));
  const { filesAfter, filesBefore, version, ...rest } = done;
  if (flags.output === 'json') {
    const facts = { dry_run: flags.dryRun, ...version, ...rest, files_before: filesBefore, files_after: filesAfter };
    reporter.result(JSON.stringify(facts, null, 2));
    return 0;
  }
  const { rewritten, table } = done;
  const [[kind, number] = []] = Object.entries(version);
  if (rewritten === 0) reporter.say(`Nothing to do: no two files of ${table} are better together.`);
  else if (!done.changed) reporter.say(`Would write ${rewritten} of ${filesBefore} files of ${table} anew`);
  else
    reporter.say(
      `Wrote ${rewritten} of ${filesBefore} files of ${table} anew: it has ${filesAfter} (${kind} ${number})`,
    );
  return 0;
};

interface Optimized
  extends Pick<OptimizedNode, 'changed' | 'filesAfter' | 'filesBefore' | 'rewritten'>,
    Pick<OptimizeReport, 'table'> {
  readonly location: string | null;
  /** Of the table, or of the lake. */
  readonly version: { readonly version: number } | { readonly commit: number | null };
}

async function optimized(open: OpenProject, invoked: Invoked): Promise<Optimized> {
  const { compiler, flags, manifest } = open;
  const { dryRun, fileSize, sortBy, zOrder } = flags;
  const targetBytes = fileSize * 1024 * 1024;
  const node = namedNode(manifest, invoked.name);
  if (node === undefined) {
    const { version, ...done } = await optimizeTable({
      ...tableRequest(open, invoked),
      ...{ sortBy, zOrderBy: zOrder, targetBytes },
    });
    return { ...done, version: { version } };
  }
  const order = zOrder.length > 0 ? { zOrder } : sortBy.length > 0 ? { sort: sortBy } : undefined;
  const lake = await openProjectLake(open);
  const { number, ...done } = await optimizeNode({
    ...{ compiler, lake, node: node.unique_id, targetBytes, dryRun, now: invoked.host.now },
    ...(order && { order }),
  });
  return { table: node.name, ...done, version: { commit: number } };
}
