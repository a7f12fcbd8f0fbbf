import { afterEach, beforeEach, expect, test } from 'vitest';
import { type S3Server, startS3Server } from '../../../../test/support/s3/s3-server.ts';
import type { FilesGeneration } from './generation.ts';
import { openReach, type Reach } from './reach.ts';
import { lookAtLocations, placeRemoteAlias } from './remote-alias.ts';

// Invariant: what stands at a location and is not this state's is moved aside, however it was looked for; many locations of a folder cost one listing.

let server: S3Server;
let reach: Reach;
beforeEach(async () => {
  server = await startS3Server(['lake']);
  const { accessKeyId, secretAccessKey, region } = server.keys;
  const credentials = () => ({ accessKeyId, secretAccessKey });
  reach = openReach({ s3: () => ({ endpoint: server.endpoint, region, pathStyle: true, credentials }) });
});
afterEach(() => server.close());

async function put(uri: string, text: string): Promise<void> {
  const there = await reach.remote(uri);
  await there?.store.put(there.key, Buffer.from(text));
}

async function read(uri: string): Promise<string> {
  const there = await reach.remote(uri);
  return Buffer.from((await there?.store.get(there.key)) ?? []).toString();
}

const generation = { id: 'b-1', node: 'model.p.n', kind: 'files', folder: false, origin: 'external' } as const;

test.each([
  ['the bucket itself', 's3://lake'],
  ['a folder', 's3://lake/marts'],
])('in %s', async (_, folder) => {
  const names = Array.from({ length: 20 }, (_, i) => `m${i}.parquet`);
  await put(`${folder}/m1.parquet`, 'of a stranger');
  // A folder of the name of a location is not in its way.
  await put(`${folder}/m2.parquet/part.parquet`, 'of a stranger');
  await put(`${folder}/_eider/data/b-1.parquet`, 'ours');
  const before = server.calls.length;
  const stands = lookAtLocations(reach, names.length);
  const files = [{ name: 'b-1.parquet', path: `${folder}/_eider/data/b-1.parquet`, bytes: 4, rows: 1 }];
  const placed = await Promise.all(
    names.map(async (name) => {
      const made = { ...generation, files } as unknown as FilesGeneration;
      return await placeRemoteAlias({
        ...{ reach, generation: made, location: `${folder}/${name}`, before: undefined },
        stands,
      });
    }),
  );
  expect(placed.flatMap(({ movedTo }) => movedTo ?? [])).toEqual([`${folder}/_eider/replaced/m1.parquet-b-1`]);
  expect(await read(`${folder}/_eider/replaced/m1.parquet-b-1`)).toBe('of a stranger');
  expect(await read(`${folder}/m2.parquet/part.parquet`)).toBe('of a stranger');
  for (const name of names) expect(await read(`${folder}/${name}`)).toBe('ours');
  // Of the two that the listing names one is no object.
  const looks = server.calls
    .slice(before)
    .filter(({ method, key }) => method === 'HEAD' || (method === 'GET' && key === ''));
  expect(looks.map(({ method }) => method).sort()).toEqual(['GET', 'HEAD', 'HEAD']);
});

test('few locations are asked for one by one', async () => {
  await put('s3://lake/marts/a.parquet', 'there');
  const before = server.calls.length;
  const stands = lookAtLocations(reach, 2);
  expect(await Promise.all(['a', 'b'].map((name) => stands(`s3://lake/marts/${name}.parquet`)))).toEqual([true, false]);
  expect(server.calls.slice(before).map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
});
