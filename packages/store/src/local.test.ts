import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalStore } from './local.ts';

const run = promisify(execFile);
const bytes = (text: string) => new TextEncoder().encode(text);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eider-local-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('leaves no temporary file when a write fails', async () => {
  const store = createLocalStore(folder);
  const unwritable = 1 as unknown as Uint8Array;
  await expect(store.put('a', unwritable)).rejects.toThrow('write');
  await expect(store.putIfAbsent('a', unwritable)).rejects.toThrow('create');
  expect(await readdir(folder)).toEqual([]);
});

/** Creates the objects 1 to COUNT, each when all four processes stand ready, and reads each at once, created or not; prints the numbers it created. A short object means a partial read. */
const racer = (links: boolean, count: number, who: number) => `
  import { createLocalStore } from '@eider/store';
  const store = createLocalStore(process.env.RACE_ROOT, { links: ${links} });
  const mine = new TextEncoder().encode(JSON.stringify({ who: ${who}, fill: 'x'.repeat(60_000) }));
  const won = [];
  for (let n = 1; n <= ${count}; n++) {
    const key = 'ledger/' + n;
    await store.put('ready/' + n + '/${who}', mine, { durable: false });
    while ((await store.list({ prefix: 'ready/' + n + '/' })).objects.length < 4) await new Promise(setImmediate);
    if ((await store.putIfAbsent(key, mine)) === 'created') won.push(n);
    const seen = JSON.parse(new TextDecoder().decode(await store.get(key)));
    if (seen.fill.length !== 60_000) throw new Error('partial read of ' + n);
    if (won.at(-1) === n && seen.who !== ${who}) throw new Error('another one replaced ' + n);
  }
  console.log(JSON.stringify(won));`;

async function race(links: boolean, count: number): Promise<readonly number[][]> {
  return await Promise.all(
    [0, 1, 2, 3].map(async (who) => {
      const flags = ['--conditions=eider-source', '--import', 'tsx', '--input-type=module', '-e'];
      const env = { ...process.env, RACE_ROOT: folder };
      return JSON.parse(
        (await run(process.execPath, [...flags, racer(links, count, who)], { env })).stdout,
      ) as number[];
    }),
  );
}

describe('several processes creating the same objects', () => {
  it.each([
    ['with links', true, 60],
    ['without links', false, 60],
  ])('%s: one winner each, and nobody reads half an object', async (_, links, count) => {
    const won = await race(links, count);
    expect(won.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    expect(won.filter((each) => each.length > 0).length).toBeGreaterThan(1);
    expect((await readdir(join(folder, 'ledger'))).filter((name) => !/^\d+$/.test(name))).toEqual([]);
  });
});

describe('a claim', () => {
  it('of a dead process is taken away', async () => {
    await mkdir(join(folder, '1.claim'));
    await writeFile(join(folder, '1.claim', 'dead'), 'half');
    const longAgo = new Date(Date.now() - 600_000);
    await utimes(join(folder, '1.claim'), longAgo, longAgo);
    const store = createLocalStore(folder, { links: false });
    expect(await store.putIfAbsent('1', bytes('whole'))).toBe('created');
    expect(new TextDecoder().decode(await store.get('1'))).toBe('whole');
    expect(await readdir(folder)).toEqual(['1']);
  });

  it('left behind after its object was put stands in nobody’s way', async () => {
    await mkdir(join(folder, '1.claim'));
    await writeFile(join(folder, '1'), 'there');
    expect(await createLocalStore(folder, { links: false }).putIfAbsent('1', bytes('new'))).toBe('exists');
  });
});

describe('a folder that cannot be used', () => {
  it('is named where a file stands in the way', async () => {
    await writeFile(join(folder, 'file'), '');
    const store = createLocalStore(join(folder, 'file'));
    await expect(store.put('a', bytes('x'))).rejects.toMatchObject({
      code: 'store/invalid-key',
      message: expect.stringContaining(join(folder, 'file')),
    });
  });

  it('is named where it is read-only', async () => {
    await chmod(folder, 0o555);
    // Root may write anywhere, so that it is nobody for a while.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      await expect(createLocalStore(folder).put('a', bytes('x'))).rejects.toMatchObject({ code: 'store/denied' });
    } finally {
      if (isRoot) process.seteuid?.(0);
      await chmod(folder, 0o755);
    }
  });
});
