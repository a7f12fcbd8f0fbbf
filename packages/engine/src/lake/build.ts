import { allEnded } from '@eider/store';
import { adoptFiles, isOwnAlias } from './adopt.ts';
import { cloneFiles } from './clone-files.ts';
import { type CommitProgress, commitBuild } from './commit-build.ts';
import { checkFiles, sealFiles } from './durable-generation.ts';
import type { FilesGeneration, Generation } from './generation.ts';
import type { Identity } from './identity.ts';
import { deadAfterMs, type Heartbeat, putGeneration, putHeartbeat, storeTime } from './journal.ts';
import { jsonBytes, readHint } from './json-object.ts';
import type { AdoptRequest, Build, GenerationPlace, Head } from './lake.ts';
import { type LakeContext, readHead } from './lake-context.ts';
import { LakeError, refuse } from './lake-error.ts';
import type { BuildPlan } from './lease.ts';
import { isAdoptable, leftBuilds, leftGenerations, putLeft, usualAdoptWithin } from './left-builds.ts';
import { findTaken } from './owners.ts';
import { deleteUncommitted, type MadeGeneration } from './retention.ts';
import { keys } from './state-keys.ts';

const beatMs = 20_000;

export interface BuildRequest {
  readonly id: string;
  readonly command: string;
  readonly startedAt: string;
  readonly identity: Identity;
  readonly head: Head | undefined;
  readonly beat: Heartbeat;
}

/** A build that has put its `build.json` and its first heartbeat. */
export function runningBuild(context: LakeContext, request: BuildRequest): Build {
  const made = new Map<string, MadeGeneration>();
  const finished = new Map<string, string>();
  const committed = new Set<string>();
  /** Finished generations that a later build can take up: id → node. */
  const adoptable = new Map<string, string>();
  const pulse = startPulse(context, request.beat);
  const progress = commitProgress(committed, pulse);
  const begun = (node: string, folder: string): MadeGeneration =>
    noted(made, { id: `${request.id}-${context.options.randomId()}`, node, folder });
  const newGeneration: Build['newGeneration'] = async (...of) =>
    withDesk(context, begun(of[0], await context.folders.make(...of)));
  const finish: Build['finish'] = async (generation) => {
    await sealFiles(generation, context.objects);
    await context.options.fault?.('seal');
    finished.set(generation.id, await putGeneration(context.store, generation));
    if (isAdoptable(generation)) adoptable.set(generation.id, generation.node);
    context.generations.remember(generation);
    await context.options.fault?.('finish');
  };
  return {
    id: request.id,
    head: request.head,
    newGeneration,
    newTableGeneration: async (node, location) => begun(node, await context.folders.makeTable(location)),
    adopt: async (wanted) => {
      const generation = await adopt(context, request, wanted, newGeneration);
      if (generation !== undefined) await finish(generation);
      return generation;
    },
    cloneFiles: (generation, place) => cloneFiles(context.reach, generation, place),
    finish,
    left: (run) => claimLeft(context, pulse, run),
    take: async (generation, reads) => {
      const mine = { ...generation, build: request.id, reads };
      if (await isLost(context, mine)) return undefined;
      await finish(mine);
      return mine;
    },
    commit: (wanted) => commitBuild(context, request, wanted, finished, progress),
    end: async ({ leave } = { leave: false }) => {
      pulse.stop();
      const leaves = leave && adoptable.size > 0 && committed.size === 0 && !progress.inDoubt();
      const isKept = (id: string): boolean => committed.has(id) || (leaves && adoptable.has(id));
      const nodes = new Map([...adoptable, ...[...made.values()].map(({ id, node }) => [id, node] as const)]);
      // One object holds a node's generation of a build: it is the kept one's, whatever else was begun for the node.
      const kept = new Set([...nodes].flatMap(([id, node]) => (isKept(id) ? [node] : [])));
      const over = [...made.values()].filter(({ id }) => !isKept(id));
      await deleteUncommitted(context, request.id, over, kept);
      // Of what was taken over the files stay with the build that left them.
      for (const node of adoptable.values())
        if (!kept.has(node)) await context.store.delete(keys.generation(request.id, node));
      await context.objects?.tidy(`${request.id}-`);
      if (leaves) await putLeft(context.store, { build: request.id, seen: await storeNow(context) });
      await context.options.fault?.('end');
      // Where nobody knows whether the entry was written, retention finds out once this process is gone.
      if (!progress.inDoubt()) await context.store.delete(keys.heartbeat(request.id));
    },
  };
}

function noted(made: Map<string, MadeGeneration>, generation: MadeGeneration): MadeGeneration {
  made.set(generation.id, generation);
  return generation;
}

function withDesk({ objects }: LakeContext, place: MadeGeneration): GenerationPlace {
  return objects === undefined ? place : { ...place, desk: objects };
}

async function storeNow({ options, store }: LakeContext): Promise<string> {
  return (await storeTime(store, options.randomId())).toISOString();
}

