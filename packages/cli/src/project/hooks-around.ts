import type { FreshnessRequest } from '@eider/engine';
import type { Invoked } from '../invoked.ts';
import { hooksOf } from './follow-run.ts';
import { collectHooks, isUnrenderedHook } from './hook-results.ts';
import { queryInterruption } from './interruption.ts';
import type { OpenProject } from './open-project.ts';
import { writeCompiled } from './run-artifacts.ts';

/** The project's hooks around a command that runs no node. */
export interface HooksAround {
  readonly hooks: NonNullable<FreshnessRequest['hooks']>;
  /** Writes their SQL and tells of what failed. Gives the exit code that they call for. */
  end(): Promise<number>;
}

/** Tells of hooks as they run. Ctrl-C ends their queries. */
export function hooksAround(open: OpenProject, invoked: Invoked): HooksAround {
  const { reporter } = open;
  const { host } = invoked;
  const collected = collectHooks(host.now, hooksOf(open));
  const interrupting = queryInterruption(host, reporter);
  return {
    hooks: {
      signal: interrupting.signal,
      onEvent: (event) => {
        if (collected.handle(event)) return;
        if (event.kind === 'finding') open.findings([event.diagnostic]);
        else reporter.event(event);
      },
    },
    end: async () => {
      interrupting.end();
      const results = collected.results();
      await writeCompiled(open, invoked, { results, ephemeral: {} });
      open.findings(results.flatMap(({ diagnostics }) => diagnostics));
      const code = results.some(isUnrenderedHook) ? 2 : results.some(({ status }) => status === 'error') ? 1 : 0;
      return interrupting.exitCode() ?? code;
    },
  };
}
