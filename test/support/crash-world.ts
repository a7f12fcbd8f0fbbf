import { existsSync } from 'node:fs';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { openSnapshot } from '@eider/delta';
import { scanQuery } from '../../packages/engine/src/delta/scan-query.ts';
import type { Fault, FaultPoint } from '../../packages/engine/src/lake/fault.ts';
import type { Lake } from '../../packages/engine/src/lake/lake.ts';
import type { LedgerEntry } from '../../packages/engine/src/lake/ledger.ts';
import { openReach } from '../../packages/engine/src/lake/reach.ts';
import { openTableLogs } from '../../packages/engine/src/lake/table-logs.ts';
import { joinPlace } from '../../packages/engine/src/session/place.ts';
import { openStore, type Store } from '../../packages/store/src/index.ts';
import { commit, type LakeFixture, type Written, write } from './lake-fixture.ts';

/** A lake whose commands are cut off in the middle, on a disk or in a bucket: a file, a folder and a Delta table, that every build gives one value. */
export interface CrashWorld {
  readonly fixture: LakeFixture;
  readonly store: Store;
  /** The folder or key below which the locations are. */
  readonly root: string;
  /** The value that each build wrote, by the build's id. */
  readonly values: Map<string, number>;
}

/** A world in a fixture whose state lies at `<root>/_eider/shop/dev-main`. */
export async function crashWorld(fixture: LakeFixture): Promise<CrashWorld> {
  const store = await openStore(fixture.options.state, fixture.options.remote?.buckets);
  const root = fixture.options.state.split('/').slice(0, -3).join('/');
  return { fixture, store, root, values: new Map() };
}

export const operations = ['first build', 'build', 'rollback', 'recovery', 'publish', 'vacuum'] as const;
export type Operation = (typeof operations)[number];

function nodesOf(world: CrashWorld, value: number): readonly Written[] {
  const parts = `SELECT ${value} AS a, i AS p FROM range(2) r(i)`;
  const fingerprint = `of ${value}`;
  return [
    {
      node: 'model.shop.one',
      sql: `SELECT ${value} AS a`,
      location: joinPlace(world.root, 'one.parquet'),
      fingerprint,
    },
    { node: 'model.shop.parts', sql: parts, location: joinPlace(world.root, 'parts'), partitionBy: 'p', fingerprint },
    { node: 'model.shop.log', sql: parts, location: tableOf(world), partitionBy: 'p', delta: tableProperties },
  ];
}

/** What the lake lets go is deleted at once, so that a vacuum is seen to leave nothing over; and there are checkpoints. */
const tableProperties = { 'delta.deletedFileRetentionDuration': 'interval 0 seconds', 'delta.checkpointInterval': '3' };

function tableOf({ root }: CrashWorld): string {
  return joinPlace(root, 'log');
}

/** A whole build of the next value; gives the value. */
export async function buildNext(world: CrashWorld, lake: Lake): Promise<number> {
  const value = world.values.size + 1;
  const build = await lake.begin('build');
  world.values.set(build.id, value);
  const generations = [];
  for (const each of nodesOf(world, value)) generations.push(await write(world.fixture, build, each));
  await commit(world.fixture, build, generations);
  await build.end();
  return value;
}

/** Begins a build that writes and is killed before its commit: it leaves finished generations, and a file of one that was not finished. */
export async function leaveDead(world: CrashWorld): Promise<void> {
  const build = await (await world.fixture.open()).begin('build');
  world.values.set(build.id, world.values.size + 1);
  for (const each of nodesOf(world, 0)) await write(world.fixture, build, each);
  const { folder, id } = await build.newGeneration('model.shop.one', joinPlace(world.root, 'one.parquet'));
  const torn = joinPlace(folder, `${id}.parquet`).slice(world.store.root.length + 1);
  await world.store.put(torn, new TextEncoder().encode('half a file'));
  await declareDead(world.store);
}

/** Makes whoever has a heartbeat look like a process of this machine that is gone: no process has so high a number. A torn one stays as it is. */
export async function declareDead(store: Store): Promise<void> {
  for (const { key } of (await store.list({ prefix: 'builds/' })).objects) {
    const text = new TextDecoder().decode(await store.get(key));
    if (text.endsWith('}\n'))
      await store.put(key, new TextEncoder().encode(`${JSON.stringify({ ...JSON.parse(text), pid: 2 ** 30 })}\n`));
  }
}

