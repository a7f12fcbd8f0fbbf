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
  /** Unique ids of the nodes that it makes, and of those that it reads from the state. */
  readonly writes: readonly string[];
  readonly reads: readonly string[];
}

/** What works in a state, and what died in it, by their heartbeats; without the build that asks. `probe`: a fresh random text. */
export async function reportBuilds(
  store: Store,
  probe: string,
  own?: string,
): Promise<{ readonly running: readonly BuildReport[]; readonly dead: readonly BuildReport[] }> {
  const builds = await openBuilds(store, probe, own);
  const reports = await Promise.all(
    builds.map(async ({ build, head, lives, pid }) => {
      const begun = await readHint<Partial<BuildReport>>(store, keys.build(build));
      const { by = null, command = null, reads = [], startedAt = null, writes = [] } = begun ?? {};
      return { lives, report: { build, command, startedAt, by, pid, head, writes, reads } };
    }),
  );
  const those = (alive: boolean): readonly BuildReport[] =>
    reports.flatMap(({ lives, report }) => (lives === alive ? [report] : []));
  return { running: those(true), dead: those(false) };
}
