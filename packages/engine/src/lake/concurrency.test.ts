import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { buildOf, commit, type LakeFixture, lakeFixture, write } from '../../../../test/support/lake-fixture.ts';

let fixture: LakeFixture;
beforeEach(async () => {
  fixture = await lakeFixture();
});
afterEach(() => fixture.close());

const model = (name: string, a: number) => ({
  node: `model.shop.${name}`,
  sql: `SELECT ${a} AS a`,
  location: fixture.at('root', `${name}.parquet`),
});

describe('builds at the same time', () => {
  test('whose writes and reads do not meet all commit', async () => {
    const names = ['one', 'two', 'three', 'four'];
    const lakes = await Promise.all(names.map(() => fixture.open()));
    const results = await Promise.all(names.map((name, i) => buildOf(fixture, lakes[i]!, [model(name, i)])));
    expect(results.map((result) => result.number).sort()).toEqual([1, 2, 3, 4]);
    expect(await ask(fixture.options.publishPath, 'SELECT "number" FROM eider.state')).toEqual([{ number: 4n }]);
    for (const [i, name] of names.entries()) {
      expect(await ask(fixture.options.publishPath, `FROM ${name}`)).toEqual([{ a: i }]);
      expect(await ask(undefined, `FROM '${fixture.at('root', `${name}.parquet`)}'`)).toEqual([{ a: i }]);
    }
  });

  test('of one node: the second is refused, and leaves nothing', async () => {
    const [first, second] = [await fixture.open(), await fixture.open()];
    const [a, b] = [await first.begin('build'), await second.begin('build')];
    const [mine, other] = [await write(fixture, a, model('one', 1)), await write(fixture, b, model('one', 2))];
    await commit(fixture, a, [mine]);
    await expect(commit(fixture, b, [other])).rejects.toMatchObject({
      code: 'lake/conflict',
      message: expect.stringMatching(
        /^Another build replaced what this one made or read: model\.shop\.one, since this one \(\d{8}T\d{9}Z-\w+\) began at \S+Z\. Committed meanwhile: state 1 by eider \w+ .*\(\d{8}T\d{9}Z-\w+\) at \S+Z\.$/,
      ),
    });
    await Promise.all([a.end(), b.end()]);
    expect((await second.head())?.entry.number).toBe(1);
    expect(await ask(fixture.options.publishPath, 'FROM one')).toEqual([{ a: 1 }]);
  });

  test('that read what another one replaced are refused', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [model('parent', 1)]);
    const build = await lake.begin('build');
    const read = (await build.head?.generation('model.shop.parent'))?.id ?? '';
    await buildOf(fixture, await fixture.open(), [model('parent', 2)]);
    const child = await write(fixture, build, { ...model('child', 1), reads: { 'model.shop.parent': read } });
    await expect(commit(fixture, build, [child])).rejects.toThrow(
      'model.shop.parent, which model.shop.child read here',
    );
    await build.end();
  });

  test('settle on the newest state when one is slow to publish', async () => {
    let resume = () => {};
    const others = new Promise<void>((resolve) => {
      resume = resolve;
    });
    const quick = await fixture.open();
    await buildOf(fixture, quick, [model('one', 0), model('two', 0)]);
    let interrupted = false;
    // The slow one is interrupted after its aliases by a whole build of the quick one.
    const slow = await fixture.open({
      fault: (point) => {
        if (point === 'aliases' && !interrupted) {
          interrupted = true;
          resume();
        }
      },
    });
    const both = Promise.all([
      buildOf(fixture, slow, [model('one', 1)]),
      others.then(() => buildOf(fixture, quick, [model('one', 2), model('two', 2)])),
    ]);
    await both;
    expect(await ask(fixture.options.publishPath, 'SELECT one.a, two.a AS b FROM one, two')).toEqual([{ a: 2, b: 2 }]);
    expect(await ask(undefined, `FROM '${fixture.at('root', 'one.parquet')}'`)).toEqual([{ a: 2 }]);
  });
});

test('many builds in a row by two lakes keep one line of numbers', async () => {
  const lakes = [await fixture.open(), await fixture.open()];
  const run = async (lake: (typeof lakes)[number], name: string) => {
    for (let i = 0; i < 4; i++) await buildOf(fixture, lake, [model(name, i)]);
  };
  await Promise.all([run(lakes[0]!, 'left'), run(lakes[1]!, 'right')]);
  expect(await ask(fixture.options.publishPath, 'SELECT "left".a, "right".a AS b FROM "left", "right"')).toEqual([
    { a: 3, b: 3 },
  ]);
  expect(
    await ask(fixture.options.publishPath, 'SELECT list("number" ORDER BY "number")::VARCHAR AS n FROM eider.builds'),
  ).toEqual([{ n: '[1, 2, 3, 4, 5, 6, 7, 8]' }]);
});