/** Lets so much time pass that nobody who was there before is waited for: for heartbeats, and for temporary names of the store. On a disk. */
export async function age({ fixture }: CrashWorld): Promise<void> {
  for (const name of await readdir(fixture.folder, { recursive: true }))
    if (/\/builds\/|\/clock\/|\/\.eider-/.test(name)) await utimes(join(fixture.folder, name), 1, 1);
}

/** Does an operation to its end. */
export async function perform(world: CrashWorld, lake: Lake, operation: Operation): Promise<void> {
  const { session } = world.fixture;
  if (operation === 'first build' || operation === 'build') await buildNext(world, lake);
  if (operation === 'rollback') await lake.rollback({});
  if (operation === 'recovery') await lake.recover(session);
  if (operation === 'publish') await lake.publish(session);
  if (operation === 'vacuum') await lake.vacuum();
}

/**
 * Runs an operation until it has passed a point, and leaves it there for good: it does nothing more, its clean-up neither, as after a SIGKILL. Gives `passed`
 * where it came to its end without it.
 */
export async function cutOff(world: CrashWorld, operation: Operation, point: FaultPoint): Promise<'cut' | 'passed'> {
  let reach = (): void => undefined;
  const reached = new Promise<'cut'>((resolve) => {
    reach = () => resolve('cut');
  });
  const fault: Fault = (at) => {
    if (at !== point) return undefined;
    reach();
    return new Promise<void>(() => undefined);
  };
  const lake = await world.fixture.open({ fault });
  const outcome = await Promise.race([reached, perform(world, lake, operation).then(() => 'passed' as const)]);
  await declareDead(world.store);
  return outcome;
}

/** The points that an operation passes, in order, each once. */
export async function pointsOf(world: CrashWorld, operation: Operation): Promise<readonly FaultPoint[]> {
  const points = new Set<FaultPoint>();
  await prepare(world, operation);
  await perform(world, await world.fixture.open({ fault: (point) => void points.add(point) }), operation);
  return [...points];
}

/** Brings a lake to where an operation has all its work to do: data over its time, what a dead build left, something to go back to, an unfinished commit. */
export async function prepare(world: CrashWorld, operation: Operation): Promise<void> {
  if (operation === 'first build') return;
  const lake = await world.fixture.open();
  while ((await lake.history(3)).length < 3) await buildNext(world, lake);
  // Not from a state that a rollback made: what was before that one is not retained.
  if (operation === 'rollback') await buildNext(world, lake);
  await leaveDead(world);
  if (operation === 'recovery' || operation === 'publish') await cutOff(world, 'build', 'entry');
}

/** Rows of a query; of a file that is opened for it as `shown`, where one is named. */
async function ask(
  { fixture: { session } }: CrashWorld,
  file: string | undefined,
  sql: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const connection = await session.connect();
  try {
    if (file !== undefined) await connection.query(`ATTACH '${file}' AS shown (READ_ONLY)`);
    const rows = await connection.objects(sql);
    if (file !== undefined) await connection.query('DETACH shown');
    return rows;
  } finally {
    connection.close();
  }
}

/** What a reader sees: the number of the state, and its value in both relations; throws where it is not whole. Undefined before the first state. */
export async function seen(
  world: CrashWorld,
): Promise<{ readonly number: number; readonly value: number } | undefined> {
  const { publishPath } = world.fixture.options;
  if (!existsSync(publishPath)) return undefined;
  const [row] = await ask(
    world,
    publishPath,
    `SELECT one.a AS a, min(parts.a) AS b, max(parts.a) AS c, count(*) AS n, (SELECT "number" FROM shown.eider.state) AS number
     FROM shown.main.one CROSS JOIN (FROM shown.main.parts UNION ALL FROM shown.main.log) AS parts GROUP BY one.a`,
  );
  const state = { number: Number(row?.number), value: Number(row?.a) };
  const isWhole = row?.a === row?.b && row?.a === row?.c && Number(row?.n) === 4;
  if (!isWhole || state.value !== (await valueIn(world, state.number)))
    throw new Error(`a reader sees a state that nobody committed: ${JSON.stringify(row, (_, each) => String(each))}`);
  return state;
}

/** What readers of the locations see; undefined where nothing is there. */
export async function seenAtLocations(world: CrashWorld): Promise<readonly unknown[] | undefined> {
  const [one, parts] = nodesOf(world, 0);
  const rows = await ask(
    world,
    undefined,
    `SELECT a FROM read_parquet('${one?.location}') UNION ALL SELECT a FROM read_parquet('${parts?.location}/*/*.parquet')`,
  );
  return [...rows.map(({ a }) => a), ...(await seenInLog(world))];
}

