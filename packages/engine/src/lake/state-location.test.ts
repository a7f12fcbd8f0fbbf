import { describe, expect, test } from 'vitest';
import { nodeKey } from './state-keys.ts';
import { stateLocation } from './state-location.ts';

const base = {
  externalRoots: [],
  projectRoot: '/home/me/shop',
  profileState: undefined,
  project: 'shop',
  target: 'dev',
  schema: 'main',
};

describe('stateLocation', () => {
  test.each([
    ['one root', { externalRoots: ['/lake/'] }, '/lake/_eider/shop/dev-main'],
    ['one root, written often', { externalRoots: ['/lake', '/lake'] }, '/lake/_eider/shop/dev-main'],
    ['a relative root', { externalRoots: ['data'] }, '/home/me/shop/data/_eider/shop/dev-main'],
    ['no root', {}, '/home/me/shop/.eider/shop/dev-main'],
    ['several roots', { externalRoots: ['/a', '/b'] }, '/home/me/shop/.eider/shop/dev-main'],
    ['a state of the profile', { externalRoots: ['/a'], profileState: '/state' }, '/state/shop/dev-main'],
    ['a root in a bucket', { externalRoots: ['s3://bucket/lake/'] }, 's3://bucket/lake/_eider/shop/dev-main'],
    ['a URI', { externalRoots: ['file:///lake'] }, '/lake/_eider/shop/dev-main'],
    [
      'names that are no file names',
      { project: 'a/b', target: '..', schema: 'ö x' },
      '/home/me/shop/.eider/a_b/..-ö_x',
    ],
  ])('of %s', (_, more, expected) => {
    expect(stateLocation({ ...base, ...more })).toBe(expected);
  });
});

describe('nodeKey', () => {
  test('keeps plain ids and tells the others apart on every file system', () => {
    expect(nodeKey('model.shop.stg_orders')).toBe('model.shop.stg_orders');
    const names = [
      'model.shop.A',
      'model.shop.a',
      'model.shop.a b',
      'model.shop.a/b',
      'model.shop.ä',
      `model.shop.${'x'.repeat(300)}`,
    ];
    const keys = names.map(nodeKey);
    expect(new Set(keys.map((key) => key.toLowerCase())).size).toBe(names.length);
    expect(keys.every((key) => /^[\w.-]{1,200}$/.test(key))).toBe(true);
  });
});
