import { createHash } from 'node:crypto';
import { openStore, type Store, type StoreAccess } from '@eider/store';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LakeFixture, lakeFixture } from '../../../../test/support/lake-fixture.ts';
import { type S3Server, startS3Server, testKeys } from '../../../../test/support/s3/s3-server.ts';
import { joinPlace } from '../session/place.ts';
import type { FilesGeneration } from './generation.ts';
import type { Heartbeat } from './journal.ts';
import { jsonBytes, readJson } from './json-object.ts';
import type { Build, Lake, LakeOptions } from './lake.ts';
import { openReach } from './reach.ts';
import { deleting } from './remover.ts';
import { keys } from './state-keys.ts';

// Invariant: what killed builds finished is there for the next build, of each node once, for its time; nothing else of them stays, however often they are
// killed; nobody deletes what a living build goes on with.

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server(['lake']);
});
afterAll(() => server.close());

const s3: NonNullable<StoreAccess['s3']> = () => ({
  ...{ region: testKeys.region, endpoint: server.endpoint, pathStyle: true },
  credentials: () => testKeys,
});

const inBucket = (): Partial<LakeOptions> => ({
  state: 's3://lake/_eider/shop/dev-main',
  remote: { buckets: { s3 }, config: {}, prepare: () => Promise.resolve() },
});