/** What readers of the table's log see. */
async function seenInLog(world: CrashWorld): Promise<readonly unknown[]> {
  const logs = openTableLogs(world.fixture.options);
  try {
    const ports = await logs.open(tableOf(world));
    const snapshot = await openSnapshot(ports);
    const rows = await ask(world, undefined, scanQuery(snapshot, { deleted: new Map(), int96: new Set() }));
    if (rows.length !== 2) throw new Error(`the log shows ${rows.length} rows`);
    return rows.map(({ a }) => a);
  } finally {
    await logs.close();
  }
}

/** The value of a committed state. */
export async function valueIn(world: CrashWorld, number: number): Promise<number | undefined> {
  const entry = await entryOf(world.store, number);
  return entry.restores === undefined ? world.values.get(entry.build) : await valueIn(world, entry.restores);
}

async function entryOf(store: Store, number: number): Promise<LedgerEntry> {
  const bytes = await store.get(`ledger/${String(number).padStart(20, '0')}.json`);
  return JSON.parse(new TextDecoder().decode(bytes)) as LedgerEntry;
}

/** Files below the root that belong to no retained state: of builds that none names, temporary names, catalogs, facts, heartbeats. */
export async function orphans(world: CrashWorld): Promise<readonly string[]> {
  const lake = await world.fixture.open();
  const lines = (await lake.history(1000)).filter(({ isRetained }) => isRetained);
  const entries = await Promise.all(lines.map(({ number }) => entryOf(world.store, number)));
  const builds = new Set(
    entries.flatMap(({ build, candidates = {}, nodes }) => [
      build,
      ...[...Object.values(nodes), ...Object.values(candidates)].map((line) => line.build),
    ]),
  );
  const known = {
    facts: new Set(entries.map(({ facts }) => facts)),
    numbers: new Set(entries.map(({ number }) => String(number))),
  };
  const isOrphan = (name: string): boolean => {
    const build = /\d{8}T\d{9}Z-[0-9a-z]+/.exec(name)?.[0];
    const catalog = /\/catalog\/(\d+)\.duckdb/.exec(name)?.[1];
    const facts = /\/facts\/([0-9a-f]{64})\.json$/.exec(name)?.[1];
    if (/\.eider-|\.wal$|\.claim$|\/builds\/|\/clock\//.test(name)) return true;
    if (build !== undefined && !builds.has(build)) return true;
    return (catalog !== undefined && !known.numbers.has(catalog)) || (facts !== undefined && !known.facts.has(facts));
  };
  const reach = openReach(world.fixture.options.remote?.buckets);
  const names = (await reach.below(world.root)).map(({ name }) => `/${name}`);
  const beside = (await reach.below(join(world.fixture.folder, 'project'))).map(({ name }) => `/project/${name}`);
  return [...new Set([...names, ...beside].filter(isOrphan))].sort();
}

/** Does work at a time when nobody waits any more for what was abandoned before: ten minutes later by the clock of the store. */
export type Later = (work: () => Promise<unknown>) => Promise<void>;

/** Whoever comes next finds everything as it should be: recovery, a build, and a vacuum, or one `later`, that leaves nothing over but what `may` stay. */
export async function expectWhole(
  world: CrashWorld,
  told: string,
  { later, may = () => false }: { readonly later?: Later | undefined; readonly may?: (path: string) => boolean } = {},
): Promise<void> {
  const lake = await expectRecovered(world, told);
  const value = await buildNext(world, lake);
  if ((await seen(world))?.value !== value) throw new Error(`${told}: the next build is not seen`);
  await lake.vacuum();
  await later?.(() => lake.vacuum());
  const left = (await orphans(world)).filter((path) => !may(path));
  if (left.length > 0) throw new Error(`${told}: a vacuum left ${left.join(', ')}`);
}

/** After a recovery readers of the published file and of the locations see the head. */
export async function expectRecovered(world: CrashWorld, told: string): Promise<Lake> {
  const lake = await world.fixture.open();
  await lake.recover(world.fixture.session);
  const head = (await lake.head())?.entry.number;
  const state = await seen(world);
  if (state?.number !== head) throw new Error(`${told}: readers see state ${state?.number}, and the head is ${head}`);
  const located = head === undefined ? undefined : await seenAtLocations(world);
  if (located?.some((value) => value !== state?.value))
    throw new Error(`${told}: locations show ${located}, readers see ${state?.value}`);
  if (await lake.recover(world.fixture.session)) throw new Error(`${told}: a second recovery had something to do`);
  return lake;
}
