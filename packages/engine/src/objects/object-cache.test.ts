import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeFolder, temporaryFolder } from '../../../../test/support/temporary-project.ts';
import { type LocalObject, type ObjectCache, openCache } from './object-cache.ts';

let root = '';

beforeEach(() => {
  root = temporaryFolder('object-cache');
});
afterEach(() => removeFolder(root));

const open = (maxSize = 1e6, path = root): ObjectCache => openCache({ path, maxSize });

async function put(cache: ObjectCache, name: string, text: string): Promise<LocalObject | undefined> {
  const file = await cache.draft(`desk/${name}`);
  writeFileSync(file, text);
  return await cache.add(name, file);
}

/** What a cache gives for a name; null where it has nothing. */
async function get(cache: ObjectCache, name: string): Promise<string | null> {
  const found = await cache.find(name);
  return found === undefined ? null : readFileSync(found.path).subarray(0, found.bytes).toString();
}

/** Makes a copy look as if it was used so many seconds ago. */
function age(copy: LocalObject | undefined, seconds: number): void {
  const then = new Date(Date.now() - seconds * 1000);
  if (copy !== undefined) utimesSync(copy.path, then, then);
}

describe('copies', () => {
  test('are found by their names, in other processes too', async () => {
    const cache = open();
    expect(await get(cache, 'a')).toBeNull();
    await put(cache, 'a', 'of a');
    await put(cache, 'empty', '');
    for (const each of [cache, open()]) {
      expect(await get(each, 'a')).toBe('of a');
      expect(await get(each, 'empty')).toBe('');
      expect(await get(each, 'b')).toBeNull();
    }
    expect(readdirSync(join(root, 'new', 'desk'))).toEqual([]);
  });

  test.each([
    [
      'changed in the middle',
      (path: string) => writeFileSync(path, readFileSync(path, 'latin1').replace('middle', 'muddle'), 'latin1'),
    ],
    ['shorter', (path: string) => truncateSync(path, 30)],
    ['longer', (path: string) => appendFileSync(path, 'more')],
    ['empty', (path: string) => truncateSync(path, 0)],
    [
      'full of zeros, as after a power cut',
      (path: string) => writeFileSync(path, Buffer.alloc(readFileSync(path).length)),
    ],
  ])('that are %s are taken away, and come again', async (_, damage) => {
    const { path = '' } = (await put(open(), 'a', 'with a middle')) ?? {};
    damage(path);
    const cache = open();
    expect(await get(cache, 'a')).toBeNull();
    expect(existsSync(path)).toBe(false);
    await put(cache, 'a', 'anew');
    expect(await get(cache, 'a')).toBe('anew');
  });

  test('that another process took away are not there, and come again', async () => {
    const cache = open();
    await put(cache, 'a', 'of a');
    expect(await get(cache, 'a')).toBe('of a');
    age(await open().find('a'), 60);
    await open(10).trim();
    expect(await get(cache, 'a')).toBeNull();
    await put(cache, 'a', 'again');
    expect(await get(cache, 'a')).toBe('again');
  });

  test('of one name may be put by two at once', async () => {
    const [one, other] = [open(), open()];
    const drafts = [await one.draft('one/a'), await other.draft('other/a')] as const;
    for (const draft of drafts) writeFileSync(draft, 'the same');
    await Promise.all([one.add('a', drafts[0]), other.add('a', drafts[1])]);
    expect(await get(one, 'a')).toBe('the same');
    expect(await get(open(), 'a')).toBe('the same');
  });
});

