import { expect } from 'vitest';
import type { FaultPoint } from '../../../packages/engine/src/lake/fault.ts';
import type { FilesGeneration } from '../../../packages/engine/src/lake/generation.ts';
import type { Build } from '../../../packages/engine/src/lake/lake.ts';
import { commit, write } from '../lake-fixture.ts';
import {
  kept,
  locationOf,
  type Model,
  newest,
  nodeOf,
  type Real,
  type Shown,
  type State,
  type Step,
  shared,
  step,
} from './sequence-world.ts';

// What a host does to the lake, and what that does to the model.

export const begin = (host: number): Step =>
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

export const writes = (host: number, name: string, place: number, refresh: boolean): Step =>
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
export const takesUp = (host: number): Step =>
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

export const commits = (host: number, held: string, full: boolean): Step =>
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

/** Processes are gone, for no process has so high a number: whoever has a heartbeat and is none of the open builds. */
async function die(real: Real): Promise<void> {
  const open = new Set([...real.builds.values()].map(({ build }) => build.id));
  for (const { key } of (await real.store.list({ prefix: 'builds/' })).objects) {
    const beat = JSON.parse(new TextDecoder().decode(await real.store.get(key)));
    if (!open.has(beat.build))
      await real.store.put(key, new TextEncoder().encode(JSON.stringify({ ...beat, pid: 2 ** 30 })));
  }
}

/** Does something until it is over, or has passed a step: there it stays for good, as after SIGKILL. */
async function cutOff(real: Real, host: number, point: FaultPoint, action: () => Promise<unknown>): Promise<void> {
  const cut = new Promise<void>((reached) => {
    real.armed.set(host, { point, reached });
  });
  await Promise.race([cut, action().catch(() => undefined)]);
  real.armed.delete(host);
}

export const kill = (host: number, point: FaultPoint | 'before', full: boolean): Step =>
  step(
    `kill(${host}, ${point}, ${full ? 'full' : 'partial'})`,
    ({ open }) => open.has(host),
    async (model, real) => {
      const next = committed(model, host, '', full);
      if (point !== 'before') {
        await cutOff(real, host, point, () => commitIn(real, host, '', full));
        const isIn = !['finish', 'sync', 'check'].includes(point);
        if (typeof next !== 'string' && isIn) model.states.push(next);
      }
      real.builds.delete(host);
      await die(real);
      model.open.delete(host);
    },
  );

/** A commit that it is there for, and what it shows: nothing new where the state is shown already. */
function rolledBack(
  model: Model,
  by: number,
): { readonly to: number; readonly target: State; readonly isNew: boolean } {
  const to = model.states.length - 1 - by;
  const target = model.states[to] ?? new Map<string, Shown>();
  return { to, target, isNew: JSON.stringify([...target].sort()) !== JSON.stringify([...newest(model)].sort()) };
}

export const rollsBack = (host: number, by: number): Step =>
  step(
    `rollback(${host}, ${by} before)`,
    ({ states }) => states.length - 1 - by >= 1 && by < kept,
    async (model, real) => {
      const { isNew, target, to } = rolledBack(model, by);
      const outcome = await real.lakes[host]?.rollback({ to: String(to) });
      expect(outcome?.number).toBe(isNew ? model.states.length : null);
      if (isNew) model.states.push(target);
    },
  );

export const killedRollback = (host: number, by: number, point: FaultPoint): Step =>
  step(
    `kill in rollback(${host}, ${by} before, ${point})`,
    ({ states }) => states.length - 1 - by >= 1 && by < kept,
    async (model, real) => {
      const { isNew, target, to } = rolledBack(model, by);
      await cutOff(real, host, point, async () => real.lakes[host]?.rollback({ to: String(to) }));
      if (isNew) model.states.push(target);
      await die(real);
    },
  );

export const killedVacuum = (host: number, point: FaultPoint): Step =>
  step(
    `kill in vacuum(${host}, ${point})`,
    () => true,
    async (_, real) => {
      await cutOff(real, host, point, async () => real.lakes[host]?.vacuum());
      await die(real);
    },
  );

export const vacuums = (host: number): Step =>
  step(
    `vacuum(${host})`,
    () => true,
    async (_, real) => {
      await real.lakes[host]?.vacuum();
    },
  );
