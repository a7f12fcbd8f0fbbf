import { openStore } from '@eider/store';
import { type Objects, openObjects } from '../objects/objects.ts';
import { isRemote, joinPlace } from '../session/place.ts';
import { processSpace, processStart } from '../session/process-space.ts';
import { announceBuild, runningBuild } from './build.ts';
import { buildId } from './build-id.ts';
import { dataFolders } from './data-folder.ts';
import { generationReader, headOf } from './head.ts';
import { readHistory } from './history.ts';
import { type Identity, readIdentity, takeIdentity } from './identity.ts';
import { type Heartbeat, openBuilds, putHeartbeat } from './journal.ts';
import { jsonBytes, readHint } from './json-object.ts';
import type { Build, Head, Lake, LakeOptions } from './lake.ts';
import { type LakeContext, readHead } from './lake-context.ts';
import { LakeError, nothingCommitted, refuse } from './lake-error.ts';
import { type BuildPlan, noPlan, takeTurn, untilFree } from './lease.ts';
import { openLedger } from './ledger-store.ts';
import { findBadPlaces } from './misplaced.ts';
import { openReach, type Reach, type RemotePlace } from './reach.ts';
import { deleting } from './remover.ts';
import { retainedEntry } from './retained-entry.ts';
import { rollback } from './rollback.ts';
import { reportBuilds } from './running-builds.ts';
import { isSettled, publishTo, settle, tidyUp } from './settle.ts';
import { show } from './show.ts';
import { keys } from './state-keys.ts';
import { reportState } from './state-report.ts';
import { vacuum } from './vacuum.ts';

async function contextOf(options: LakeOptions): Promise<LakeContext> {
  const buckets = options.remote?.buckets;
  const store = await openStore(options.state, buckets);
  await readIdentity(store, options.project);
  const reach = openReach(buckets);
  const objects = await objectsOf(options, store.root, reach);
  return {
    options,
    store,
    ledger: openLedger(store),
    folders: dataFolders(store),
    reach,
    objects,
    generations: generationReader(store, (generation) => {
      if (generation.kind === 'files') objects?.learn(generation.files);
    }),
  };
}

/** Opens a state without changing it. Throws LakeError where the folder belongs to another project, StoreError where it cannot be read. */
export async function openLake(options: LakeOptions): Promise<Lake> {
  const context = await contextOf(options);
  const { store } = context;
  const identify = () => takeIdentity(store, options.project, options.randomId());
  return {
    state: options.state,
    serve: async (session) => context.objects?.serve(session),
    fetched: async (url) => context.objects?.fetched(url),
    head: () => readHead(context),
    at: async (number) => {
      const isThere = number >= 1 && number <= (await context.ledger.headNumber());
      return isThere ? headOf(await context.ledger.entry(number), context.generations.read) : undefined;
    },
    recover: async () => {
      const [builds, head] = await Promise.all([openBuilds(store, options.randomId()), context.ledger.headNumber()]);
      // Who was killed may have put an older alias over a newer one: then the records are not believed.
      const killed = builds.some(({ lives }) => !lives);
      if (head === 0) {
        if (killed) await asWorker(context, (worker) => tidyUp(context, 0, worker, { remove: deleting(context) }));
        return false;
      }
      const settled = await isSettled(context, head);
      if (settled && !killed) return false;
      const identity = await identify();
      const again = killed ? 'all' : 'due';
      await asWorker(context, (worker) => show(head, () => settle(context, identity, worker, { again })));
      return !settled;
    },
    check: async (request) => refuse(await findBadPlaces(context, request)),
    untilFree: (plan, waiting) => untilFree(context, plan, waiting),
    begin: (command, plan = noPlan, waiting) =>
      takeTurn(context, plan, waiting, (id) => beginBuild(context, id, command, plan)),
    running: async (own) => (await reportBuilds(store, options.randomId(), own)).running,
    told: async () => (await readHint<{ readonly number: number }>(store, keys.told))?.number,
    setTold: (number) => store.put(keys.told, jsonBytes({ number }), { durable: false }),
    history: (limit) => readHistory(context, limit),
    report: () => reportState(context),
    rollback: async (wanted) => {
      const identity = await identify();
      const startedAt = options.now().toISOString();
      return await asWorker(context, (worker, pin) =>
        rollback(context, { ...wanted, identity, worker, startedAt, pin }),
      );
    },
    vacuum: async ({ dryRun = false } = {}) => {
      // Without it nothing was ever begun here.
      if ((await readIdentity(store, options.project)) === undefined) return { files: [], bytes: 0 };
      const identity = await identify();
      return await asWorker(context, (worker) => vacuum(context, { identity, worker, dryRun }));
    },
    publish: (_session, to = {}) => publishWanted(context, identify, to),
  };
}