describe('the bound', () => {
  test('makes go what was used longest ago, down to nine tenths', async () => {
    const cache = open();
    for (const [i, name] of ['a', 'b', 'c', 'd'].entries()) age(await put(cache, name, name.repeat(960)), 100 - i);
    // Who looks at a copy uses it.
    expect(await get(open(), 'a')).toBe('a'.repeat(960));
    const small = open(3000);
    await small.trim();
    const left = await Promise.all(['a', 'b', 'c', 'd'].map(async (name) => (await small.find(name)) !== undefined));
    expect(left).toEqual([true, false, false, true]);
  });

  test('keeps out what is larger than all of it', async () => {
    const cache = open(1000);
    expect(await put(cache, 'a', 'x'.repeat(990))).toBeUndefined();
    expect(await get(cache, 'a')).toBeNull();
    expect(readdirSync(join(root, 'new', 'desk'))).toEqual([]);
  });

  test('is kept while copies come', async () => {
    const cache = open(10_000);
    for (let i = 0; i < 40; i++) age(await put(cache, `${i}`, 'x'.repeat(960)), 1000 - i);
    const files = readdirSync(join(root, 'objects'), { recursive: true, withFileTypes: true }).filter((e) =>
      e.isFile(),
    );
    expect(files.length).toBeLessThanOrEqual(10);
    expect(await get(open(), '39')).toBe('x'.repeat(960));
  });

  test('is kept by many processes that put little each, and every copy is looked at only where that may be due', async () => {
    const copies = () => readdirSync(join(root, 'objects'), { recursive: true, withFileTypes: true });
    const files = () => copies().filter((entry) => entry.isFile()).length;
    await open(30_000).trim();
    // Nobody has put it: who looks at all copies counts it.
    const stray = join(root, 'objects', 'ff', 'stray');
    mkdirSync(dirname(stray), { recursive: true });
    writeFileSync(stray, 'x'.repeat(20_000));
    const most: number[] = [];
    for (let i = 0; i < 40; i++) {
      const cache = open(30_000);
      age(await put(cache, `${i}`, 'x'.repeat(960)), 1000 - i);
      await cache.trim();
      most.push(files());
    }
    expect(Math.max(...most)).toBe(1 + 31);
    expect(files()).toBeLessThan(30);
    const count = join(root, 'count.json');
    writeFileSync(
      count,
      JSON.stringify({ ...JSON.parse(readFileSync(count, 'utf8')), at: Date.now() - 25 * 3600_000 }),
    );
    writeFileSync(stray, 'x'.repeat(29_500));
    await open(30_000).trim();
    expect(files()).toBe(0);
    await put(open(), 'a', 'of a');
    writeFileSync(count, 'torn');
    await open(10).trim();
    expect(files()).toBe(0);
  });

  test('takes away the drafts of killed processes, and none that are written now', async () => {
    const cache = open();
    const nobody = 2 ** 30;
    const [old, fresh] = [await cache.draft(`${nobody}-dead/folder/a`), await cache.draft(`${nobody}-fresh/b`)];
    // Of a build that runs for days.
    const long = await cache.draft(`${process.pid}-long/c`);
    for (const file of [old, fresh, long]) writeFileSync(file, 'x');
    const then = new Date(Date.now() - 48 * 3600_000);
    for (const path of [old, dirname(old), dirname(dirname(old)), long, dirname(long)]) utimesSync(path, then, then);
    utimesSync(dirname(fresh), then, then);
    await cache.trim();
    expect(readdirSync(join(root, 'new')).sort()).toEqual([`${nobody}-fresh`, `${process.pid}-long`].sort());
    expect(readFileSync(fresh, 'utf8')).toBe('x');
  });
});

describe('a folder that cannot be used', () => {
  test('holds nothing, and fails where a draft is asked for', async () => {
    const file = join(root, 'a-file');
    writeFileSync(file, '');
    const cache = open(1e6, join(file, 'below'));
    expect(await get(cache, 'a')).toBeNull();
    await expect(cache.draft('x')).rejects.toThrow();
    await cache.trim();
    const draft = join(root, 'elsewhere');
    writeFileSync(draft, 'x');
    expect(await cache.add('a', draft)).toBeUndefined();
    expect(existsSync(draft)).toBe(false);
  });

  test('where a folder stands in the place of a copy, the copy is not kept', async () => {
    const cache = open();
    const { path = '' } = (await put(cache, 'a', 'x')) ?? {};
    removeFolder(path);
    mkdirSync(join(path, 'in the way'), { recursive: true });
    expect(await put(open(), 'a', 'x')).toBeUndefined();
    expect(await get(open(), 'a')).toBeNull();
  });
});
