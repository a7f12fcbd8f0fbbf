import { placeIn } from '@eider/core';
import { publishCatalog } from '@eider/engine';
import { UsageError } from '../flags/usage-error.ts';
import type { CommandAction } from '../invoked.ts';
import { followRun } from '../project/follow-run.ts';
import { openProject } from '../project/open-project.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { nodeNames, telling } from '../project/run-story.ts';

/**
 * `publish`: finishes what a killed build left to do, writes the published catalog of the committed state again and runs the hooks of on_publish; with
 * `--to` it writes one more catalog to another file, with `--build` that of an older commit. `--print-uri` prints where the commit's own catalog lies.
 */
export const publish: CommandAction = (invoked) =>
  telling(invoked, async (story) => {
    const heard = { ...invoked, story };
    const open = await openProject(heard);
    const { reporter, flags, manifest } = open;
    const to = flags.to === undefined ? undefined : placeIn(invoked.host.cwd, flags.to);
    const { build, selfContained, takeOver } = flags;
    if (selfContained && to === undefined) throw new UsageError('--self-contained needs --to: the file to write.');
    if (build !== undefined && to === undefined)
      throw new UsageError(
        '--build needs --to: the file to write.',
        '`eider rollback` shows an older state to all readers.',
      );
    const followed = followRun(open, heard, []);
    const published = await reportingFailures(open, () =>
      publishCatalog({ ...open, to, build, takeOver, selfContained, onEvent: followed.handle }),
    );
    if (published === null) {
      reporter.warn('Nothing is committed yet. Run eider build first.');
      return 1;
    }
    reporter.say(`Published ${published.path}`, { path: published.path });
    if (flags.printUri) reporter.result(published.own);
    const results = followed.results();
    story.results(results, nodeNames(manifest));
    for (const { diagnostics } of results) open.findings(diagnostics);
    return published.failures === 0 ? 0 : 1;
  });
