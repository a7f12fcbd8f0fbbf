import type { Store } from '@eider/store';
import { openBuilds } from './journal.ts';
import { readHint } from './json-object.ts';
import { keys } from './state-keys.ts';

/** A build that runs now. */
export interface RunningBuild {
  readonly id: string;
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly pid: number;
}

/** The builds of a state that live, by their heartbeats. `probe`: a fresh random text. */
export async function runningBuilds(store: Store, probe: string): Promise<readonly RunningBuild[]> {
  const living = (await openBuilds(store, probe)).filter(({ lives }) => lives);
  const known = await Promise.all(
    living.map(async ({ build, pid }) => {
      // Other commands that change something beat too; only builds can conflict.
      const begun = await readHint<Pick<RunningBuild, 'command' | 'startedAt'>>(store, keys.build(build));
      return begun === undefined ? undefined : { id: build, command: begun.command, startedAt: begun.startedAt, pid };
    }),
  );
  return known.filter((build) => build !== undefined);
}

/** What they mean for a build that begins now. */
export function otherBuildsText(builds: readonly RunningBuild[]): string {
  const each = builds.map(
    ({ command, pid, startedAt }) => `eider ${command} (process ${pid}, since ${startedAt.slice(0, 19)}Z)`,
  );
  const [what, both] =
    builds.length === 1 ? ['Another build of this state runs', 'Both'] : ['Other builds of this state run', 'All'];
  return `${what}: ${each.join(', ')}. ${both} commit what they make; where they touch the same relations, the later one ends with lake/conflict and nothing of it is published.`;
}