async function isLost({ reach }: LakeContext, generation: Generation): Promise<boolean> {
  try {
    await checkFiles(reach, [generation]);
    return false;
  } catch (cause) {
    if (cause instanceof LakeError) return true;
    throw cause;
  }
}

/** First says which builds this one may go on with, so that nobody deletes what they left, then reads it. */
async function claimLeft(context: LakeContext, pulse: Pulse, run: string | undefined): ReturnType<Build['left']> {
  const { options, store } = context;
  const builds = await leftBuilds(store);
  if (builds.length === 0) return new Map();
  const oldest = Date.parse(await storeNow(context)) - (options.adoptWithin ?? usualAdoptWithin) * 3_600_000;
  const wanted: string[] = [];
  for (const { build, seen } of builds) {
    const isOf = run === undefined || (await readHint<BuildPlan>(store, keys.build(build)))?.run === run;
    if (isOf && Date.parse(seen) > oldest) wanted.push(build);
  }
  if (wanted.length === 0) return new Map();
  await pulse.goOnWith(wanted);
  return await leftGenerations(store, wanted);
}

interface Pulse {
  /** Says from now on that what these builds left may be taken. */
  goOnWith(builds: readonly string[]): Promise<void>;
  /** Says from now on that the build reads another entry. */
  readFrom(head: number): Promise<void>;
  /** Whether nobody can have taken the build for dead up to now. */
  isUnbroken(): boolean;
  stop(): void;
}

function startPulse(context: LakeContext, first: Heartbeat): Pulse {
  let beat = first;
  let heard = Date.now();
  let isBroken = false;
  const isLate = (): boolean => Math.abs(Date.now() - heard) > deadAfterMs / 2;
  const put = async (): Promise<void> => {
    const at = Date.now();
    await putHeartbeat(context.store, beat);
    isBroken ||= isLate();
    heard = at;
  };
  const timer = setInterval(() => void put().catch(() => undefined), beatMs);
  timer.unref();
  const say = async (more: Partial<Heartbeat>): Promise<void> => {
    beat = { ...beat, ...more };
    await put();
  };
  return {
    goOnWith: (continues) => say({ continues }),
    readFrom: (head) => say({ head }),
    isUnbroken: () => !isBroken && !isLate(),
    stop: () => clearInterval(timer),
  };
}

function commitProgress(committed: Set<string>, pulse: Pulse): CommitProgress & { inDoubt(): boolean } {
  let doubt = false;
  return {
    inDoubt: () => doubt,
    isUnbroken: pulse.isUnbroken,
    trying: (generations) => {
      doubt = true;
      for (const generation of generations) for (const id of idsIn(generation)) committed.add(id);
    },
    lost: (generations) => {
      doubt = false;
      for (const generation of generations) for (const id of idsIn(generation)) committed.delete(id);
    },
    // What the build read before its commit need not be kept for it any more.
    won: async (number) => {
      doubt = false;
      await pulse.readFrom(number);
    },
  };
}

/** The ids of this build that a generation holds: its own, and those of adopted files that it carries. */
function idsIn(generation: Generation): readonly string[] {
  const files = generation.kind === 'files' ? generation.files : [];
  const parts = files.flatMap(({ path }) => path.split('/')).map((part) => part.split('.')[0] ?? '');
  return [generation.id, ...new Set(parts.filter((part) => part.startsWith(`${generation.build}-`)))];
}

async function adopt(
  context: LakeContext,
  build: BuildRequest,
  wanted: AdoptRequest,
  newGeneration: Build['newGeneration'],
): Promise<FilesGeneration | undefined> {
  const folder = await context.folders.of(wanted.node, wanted.location);
  if (await isOwnAlias(wanted.location, folder)) return undefined;
  const locations = new Map([[wanted.node, wanted.location]]);
  if (context.options.takeOver !== true)
    refuse(await findTaken(context.reach, build.identity.id, context.options.project, locations));
  const place = await newGeneration(wanted.node, wanted.location);
  return await adoptFiles(context.reach, wanted, {
    ...place,
    build: build.id,
    createdAt: context.options.now().toISOString(),
  });
}

/** Puts the first heartbeat and `build.json` of a build that starts from the head; again where the head moved before the heartbeat could hold it. */
export async function announceBuild(
  context: LakeContext,
  begun: Pick<BuildRequest, 'id' | 'command' | 'startedAt'> & BuildPlan,
  beat: Omit<Heartbeat, 'head'>,
): Promise<Pick<BuildRequest, 'head' | 'beat'>> {
  for (;;) {
    const head = await readHead(context);
    const full: Heartbeat = { ...beat, head: head?.entry.number ?? 0 };
    // The heartbeat first: retention deletes journals of builds that do not live.
    await putHeartbeat(context.store, full);
    const said = jsonBytes({ format: 1, ...begun, by: context.options.by, ...full });
    const [now] = await allEnded([
      context.ledger.headNumber(),
      context.store.put(keys.build(begun.id), said, { durable: false }),
    ]);
    if (now === full.head) return { head, beat: full };
  }
}
