import type { Store } from '@eider/store';
import { openBuilds } from './journal.ts';
import { readHint } from './json-object.ts';
import { keys } from './state-keys.ts';

/** A build, or another command that changes something, that began and did not end. */
export interface BuildReport {
  readonly build: string;
  /** Null for what is no build, and where its object in the journal is gone. */
  readonly command: string | null;
  /** ISO 8601. */
  readonly startedAt: string | null;
  readonly by: { readonly user: string; readonly host: string } | null;
  readonly pid: number;
  /** The entry that it reads. */
  readonly head: number;
}

/** What works in a state, and what died in it, by their heartbeats. `probe`: a fresh random text. */
export async function reportBuilds(
  store: Store,
  probe: string,
): Promise<{ readonly running: readonly BuildReport[]; readonly dead: readonly BuildReport[] }> {
  const builds = await openBuilds(store, probe);
  const reports = await Promise.all(
    builds.map(async ({ build, head, lives, pid }) => {
      const begun = await readHint<Partial<BuildReport>>(store, keys.build(build));
      const { by = null, command = null, startedAt = null } = begun ?? {};
      return { lives, report: { build, command, startedAt, by, pid, head } };
    }),
  );
  const those = (alive: boolean): readonly BuildReport[] =>
    reports.flatMap(({ lives, report }) => (lives === alive ? [report] : []));
  return { running: those(true), dead: those(false) };
}

/** What the builds among them mean for a build that begins now: other commands beat too, and only builds can conflict. Undefined where there are none. */
export function otherBuildsText(running: readonly BuildReport[]): string | undefined {
  const builds = running.filter(({ command }) => command !== null);
  if (builds.length === 0) return undefined;
  const each = builds.map(
    ({ command, pid, startedAt }) => `eider ${command} (process ${pid}, since ${startedAt?.slice(0, 19)}Z)`,
  );
  const [what, both] =
    builds.length === 1 ? ['Another build of this state runs', 'Both'] : ['Other builds of this state run', 'All'];
  return `${what}: ${each.join(', ')}. ${both} commit what they make; where they touch the same relations, the later one ends with lake/conflict and nothing of it is published.`;
}
