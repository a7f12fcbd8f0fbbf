import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { commit, type LakeFixture, lakeFixture, write } from '../../../../test/support/lake-fixture.ts';
import type { FaultPoint } from './fault.ts';
import type { FilesGeneration } from './generation.ts';
import type { Build, Lake } from './lake.ts';

// Invariant: whatever several hosts do to one state, in whatever order, killed wherever, readers see what the ledger says: the states that a model of a
// few lines keeps. Sequences are random; a failing one is shrunk, and its seed is in the message. EIDER_SEQUENCES: how many (25 where absent).

beforeEach(() => {
  // Heartbeats of what was killed must not go on.
  vi.useFakeTimers({ toFake: ['setInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const sequences = Number(process.env.EIDER_SEQUENCES ?? 25);
const hosts = [0, 1, 2] as const;
const names = ['one', 'two', 'three', 'four', 'log'] as const;
const kept = 4;

/** All nodes but `log` may have this place: who leaves it to another one was renamed. */
const shared = 2;

/**
 * What a node shows: each write has a value of its own, so values name generations. `log` is a folder that goes on with the files that are there, unless it is
 * refreshed; of the others `place` is which of two locations, or the shared one.
 */
interface Shown {
  readonly values: readonly number[];
  readonly place: number;
}
type State = ReadonlyMap<string, Shown>;

interface Model {
  /** By entry number; 0: before the first commit. */
  readonly states: State[];
  readonly open: Map<number, { readonly from: number; readonly writes: Map<string, Shown> }>;
  value: number;
}

interface Real {
  readonly fixture: LakeFixture;
  readonly lakes: readonly Lake[];
  readonly armed: (FaultPoint | undefined)[];
  readonly builds: Map<number, { readonly build: Build; readonly written: Map<string, FilesGeneration> }>;
  /** By generation. */
  readonly shown: Map<string, Shown>;
}

type Step = fc.AsyncCommand<Model, Real>;

const nodeOf = (name: string): string => `model.shop.${name}`;
const newest = (model: Model): State => model.states.at(-1) ?? new Map();

function step(text: string, check: (model: Model) => boolean, run: (model: Model, real: Real) => Promise<void>): Step {
  return {
    check,
    run: async (model, real) => {
      await run(model, real);
      await look(model, real);
    },
    toString: () => text,
  };
}

function locationOf({ fixture }: Real, name: string, place: number): string {
  if (name === 'log') return fixture.at('root', 'log');
  return fixture.at('root', place === shared ? 'shared.parquet' : `${name}-${place}.parquet`);
}

/** After recovery the published catalog and every location show the newest state, and nothing else. */
async function look(model: Model, real: Real): Promise<void> {
  await real.lakes[2]?.recover(real.fixture.session);
  const state = newest(model);
  if (model.states.length > 1) expect(await catalogShows(real.fixture.options.publishPath)).toEqual(valuesOf(state));
  const wanted = new Map(
    names.flatMap((name) => [0, 1, shared].map((place) => [locationOf(real, name, place), [] as readonly number[]])),
  );
  for (const [name, { place, values }] of state) wanted.set(locationOf(real, name, place), values);
  for (const [location, values] of wanted) expect(await fileShows(real, location), location).toEqual(sorted(values));
}

const sorted = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);

const valuesOf = (state: State): Record<string, readonly number[]> =>
  Object.fromEntries([...state].map(([name, { values }]) => [name, sorted(values)]));

async function catalogShows(catalog: string): Promise<Record<string, readonly number[]>> {
  const views = await ask(catalog, "SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal");
  if (views.length === 0) return {};
  const all = views.map(({ view_name }) => `SELECT '${view_name}' AS name, a FROM main.${view_name}`);
  const rows = await ask(catalog, all.join(' UNION ALL '));
  const of = (name: unknown) => sorted(rows.flatMap((row) => (row.name === name ? [Number(row.a)] : [])));
  return Object.fromEntries(views.map(({ view_name }) => [String(view_name), of(view_name)]));
}

async function fileShows({ fixture }: Real, location: string): Promise<readonly number[]> {
  if (!existsSync(location)) return [];
  const connection = await fixture.session.connect();
  try {
    const files = location.endsWith('.parquet') ? location : `${location}/*/*.parquet`;
    return sorted((await connection.objects(`SELECT a FROM read_parquet('${files}')`)).map(({ a }) => Number(a)));
  } finally {
    connection.close();
  }
}

const begin = (host: number): Step =>
  step(
    `begin(${host})`,
    ({ open }) => !open.has(host),
    async (model, real) => {
      const build = await real.lakes[host]?.begin('build');
      if (build === undefined) throw new Error('no such host');
      real.builds.set(host, { build, written: new Map() });
      model.open.set(host, { from: model.states.length - 1, writes: new Map() });
    },
  );

/** What a build makes of a node: from scratch, or with the files that it found. */
async function writeNode(real: Real, build: Build, name: string, { place, values }: Shown): Promise<FilesGeneration> {
  const location = locationOf(real, name, place);
  const value = values.at(-1) ?? 0;
  const node = nodeOf(name);
  if (name !== 'log')
    return await write(real.fixture, build, {
      node,
      location,
      sql: `SELECT ${value} AS a`,
      fingerprint: String(value),
    });
  const carried = values.length > 1 ? await build.head?.generation(node) : undefined;
  const wanted = {
    node,
    location,
    sql: `SELECT ${value} AS a, ${value} AS p`,
    partitionBy: 'p',
    fingerprint: String(value),
  };
  return await write(real.fixture, build, { ...wanted, ...(carried?.kind === 'files' && { carried }) });
}

const writes = (host: number, name: string, place: number, refresh: boolean): Step =>
  step(
    `write(${host}, ${name}, ${place}${refresh ? ', from scratch' : ''})`,
    ({ open }) => open.get(host)?.writes.has(name) === false,
    async (model, real) => {
      model.value += 1;
      const found = model.states[model.open.get(host)?.from ?? 0]?.get(name)?.values ?? [];
      const shown: Shown =
        name === 'log'
          ? { values: [...(refresh ? [] : found), model.value], place: 0 }
          : { values: [model.value], place };
      model.open.get(host)?.writes.set(name, shown);
      const { build, written } = real.builds.get(host) ?? {};
      if (build === undefined) throw new Error('no build');
      const generation = await writeNode(real, build, name, shown);
      real.shown.set(generation.id, shown);
      written?.set(name, generation);
    },
  );

/** What builds left that were killed is the build's own from here on. */
const takesUp = (host: number): Step =>
  step(
    `take up(${host})`,
    ({ open }) => open.has(host),
    async (model, real) => {
      const { build, written } = real.builds.get(host) ?? {};
      if (build === undefined) throw new Error('no build');
      for (const [node, generation] of await build.left()) {
        const name = node.split('.').at(-1) ?? '';
        const shown = real.shown.get(generation.id);
        if (model.open.get(host)?.writes.has(name) === true) continue;
        const taken = await build.take(generation, {});
        expect(taken, `${node} of ${generation.build}`).toBeDefined();
        if (taken === undefined || shown === undefined) throw new Error(`${generation.id} is nobody's`);
        model.open.get(host)?.writes.set(name, shown);
        written?.set(name, taken);
      }
    },
  );

/** What a commit does to the model: the next state, a conflict, nothing; or it is refused because two nodes would have one place. */
function committed(
  model: Model,
  host: number,
  held: string,
  full: boolean,
): State | 'conflict' | 'refused' | 'nothing' {
  const { from, writes } = model.open.get(host) ?? { from: 0, writes: new Map<string, Shown>() };
  const [then, now] = [model.states[from] ?? new Map<string, Shown>(), newest(model)];
  const published = [...writes].filter(([name]) => name !== held);
  if (published.some(([name]) => String(then.get(name)?.values) !== String(now.get(name)?.values))) return 'conflict';
  const stays = [...now].filter(([name]) => !full || writes.has(name));
  const next = new Map([...stays, ...published]);
  if ([...next.values()].filter(({ place }) => place === shared).length > 1) return 'refused';
  if (published.length === 0 && stays.length === now.size && !writes.has(held)) return 'nothing';
  return next;
}

async function commitIn(real: Real, host: number, held: string, full: boolean) {
  const { build, written } = real.builds.get(host) ?? {};
  if (build === undefined || written === undefined) throw new Error('no build');
  const withheld = written.get(held);
  const published = [...written].filter(([name]) => name !== held).map(([, generation]) => generation);
  const parents = Object.fromEntries([...written.keys()].map((name) => [nodeOf(name), []]));
  const held_ =
    withheld === undefined ? {} : { candidates: [withheld], withheld: { [withheld.node]: ['test.shop.t'] } };
  return await commit(real.fixture, build, published, { parents, dropMissing: full, ...held_ });
}

const commits = (host: number, held: string, full: boolean): Step =>
  step(
    `commit(${host}, withhold ${held}, ${full ? 'full' : 'partial'})`,
    ({ open }) => open.has(host),
    async (model, real) => {
      const next = committed(model, host, held, full);
      const outcome = await commitIn(real, host, held, full).catch((cause: { readonly code?: string }) => cause.code);
      if (next === 'conflict') expect(outcome).toBe('lake/conflict');
      else if (next === 'refused') expect(outcome).toBe('lake/same-location');
      else expect(outcome).toMatchObject({ kind: next === 'nothing' ? 'nothing' : 'committed', findings: [] });
      if (typeof next !== 'string') model.states.push(next);
      await real.builds.get(host)?.build.end();
      real.builds.delete(host);
      model.open.delete(host);
    },
  );

/** The build's process is gone: no process has so high a number. */
async function die(real: Real, host: number): Promise<void> {
  const id = real.builds.get(host)?.build.id;
  const path = join(real.fixture.options.state, 'builds', `${id}.json`);
  const beat = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...beat, pid: 2 ** 30 }));
  real.builds.delete(host);
}

const kill = (host: number, point: FaultPoint | 'before', full: boolean): Step =>
  step(
    `kill(${host}, ${point}, ${full ? 'full' : 'partial'})`,
    ({ open }) => open.has(host),
    async (model, real) => {
      const next = committed(model, host, '', full);
      if (point !== 'before') {
        real.armed[host] = point;
        await commitIn(real, host, '', full).catch(() => undefined);
        real.armed[host] = undefined;
        const isIn = !['finish', 'sync', 'check'].includes(point);
        if (typeof next !== 'string' && isIn) model.states.push(next);
      }
      await die(real, host);
      model.open.delete(host);
    },
  );

const rollsBack = (host: number, by: number): Step =>
  step(
    `rollback(${host}, ${by} before)`,
    ({ states }) => states.length - 1 - by >= 1 && by < kept,
    async (model, real) => {
      const to = model.states.length - 1 - by;
      const target = model.states[to] ?? new Map<string, Shown>();
      const changes = JSON.stringify([...target].sort()) !== JSON.stringify([...newest(model)].sort());
      const outcome = await real.lakes[host]?.rollback({ to: String(to) });
      expect(outcome?.number).toBe(changes ? model.states.length : null);
      if (changes) model.states.push(target);
    },
  );

const vacuums = (host: number): Step =>
  step(
    `vacuum(${host})`,
    ({ states }) => states.length > 1,
    async (_, real) => {
      await real.lakes[host]?.vacuum();
    },
  );

const host = fc.constantFrom(...hosts);
const name = fc.constantFrom(...names);
const points = fc.constantFrom<FaultPoint | 'before'>(
  ...(['before', 'sync', 'check', 'entry', 'aliases', 'catalog', 'published', 'live', 'retention'] as const),
);
const oneOf = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const anyStep = fc.oneof(
  oneOf(4, host.map(begin)),
  oneOf(
    8,
    fc.tuple(host, name, fc.nat(shared), fc.boolean()).map((all) => writes(...all)),
  ),
  oneOf(1, host.map(takesUp)),
  oneOf(
    4,
    fc.tuple(host, fc.constantFrom('', '', ...names), fc.boolean()).map((all) => commits(...all)),
  ),
  oneOf(
    2,
    fc.tuple(host, points, fc.boolean()).map((all) => kill(...all)),
  ),
  oneOf(
    1,
    fc.tuple(host, fc.nat(kept - 1)).map((all) => rollsBack(...all)),
  ),
  oneOf(1, host.map(vacuums)),
);

async function setUp(): Promise<{ model: Model; real: Real }> {
  const fixture = await lakeFixture({ keep: { days: 0, builds: kept } });
  const armed: (FaultPoint | undefined)[] = [];
  const lakes = await Promise.all(
    hosts.map((each) =>
      fixture.open({
        fault: (point) => {
          if (armed[each] === point) throw new Error(`killed after ${point}`);
        },
      }),
    ),
  );
  return {
    model: { states: [new Map()], open: new Map(), value: 0 },
    real: { fixture, lakes, armed, builds: new Map(), shown: new Map() },
  };
}

/** At the end every retained catalog that was made still shows its state, and nothing is left over. */
async function lookBack(model: Model, real: Real): Promise<void> {
  for (const { build } of real.builds.values()) await build.end();
  if (model.states.length === 1) return;
  await real.lakes[0]?.vacuum();
  const newestNumber = model.states.length - 1;
  for (let number = Math.max(1, newestNumber - kept + 1); number <= newestNumber; number++) {
    const catalog = join(real.fixture.options.state, 'catalog', `${number}.duckdb`);
    if (existsSync(catalog)) expect(await catalogShows(catalog)).toEqual(valuesOf(model.states[number] ?? new Map()));
  }
  expect((await real.lakes[1]?.vacuum({ dryRun: true }))?.files).toEqual([]);
}

test('readers see what the ledger says, whatever several hosts do', { timeout: 1_800_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands([anyStep], { maxCommands: 60, size: 'max' }), async (steps) => {
      const { model, real } = await setUp();
      try {
        await fc.asyncModelRun(() => ({ model, real }), steps);
        await lookBack(model, real);
      } finally {
        for (const { build } of real.builds.values()) await build.end();
        await real.fixture.close();
      }
    }),
    { numRuns: sequences, endOnFailure: false },
  );
});