/** The objects of the state's own data folder: what lies beside locations in other buckets is read and written there. */
async function objectsOf({ remote }: LakeOptions, root: string, reach: Reach): Promise<Objects | undefined> {
  if (remote?.cache === undefined || !isRemote(root)) return undefined;
  const place = async (uri: string): Promise<RemotePlace> => {
    const there = await reach.remote(uri);
    if (there === undefined) throw new Error(`bug: ${uri} is in no bucket`);
    return there;
  };
  return openObjects({ cache: await remote.cache(), folder: joinPlace(root, 'data'), place, buckets: remote.buckets });
}

async function beginBuild(context: LakeContext, id: string, command: string, plan: BuildPlan): Promise<Build> {
  const { now, project, randomId } = context.options;
  const identity = await takeIdentity(context.store, project, randomId());
  const startedAt = now().toISOString();
  const announced = await announceBuild(context, { id, command, startedAt, ...plan }, await beatOf(id));
  await context.options.fault?.('begin');
  return runningBuild(context, { id, command, startedAt, identity, ...announced });
}

async function publishWanted(
  context: LakeContext,
  identify: () => Promise<Identity>,
  { build, path = context.options.publishPath, whole = false }: NonNullable<Parameters<Lake['publish']>[1]>,
): Promise<string> {
  const head = await readHead(context);
  if (head === undefined) throw nothingCommitted(context.options.state);
  const { livePath, publishPath } = context.options;
  if (path === livePath || (path === publishPath && (whole || build !== undefined))) throw shownThere(path);
  const identity = await identify();
  if (build === undefined) return await publishAgain(context, identity, { path, whole });
  return await publishOlder(context, identity, head, { path, whole, build });
}

/** First every alias and whatever else is not done for the head, then the file, whatever stands there of this state. */
async function publishAgain(
  context: LakeContext,
  identity: Identity,
  wanted: { readonly path: string; readonly whole: boolean },
): Promise<string> {
  return await asWorker(context, async (worker) => {
    const number = await context.ledger.headNumber();
    const settled = await show(number, () => settle(context, identity, worker, { again: 'all' }));
    const head = await readHead(context);
    const put = async (): Promise<string> =>
      head === undefined ? wanted.path : await publishTo(context, { identity, head, worker }, wanted);
    const path = wanted.path === context.options.publishPath ? await show(number, put) : await put();
    await show(number, async () => refuse(settled?.failures ?? []));
    return path;
  });
}

function shownThere(path: string): LakeError {
  const text = `Readers find the newest state at ${path}: no other catalog may stand there.`;
  return new LakeError(
    'lake/file-taken',
    text,
    'Give --to another file. eider rollback shows an older state to all readers.',
  );
}

/** Writes the catalog of any retained entry to a file, and nothing else. */
async function publishOlder(
  context: LakeContext,
  identity: Identity,
  newest: Head,
  { build: named, ...wanted }: { readonly path: string; readonly whole: boolean; readonly build: string },
): Promise<string> {
  return await asWorker(context, async (worker, pin) => {
    const entry = await retainedEntry(context, newest.entry, { named, pin });
    const head = headOf(entry, context.generations.read);
    return await publishTo(context, { identity, head, worker }, wanted);
  });
}

/** Does something that is no build with a heartbeat of its own: others leave alone what it reads and the names that it makes. */
async function asWorker<T>(
  context: LakeContext,
  action: (worker: string, pin: (head: number) => Promise<void>) => Promise<T>,
): Promise<T> {
  const { now, randomId } = context.options;
  const worker = buildId(now(), randomId());
  const beat = await beatOf(worker);
  const pin = (head: number): Promise<void> => putHeartbeat(context.store, { ...beat, head });
  await pin(await context.ledger.headNumber());
  try {
    return await action(worker, pin);
  } finally {
    await context.store.delete(keys.heartbeat(worker));
  }
}

async function beatOf(build: string): Promise<Omit<Heartbeat, 'head'>> {
  const started = await processStart(process.pid);
  return { build, pid: process.pid, space: await processSpace(), ...(started && { started }) };
}
