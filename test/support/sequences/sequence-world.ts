import type { AsyncCommand } from 'fast-check';
import { expect } from 'vitest';
import type { FaultPoint } from '../../../packages/engine/src/lake/fault.ts';
import type { FilesGeneration } from '../../../packages/engine/src/lake/generation.ts';
import type { Build, Lake } from '../../../packages/engine/src/lake/lake.ts';
import type { Reach } from '../../../packages/engine/src/lake/reach.ts';
import { joinPlace } from '../../../packages/engine/src/session/place.ts';
import type { Store } from '../../../packages/store/src/index.ts';
import type { LakeFixture } from '../lake-fixture.ts';

// A lake that several hosts use, on a disk or in a bucket, beside a model of a few lines that says what readers see of it.

export const hosts = [0, 1, 2] as const;
export const names = ['one', 'two', 'three', 'four', 'log'] as const;
export const kept = 4;

/** All nodes but `log` may have this place: who leaves it to another one was renamed. */
export const shared = 2;

/**
 * What a node shows: each write has a value of its own, so values name generations. `log` is a folder that goes on with the files that are there, unless it is
 * refreshed; of the others `place` is which of two locations, or the shared one.
 */
export interface Shown {
  readonly values: readonly number[];
  readonly place: number;
}
export type State = ReadonlyMap<string, Shown>;

export interface Model {
  /** By entry number; 0: before the first commit. */
  readonly states: State[];
  readonly open: Map<number, { readonly from: number; readonly writes: Map<string, Shown> }>;
  value: number;
}

export interface Real {
  readonly fixture: LakeFixture;
  readonly store: Store;
  readonly reach: Reach;
  readonly lakes: readonly Lake[];
  /** By host: the step after which it is cut off, and who is told. */
  readonly armed: Map<number, { readonly point: FaultPoint; readonly reached: () => void }>;
  readonly builds: Map<number, { readonly build: Build; readonly written: Map<string, FilesGeneration> }>;
  /** By generation. */
  readonly shown: Map<string, Shown>;
}

export type Step = AsyncCommand<Model, Real>;

export const nodeOf = (name: string): string => `model.shop.${name}`;
export const newest = (model: Model): State => model.states.at(-1) ?? new Map();

export function step(
  text: string,
  check: (model: Model) => boolean,
  run: (model: Model, real: Real) => Promise<void>,
): Step {
  return {
    check,
    run: async (model, real) => {
      await run(model, real);
      await look(model, real);
    },
    toString: () => text,
  };
}

export function locationOf({ fixture }: Real, name: string, place: number): string {
  const root = fixture.options.state.split('/').slice(0, -3).join('/');
  if (name === 'log') return joinPlace(root, 'log');
  return joinPlace(root, place === shared ? 'shared.parquet' : `${name}-${place}.parquet`);
}

/** After recovery the published catalog and every location show the newest state, and nothing else. */
async function look(model: Model, real: Real): Promise<void> {
  await real.lakes[2]?.recover(real.fixture.session);
  const state = newest(model);
  if (model.states.length > 1)
    expect(await catalogShows(real, real.fixture.options.publishPath)).toEqual(valuesOf(state));
  const wanted = new Map(
    names.flatMap((name) => [0, 1, shared].map((place) => [locationOf(real, name, place), [] as readonly number[]])),
  );
  for (const [name, { place, values }] of state) wanted.set(locationOf(real, name, place), values);
  for (const [location, values] of wanted) expect(await fileShows(real, location), location).toEqual(sorted(values));
}

const sorted = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);

export const valuesOf = (state: State): Record<string, readonly number[]> =>
  Object.fromEntries([...state].map(([name, { values }]) => [name, sorted(values)]));

export async function catalogShows(real: Real, catalog: string): Promise<Record<string, readonly number[]>> {
  const connection = await real.fixture.session.connect();
  try {
    await connection.query(`ATTACH '${catalog}' AS shown (READ_ONLY)`);
    const views = await connection.objects(
      "SELECT view_name FROM duckdb_views() WHERE database_name = 'shown' AND schema_name = 'main' AND NOT internal",
    );
    const all = views.map(({ view_name }) => `SELECT '${view_name}' AS name, a FROM shown.main.${view_name}`);
    const rows = all.length === 0 ? [] : await connection.objects(all.join(' UNION ALL '));
    await connection.query('DETACH shown');
    const of = (name: unknown) => sorted(rows.flatMap((row) => (row.name === name ? [Number(row.a)] : [])));
    return Object.fromEntries(views.map(({ view_name }) => [String(view_name), of(view_name)]));
  } finally {
    connection.close();
  }
}

async function fileShows({ fixture, reach }: Real, location: string): Promise<readonly number[]> {
  const connection = await fixture.session.connect();
  try {
    const isFile = location.endsWith('.parquet');
    const found = isFile
      ? await reach.bytes(location)
      : (await connection.objects(`SELECT file FROM glob('${location}/*/*.parquet')`))[0];
    if (found === undefined) return [];
    const rows = await connection.objects(`SELECT a FROM read_parquet('${location}${isFile ? '' : '/*/*.parquet'}')`);
    return sorted(rows.map(({ a }) => Number(a)));
  } finally {
    connection.close();
  }
}
