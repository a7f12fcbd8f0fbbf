import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreError } from './errors.ts';
import type { Store } from './store.ts';

/** One case of the contract: run it with any test runner. */
export interface ContractCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/**
 * What every store must do, whatever it stands on. `make` gives an empty store, a new one for each case. The invariants: an object is seen whole or not at
 * all; of many `putIfAbsent` of one key exactly one creates it, and its bytes stay; keys are listed in byte order, page by page, each once.
 */
export function testStore(make: () => Promise<Store> | Store): readonly ContractCase[] {
  return Object.entries(cases).map(([name, check]) => ({ name, run: async () => check(await make()) }));
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

async function refusedAs(code: string, action: Promise<unknown>): Promise<void> {
  await assert.rejects(action, (cause) => {
    assert.ok(cause instanceof StoreError, `threw ${String(cause)}, which is no StoreError`);
    assert.equal(cause.code, code);
    assert.notEqual(cause.hint, '');
    return true;
  });
}

async function keysOf(store: Store, prefix?: string): Promise<readonly string[]> {
  const page = await store.list(prefix === undefined ? {} : { prefix });
  assert.equal(page.next, undefined);
  return page.objects.map((object) => object.key);
}

const cases: Readonly<Record<string, (store: Store) => Promise<void>>> = {
  'gives back what was put': async (store) => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    await store.put('a/b/all.bin', all);
    assert.deepEqual(new Uint8Array(await store.get('a/b/all.bin')), all);
    await store.put('empty', new Uint8Array());
    assert.equal((await store.get('empty')).length, 0);
  },
  'puts a file, and leaves it': async (store) => {
    const folder = await mkdtemp(join(tmpdir(), 'eider-contract-'));
    const file = join(folder, 'file');
    try {
      await writeFile(file, 'of a file');
      await store.put('a/of', bytes('a longer text that was there'));
      await store.putFile('a/of', file);
      assert.equal(text(await store.get('a/of')), 'of a file');
      assert.equal(await readFile(file, 'utf8'), 'of a file');
      await refusedAs('store/not-found', store.putFile('a/of', join(folder, 'none')));
      assert.equal(text(await store.get('a/of')), 'of a file');
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  'replaces an object by a shorter one': async (store) => {
    await store.put('k', bytes('a long text'));
    await store.put('k', bytes('short'));
    assert.equal(text(await store.get('k')), 'short');
  },
  'is not changed by a change of the bytes that were put or given': async (store) => {
    const data = bytes('abc');
    await store.put('k', data);
    data[0] = 120;
    const given = await store.get('k');
    assert.equal(text(given), 'abc');
    given[0] = 121;
    assert.equal(text(await store.get('k')), 'abc');
  },
  'gives several objects in the order of their keys': async (store) => {
    const keys = Array.from({ length: 70 }, (_, index) => `many/${index}`);
    for (const key of keys)
      await store.put(key, bytes(key === 'many/7' ? 'x'.repeat(200_000) : key), { durable: false });
    const asked = [...keys].reverse();
    const read = await store.getMany(asked);
    assert.deepEqual(
      read.map(text),
      asked.map((key) => (key === 'many/7' ? 'x'.repeat(200_000) : key)),
    );
    assert.deepEqual(await store.getMany([]), []);
    await refusedAs('store/not-found', store.getMany(['many/1', 'many/none']));
  },
  'names what comes behind a name': async (store) => {
    for (const key of ['n/a', 'n/b/c', 'n/\u{10000}', 'n/\uffee']) await store.put(key, bytes('x'));
    assert.deepEqual(await store.names('n/', 'a'), ['b', '\uffee', '\u{10000}']);
    assert.deepEqual(await store.names('n/', '\uffee'), ['\u{10000}']);
    assert.deepEqual(await store.names('none/', 'a'), []);
  },
  'names what is missing': async (store) => {
    await refusedAs('store/not-found', store.get('no/such'));
    await refusedAs('store/not-found', store.getRange('no', 0, 1));
    await refusedAs('store/not-found', store.copy('no', 'to'));
    await refusedAs('store/not-found', store.link('no', 'to'));
    await refusedAs('store/not-found', store.sync(['no']));
    assert.equal(await store.stat('no/such'), undefined);
    assert.equal(await store.stat('to'), undefined);
    await store.delete('no/such');
  },
  'reads ranges, also past the end': async (store) => {
    await store.put('k', bytes('0123456789'));
    assert.equal(text(await store.getRange('k', 2, 3)), '234');
    assert.equal(text(await store.getRange('k', 8, 10)), '89');
    assert.equal(text(await store.getRange('k', 10, 5)), '');
    assert.equal(text(await store.getRange('k', 50, 5)), '');
    assert.equal(text(await store.getRange('k', 3, 0)), '');
  },
  'creates an object once': async (store) => {
    assert.equal(await store.putIfAbsent('l/1.json', bytes('first')), 'created');
    assert.equal(await store.putIfAbsent('l/1.json', bytes('second')), 'exists');
    assert.equal(text(await store.get('l/1.json')), 'first');
    assert.deepEqual(await keysOf(store), ['l/1.json']);
  },
  'does not create what put made': async (store) => {
    await store.put('k', bytes('put'));
    assert.equal(await store.putIfAbsent('k', bytes('absent')), 'exists');
    assert.equal(text(await store.get('k')), 'put');
  },
  'creates again what was deleted': async (store) => {
    await store.putIfAbsent('k', bytes('1'));
    await store.delete('k');
    assert.equal(await store.stat('k'), undefined);
    assert.equal(await store.putIfAbsent('k', bytes('2')), 'created');
    assert.equal(text(await store.get('k')), '2');
  },
  'lets one of many creators win': async (store) => {
    const tries = await Promise.all(
      Array.from({ length: 12 }, (_, i) => store.putIfAbsent('race/1', bytes(`writer ${i}`))),
    );
    const winners = tries.flatMap((outcome, i) => (outcome === 'created' ? [i] : []));
    assert.equal(winners.length, 1);
    assert.equal(text(await store.get('race/1')), `writer ${winners[0]}`);
    assert.deepEqual(await keysOf(store), ['race/1']);
  },
  'keeps one of many puts whole': async (store) => {
    const texts = Array.from({ length: 8 }, (_, i) => `${i}`.repeat(5000));
    await Promise.all(texts.map((each) => store.put('k', bytes(each))));
    assert.ok(texts.includes(text(await store.get('k'))));
    assert.deepEqual(await keysOf(store), ['k']);
  },
  'lists by prefix, in the order of bytes': async (store) => {
    const keys = ['a-b', 'a/b', 'a/b/c'.replace('b/c', 'd/e'), 'a', 'ab', 'b/é', 'b/z', 'b/😀', 'b/\uFF5E', 'B'];
    for (const key of keys.filter((each) => each !== 'a')) await store.put(key, bytes(key));
    assert.deepEqual(await keysOf(store), ['B', 'a-b', 'a/b', 'a/d/e', 'ab', 'b/z', 'b/é', 'b/\uFF5E', 'b/😀']);
    assert.deepEqual(await keysOf(store, 'a'), ['a-b', 'a/b', 'a/d/e', 'ab']);
    assert.deepEqual(await keysOf(store, 'a/'), ['a/b', 'a/d/e']);
    assert.deepEqual(await keysOf(store, 'a/d'), ['a/d/e']);
    assert.deepEqual(await keysOf(store, 'none/'), []);
  },
  'lists page by page, each key once': async (store) => {
    const keys = Array.from({ length: 7 }, (_, i) => `n/${i}`);
    for (const key of keys) await store.put(key, bytes(key));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await store.list({ prefix: 'n/', limit: 3, ...(after !== undefined && { after }) });
      assert.ok(page.objects.length <= 3);
      seen.push(...page.objects.map((object) => object.key));
      after = page.next;
    } while (after !== undefined);
    assert.deepEqual(seen, keys);
    assert.deepEqual(
      (await store.list({ prefix: 'n/', after: 'n/4' })).objects.map((object) => object.key),
      ['n/5', 'n/6'],
    );
  },
  'names what lies right below a folder': async (store) => {
    for (const key of ['top', 'a/1', 'a/2', 'a/deep/3', 'a/deep/4', 'a b/5', 'a/é+&', 'b'])
      await store.put(key, bytes(key));
    assert.deepEqual(await store.names(''), ['a', 'a b', 'b', 'top']);
    assert.deepEqual(await store.names('a/'), ['1', '2', 'deep', 'é+&']);
    assert.deepEqual(await store.names('none/'), []);
  },
  'tells size and time': async (store) => {
    await store.put('first', bytes('12345'));
    await store.put('second', bytes(''));
    const [first, second] = [await store.stat('first'), await store.stat('second')];
    assert.ok(first !== undefined && second !== undefined);
    assert.deepEqual([first.key, first.bytes, second.bytes], ['first', 5, 0]);
    assert.ok(second.modified.getTime() >= first.modified.getTime());
    assert.deepEqual((await store.list({ prefix: 'fi' })).objects, [first]);
  },
  'copies and links over what is there': async (store) => {
    await store.put('from', bytes('new'));
    await store.put('x/copy', bytes('old'));
    await store.put('x/link', bytes('old'));
    await store.copy('from', 'x/copy');
    assert.match(await store.link('from', 'x/link'), /^(linked|copied)$/);
    await store.link('from', 'x/link');
    await store.put('from', bytes('newer'));
    assert.equal(text(await store.get('x/copy')), 'new');
    assert.equal(text(await store.get('x/link')), 'new');
    assert.deepEqual(await keysOf(store), ['from', 'x/copy', 'x/link']);
  },
  'shows at once what it makes durable later': async (store) => {
    await store.put('later', bytes('now'), { durable: false });
    assert.equal(text(await store.get('later')), 'now');
    await store.sync(['later', 'later']);
    await store.sync([]);
  },
  'refuses what is no key': async (store) => {
    for (const key of ['', '/a', 'a/', 'a//b', '../a', 'a/./b', 'a\\b', 'a\0b', '.eider-x', 'l/1.claim']) {
      await refusedAs(
        'store/invalid-key',
        Promise.resolve().then(() => store.put(key, bytes('x'))),
      );
      await refusedAs(
        'store/invalid-key',
        Promise.resolve().then(() => store.get(key)),
      );
    }
  },
  'takes names that are hard to spell': async (store) => {
    const keys = ['a b/c+d%20', 'it\'s/q"uote', 'ünï/日本', 'x=1/y=__HIVE_DEFAULT_PARTITION__', '.hidden', '#?&'];
    for (const key of keys) await store.put(key, bytes(key));
    for (const key of keys) assert.equal(text(await store.get(key)), key);
    assert.equal((await keysOf(store)).length, keys.length);
  },
};
