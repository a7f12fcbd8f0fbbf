import { expect, test } from 'vitest';
import { type BuiltNode, type DecisionFacts, decide } from './decide.ts';

const node = (id: string, parents: string[] = [], awaits: string[] = [], tags: string[] = []): BuiltNode => ({
  id,
  parents,
  awaits,
  tags,
});

function facts(
  built: BuiltNode[],
  tests: [string, 'pass' | 'warn' | 'fail' | 'error', string[]][],
  more: Partial<DecisionFacts> = {},
): DecisionFacts {
  const outcomes = new Map(tests.map(([id, status, on]) => [id, { status, on }]));
  const usual = { waiting: new Map(), require: [], lost: [] };
  return { built, tests: outcomes, ...usual, ...more };
}

const plain = (map: ReadonlyMap<string, unknown>): Record<string, unknown> => Object.fromEntries(map);

test('publishes what passed, and says what its tests said', () => {
  const { publish, withheld } = decide(
    facts(
      [node('a'), node('b'), node('c')],
      [
        ['t1', 'pass', ['a']],
        ['t2', 'warn', ['a', 'b']],
        ['t3', 'pass', ['b']],
      ],
    ),
  );
  expect(plain(publish)).toEqual({ a: 'warned', b: 'warned', c: 'untested' });
  expect(plain(withheld)).toEqual({});
});

test('a failing test withholds all its parents that were built, and what was built upon them', () => {
  const built = [node('a'), node('b'), node('below_a', ['a']), node('leaf', ['below_a', 'c']), node('c')];
  const { publish, withheld } = decide(
    facts(built, [
      ['rel', 'fail', ['a', 'b', 'not_built']],
      ['t', 'pass', ['c']],
    ]),
  );
  expect(plain(publish)).toEqual({ c: 'passed' });
  expect(plain(withheld)).toEqual({ a: ['rel'], b: ['rel'], below_a: ['rel'], leaf: ['rel'] });
});

test('a test that could not run withholds too', () => {
  expect(plain(decide(facts([node('a')], [['t', 'error', ['a']]])).withheld)).toEqual({ a: ['t'] });
});

test('a node that fails the tests of two ancestors names both', () => {
  const built = [node('a'), node('b'), node('c', ['a', 'b'])];
  const { withheld } = decide(
    facts(built, [
      ['tb', 'fail', ['b']],
      ['ta', 'fail', ['a']],
    ]),
  );
  expect(withheld.get('c')).toEqual(['ta', 'tb']);
});

test('nodes wait for tests that did not run, and their children with them', () => {
  const built = [node('a', [], ['t']), node('b', ['a']), node('c')];
  const { publish, withheld } = decide(facts(built, []));
  expect(plain(publish)).toEqual({ c: 'untested' });
  expect(plain(withheld)).toEqual({ a: ['t'], b: ['t'] });
  expect(plain(decide(facts(built, [['t', 'warn', ['a']]])).publish)).toEqual({
    a: 'warned',
    b: 'untested',
    c: 'untested',
  });
});

test('what was built upon something that stays withheld waits for the same', () => {
  const built = [node('b', ['a']), node('c', ['b']), node('d')];
  const { publish, withheld } = decide(facts(built, [['t', 'pass', ['b']]], { waiting: new Map([['a', ['old']]]) }));
  expect(plain(publish)).toEqual({ d: 'untested' });
  expect(plain(withheld)).toEqual({ b: ['old'], c: ['old'] });
});

test('a required tag is whole or not at all, with what was built upon it', () => {
  const gold = (id: string, parents: string[] = []) => node(id, parents, [], ['gold']);
  const built = [gold('a'), gold('b'), node('c'), node('below_b', ['b']), node('other', [], [], ['silver'])];
  const held = decide(facts(built, [['t', 'fail', ['a']]], { require: ['gold', 'silver'] }));
  expect(plain(held.withheld)).toEqual({ a: ['t'], b: ['t'], below_b: ['t'] });
  expect([...held.publish.keys()]).toEqual(['c', 'other']);
  const lost = decide(facts(built, [], { require: ['gold'], lost: [{ id: 'd', tags: ['gold'] }] }));
  expect(plain(lost.withheld)).toEqual({ a: ['d'], b: ['d'], below_b: ['d'] });
  expect(plain(decide(facts(built, [['t', 'warn', ['a']]], { require: ['gold'] })).withheld)).toEqual({});
});

test('required tags pull one another in', () => {
  const built = [node('a', [], [], ['one']), node('b', [], [], ['one', 'two']), node('c', [], [], ['two'])];
  const { publish } = decide(facts(built, [['t', 'fail', ['a']]], { require: ['two', 'one'] }));
  expect(publish.size).toBe(0);
});

test('tests on sources, and on nodes that were not built, withhold nothing', () => {
  const { publish, withheld } = decide(
    facts(
      [node('a')],
      [
        ['t1', 'fail', ['source.shop.raw.orders']],
        ['t2', 'error', []],
        ['t3', 'pass', ['not_built', 'a']],
      ],
    ),
  );
  expect([plain(publish), plain(withheld)]).toEqual([{ a: 'passed' }, {}]);
});
