import { describe, expect, test } from 'vitest';
import {
  binary,
  callMethod,
  callValue,
  compare,
  contains,
  Dict,
  equals,
  getAttr,
  getItem,
  type HostObject,
  hostFunction,
  iterate,
  length,
  repr,
  toStr,
  truth,
  typeName,
  undefinedOf,
} from './index.ts';

class Relation implements HostObject {
  readonly __type__ = 'dbt.adapters.duckdb.relation.DuckDBRelation';
  readonly __mapping__ = true;
  __getattr__(name: string): unknown {
    return name === 'identifier' ? 'orders' : undefined;
  }
  __getitem__(key: unknown): unknown {
    return key === 'type' ? 'table' : undefined;
  }
  __iter__(): Iterable<unknown> {
    return ['type'];
  }
  __len__(): number {
    return 1;
  }
  __str__(): string {
    return '"db"."main"."orders"';
  }
  __eq__(other: unknown): boolean {
    return other instanceof Relation;
  }
}

describe('an object of the host', () => {
  const relation = new Relation();

  test('answers through its hooks', () => {
    expect(toStr(relation)).toBe('"db"."main"."orders"');
    expect(repr([relation])).toBe('["db"."main"."orders"]');
    expect(typeName(relation)).toBe('DuckDBRelation');
    expect(getAttr(relation, 'identifier')).toBe('orders');
    expect(getAttr(relation, 'type')).toBe('table');
    expect(getItem(relation, 'identifier')).toBe('orders');
    expect([...iterate(relation)]).toEqual(['type']);
    expect(length(relation)).toBe(1);
    expect(equals(relation, new Relation())).toBe(true);
    expect(equals(1, relation)).toBe(false);
    expect(contains([new Relation()], relation)).toBe(true);
  });

  test('says what it lacks in the words of Jinja', () => {
    const missing = getAttr(relation, 'nope');
    expect(() => callValue(missing, [], null)).toThrow(
      "'dbt.adapters.duckdb.relation.DuckDBRelation object' has no attribute 'nope'",
    );
    expect(() => compare('<', relation, 1)).toThrow(
      "'<' not supported between instances of 'DuckDBRelation' and 'int'",
    );
    expect(() => binary('+', relation, 'x')).toThrow("unsupported operand type(s) for +: 'DuckDBRelation' and 'str'");
  });

  test('may be an object literal with hooks', () => {
    const literal: HostObject = { __getattr__: (name) => (name === 'a' ? 1 : undefined) };
    expect(getAttr(literal, 'a')).toBe(1);
    expect(toStr(getAttr(literal, '__getattr__'))).toBe('');
  });

  test('without hooks shows its public properties and nothing of JavaScript', () => {
    class Plain {
      readonly name = 'x';
      _secret = 1;
      twice(value: number): number {
        return this.name.length * value * 2;
      }
    }
    const plain = new Plain();
    expect(getAttr(plain, 'name')).toBe('x');
    expect(callMethod(plain, 'twice', [4], null)).toBe(8);
    for (const name of ['constructor', 'prototype', '__proto__', '_secret', 'toString', 'hasOwnProperty']) {
      expect(toStr(getAttr(plain, name)), name).toBe('');
    }
  });

  test.each(['constructor', 'apply', 'call', 'bind', 'prototype', 'toString'])('a function has no %s', (name) => {
    expect(toStr(getAttr(() => 1, name))).toBe('');
    expect(toStr(getAttr(callMethod, name))).toBe('');
  });
});

describe('a plain object of the host', () => {
  test('is a dict that templates read and change', () => {
    const host: Record<string, unknown> = { a: 1 };
    callMethod(host, 'update', [{ b: 2 }], { c: 3 });
    callMethod(host, 'pop', ['a'], null);
    expect(host).toEqual({ b: 2, c: 3 });
    expect(repr(host)).toBe("{'b': 2, 'c': 3}");
    expect(
      equals(
        host,
        new Dict([
          ['b', 2],
          ['c', 3],
        ]),
      ),
    ).toBe(true);
    expect(truth({})).toBe(false);
  });

  test('keeps __proto__ an ordinary key', () => {
    const host: Record<string, unknown> = {};
    callMethod(host, 'setdefault', ['__proto__', 1], null);
    expect(Object.keys(host)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(toStr(getItem({}, 'constructor'))).toBe('');
  });
});

describe('a function of the host', () => {
  const ref = hostFunction(
    'ref',
    ['model', { name: 'version', default: null }, '*rest', '**extra'],
    (...args: unknown[]) => args,
  );

  test('gets one argument for each parameter', () => {
    expect(callValue(ref, ['a'], null)).toEqual(['a', null, [], {}]);
    expect(callValue(ref, ['a', 1, 2, 3], { x: 4 })).toEqual(['a', 1, [2, 3], { x: 4 }]);
    expect(callValue(ref, [], { version: 2, model: 'a' })).toEqual(['a', 2, [], {}]);
  });

  test.each([
    [[], null, "f() missing 2 required positional arguments: 'a' and 'b'"],
    [[1], null, "f() missing 1 required positional argument: 'b'"],
    [[1, 2, 3, 4], null, 'f() takes from 2 to 3 positional arguments but 4 were given'],
    [[1, 2], { a: 3 }, "f() got multiple values for argument 'a'"],
    [[1, 2], { z: 3 }, "f() got an unexpected keyword argument 'z'"],
  ])('refuses %j %j', (args, kwargs, message) => {
    const f = hostFunction('f', ['a', 'b', { name: 'c', default: 0 }], () => null);
    expect(() => callValue(f, args, kwargs)).toThrow(message);
  });

  test('without declared parameters gets keywords as a last object, and undefined is None', () => {
    const calls: unknown[][] = [];
    const result = callValue((...args: unknown[]) => void calls.push(args), [1], { k: 2 });
    expect(calls).toEqual([[1, { k: 2, __keywords: true }]]);
    expect(result).toBeNull();
  });

  test('an undefined value of the parse pass can be called and read for ever', () => {
    const lenient = undefinedOf('nope', 'parse');
    expect(toStr(callMethod(getAttr(getItem(lenient, 'a'), 'b'), 'c', [], null, { mode: 'parse' }))).toBe('');
  });
});

describe('guards', () => {
  test.each([
    ['*', 'a', 10_000_000_000],
    ['*', [1], 10_000_000_000],
    ['**', 2, 100_000_000],
  ] as const)('%s refuses a result that would fill the memory', (operator, a, b) => {
    expect(() => binary(operator, a, b)).toThrow('too large');
  });

  test('a list that holds itself prints', () => {
    const list: unknown[] = [1];
    list.push(list);
    expect(repr(list)).toBe('[1, [...]]');
  });

  test('a dict that changes while it is read raises', () => {
    const dict = new Dict([['a', 1]]);
    expect(() => {
      for (const key of iterate(dict)) dict.set(`${String(key)}x`, 1);
    }).toThrow('dictionary changed size during iteration');
  });
});
