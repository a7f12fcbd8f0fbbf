import type { LakeContext } from './lake-context.ts';
import { finishedBy, isAdoptable, leftBuilds } from './left-builds.ts';
import { retainedByHint } from './retained-entries.ts';
import { type BuildReport, reportBuilds } from './running-builds.ts';
import { isSettled } from './settle.ts';

/** Where a state lies and how it stands. */
export interface StateReport {
  /** The state folder `S`. */
  readonly state: string;
  readonly exists: boolean;
  /** The newest entry; null before the first commit. */
  readonly head: {
    readonly number: number;
    readonly build: string;
    readonly committedAt: string;
    readonly nodes: number;
  } | null;
  /** Numbers of the entries whose data is there, oldest first. */
  readonly retained: readonly number[];
  /** Bytes on disk: of generations, of catalogs, of everything else in `S`. */
  readonly bytes: { readonly data: number; readonly catalogs: number; readonly records: number };
  readonly files: number;
  readonly running: readonly BuildReport[];
  readonly dead: readonly BuildReport[];
  /** Builds that ended without a commit and left finished nodes for the next one to take up. */
  readonly left: readonly { readonly build: string; readonly seen: string; readonly nodes: readonly string[] }[];
  readonly publishPath: string;
  readonly livePath: string | null;
  /** Whether the published catalog and every location show the head: otherwise the next command that changes anything sees to it. */
  readonly isSettled: boolean;
}

/** Reads how a state stands; changes nothing but a clock probe where a build of another machine runs. */
export async function reportState(context: LakeContext): Promise<StateReport> {
  const { ledger, options, store } = context;
  const number = await ledger.headNumber();
  const entry = number === 0 ? undefined : await ledger.entry(number);
  const isRetained = await retainedByHint(store);
  const { dead, running } = await reportBuilds(store, options.randomId());
  const { files, ...bytes } = await measure(context);
  return {
    state: store.root,
    exists: files > 0,
    head:
      entry === undefined
        ? null
        : { number, build: entry.build, committedAt: entry.committedAt, nodes: Object.keys(entry.nodes).length },
    retained: Array.from({ length: number }, (_, i) => i + 1).filter(isRetained),
    bytes,
    files,
    running,
    dead,
    left: await leftNodes(context),
    publishPath: options.publishPath,
    livePath: options.livePath,
    isSettled: number === 0 || (await isSettled(context, number)),
  };
}

async function leftNodes({ store }: LakeContext): Promise<StateReport['left']> {
  const builds = await leftBuilds(store);
  return await Promise.all(
    builds.map(async ({ build, seen }) => {
      const nodes = (await finishedBy(store, build)).filter(isAdoptable).map(({ node }) => node);
      return { build, seen, nodes: nodes.sort() };
    }),
  );
}

/** A file that has several names in the state (an adopted one, one of an alias folder) counts once. */
async function measure({ reach, store }: LakeContext): Promise<StateReport['bytes'] & { readonly files: number }> {
  const sum = { data: 0, catalogs: 0, records: 0, files: 0 };
  const seen = new Set<string>();
  for (const { bytes, inode, name } of await reach.below(store.root)) {
    if (inode !== undefined && seen.has(inode)) continue;
    if (inode !== undefined) seen.add(inode);
    const [part] = name.split('/');
    // Links only.
    if (part === 'live') continue;
    sum[part === 'data' ? 'data' : part === 'catalog' ? 'catalogs' : 'records'] += bytes;
    sum.files += 1;
  }
  return sum;
}