describe.each([
  ['a disk', () => ({})],
  ['a bucket', inBucket],
])('on %s', (_, where) => {
  let fixture: LakeFixture;
  let store: Store;
  let lake: Lake;
  beforeEach(async () => {
    fixture = await lakeFixture(where());
    store = await openStore(fixture.options.state, { s3 });
    lake = await fixture.open();
  });
  afterEach(async () => {
    server.buckets.get('lake')?.objects.clear();
    await fixture.close();
  });

  /** Writes a generation of some bytes, and finishes it. */
  async function make(build: Build, name: string, more: Partial<FilesGeneration> = {}): Promise<FilesGeneration> {
    const node = `model.shop.${name}`;
    const { folder, id } = await build.newGeneration(node, null);
    const path = joinPlace(folder, `${id}.parquet`);
    const bytes = new TextEncoder().encode(`rows of ${id}`);
    await store.put(path.slice(store.root.length + 1), bytes);
    const generation: FilesGeneration = {
      ...{ kind: 'files', origin: 'external', materialized: 'external', format: 'parquet', folder: false },
      ...{ id, node, build: build.id, relation: { database: 'shop', schema: 'main', identifier: name } },
      ...{ columns: [], reads: {}, rows: 1, bytes: bytes.length, createdAt: '', executionMs: 0, location: null },
      fingerprint: createHash('sha256').update(name).digest('hex'),
      files: [{ path, name: `${name}.parquet`, rows: 1, bytes: bytes.length }],
      reader: { name: 'read_parquet', options: {} },
      ...more,
    };
    await build.finish(generation);
    return generation;
  }

  /** As after SIGKILL: no process has so high a number. */
  async function die({ id }: Build): Promise<void> {
    const beat = await readJson<Heartbeat>(store, keys.heartbeat(id));
    await store.put(keys.heartbeat(id), jsonBytes({ ...beat, pid: 2 ** 30 }));
  }

  /** What a command does at its begin. */
  const recover = async (): Promise<boolean> => (await fixture.open()).recover(fixture.session);

  async function namesBelow(folder: string): Promise<readonly string[]> {
    const found = await openReach({ s3 }).below(joinPlace(store.root, folder));
    return found.map(({ name }) => name).sort();
  }

  test('a record that a power cut tore goes as a whole one does, with what its build left', async () => {
    const build = await lake.begin('build');
    await make(build, 'a');
    await die(build);
    await recover();
    await store.put(keys.left(build.id), new TextEncoder().encode('{"build":'));
    const next = await lake.begin('build');
    expect([...(await next.left()).keys()]).toEqual(['model.shop.a']);
    await next.end();
    await lake.vacuum();
    expect(await namesBelow('left')).toEqual([]);
    expect(await namesBelow('data')).toEqual([]);
  });

  test('the newest of each node stays, however often builds are killed', async () => {
    let last: FilesGeneration | undefined;
    for (let i = 0; i < 6; i++) {
      const build = await lake.begin('build');
      last = await make(build, 'a');
      await make(build, 'half', { fingerprint: undefined } as unknown as Partial<FilesGeneration>);
      const { folder } = await build.newGeneration('model.shop.torn', null);
      await store.put(
        `${joinPlace(folder, `${build.id}-torn.parquet`).slice(store.root.length + 1)}`,
        new Uint8Array(9),
      );
      if (i === 2) await make(build, 'b');
      await die(build);
      await recover();
    }
    const data = await namesBelow('data');
    expect(data.map((name) => name.split('/')[0])).toEqual(['model.shop.a', 'model.shop.b']);
    expect(await namesBelow('builds')).toEqual([]);
    expect((await namesBelow('journal')).filter((name) => !name.endsWith('build.json'))).toHaveLength(2);
    const next = await lake.begin('build');
    const left = await next.left();
    expect([...left.keys()].sort()).toEqual(['model.shop.a', 'model.shop.b']);
    expect(left.get('model.shop.a')).toEqual(last);
    await next.end();
  });

  test('a build takes them for its own; killed in turn, it leaves them to the next', async () => {
    const first = await lake.begin('build', { writes: [], reads: [], run: 'night' });
    await make(first, 'a');
    await die(first);
    await recover();
    const second = await lake.begin('build', { writes: [], reads: [], run: 'night' });
    const found = (await second.left('night')).get('model.shop.a');
    const mine = await second.take(found as FilesGeneration, { 'model.shop.b': 'x' });
    expect(mine).toMatchObject({ id: found?.id, build: second.id, reads: { 'model.shop.b': 'x' } });
    await die(second);
    await recover();
    expect(await namesBelow('left')).toEqual([`${second.id}.json`]);
    const third = await lake.begin('build');
    expect([...(await third.left('night')).values()]).toEqual([mine]);
    expect([...(await third.left('day')).values()]).toEqual([]);
    // It gives up, and takes nothing with it.
    await third.take(mine as FilesGeneration, {});
    await third.end();
    expect(await namesBelow('data')).toHaveLength(1);
    expect((await namesBelow('journal')).filter((name) => name.startsWith(third.id))).toEqual([
      `${third.id}/build.json`,
    ]);
  });

  test('what a living build goes on with stays, whatever its age', async () => {
    const first = await lake.begin('build');
    await make(first, 'a');
    await die(first);
    await recover();
    const second = await lake.begin('build');
    const found = (await second.left()).get('model.shop.a') as FilesGeneration;
    const strict = await fixture.open({ adoptWithin: 0 });
    const third = await lake.begin('build');
    await die(third);
    await strict.recover(fixture.session);
    expect(await namesBelow('data')).toHaveLength(1);
    expect(await second.take(found, {})).toBeDefined();
    await second.end();
    const fourth = await lake.begin('build');
    await die(fourth);
    await strict.recover(fixture.session);
    expect([await namesBelow('data'), await namesBelow('left')]).toEqual([[], []]);
  });

  test('after its time it is offered to nobody', async () => {
    const first = await lake.begin('build');
    await make(first, 'a');
    await die(first);
    await recover();
    const late = await (await fixture.open({ adoptWithin: 0 })).begin('build');
    expect((await late.left()).size).toBe(0);
    await late.end();
  });

  test('a generation whose file is gone is not taken', async () => {
    const first = await lake.begin('build');
    const { files } = await make(first, 'a');
    await die(first);
    await recover();
    const second = await lake.begin('build');
    const found = (await second.left()).get('model.shop.a') as FilesGeneration;
    await deleting({ store, reach: openReach({ s3 }) }).path(files[0]?.path ?? '');
    expect(await second.take(found, {})).toBeUndefined();
    await second.end();
  });

  test('a build that gives up leaves what it finished where it is asked to', async () => {
    const first = await lake.begin('build');
    await make(first, 'a');
    await make(first, 'half', { origin: 'internal' });
    await first.end({ leave: true });
    expect((await namesBelow('data')).map((name) => name.split('/')[0])).toEqual(['model.shop.a']);
    const second = await lake.begin('build');
    expect([...(await second.left()).keys()]).toEqual(['model.shop.a']);
    await second.end();
  });
});
