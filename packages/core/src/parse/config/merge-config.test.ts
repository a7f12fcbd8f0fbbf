import { describe, expect, test } from 'vitest';
import { configLevels } from './config-levels.ts';
import { defaultConfig } from './default-config.ts';
import { finishConfig } from './finish-config.ts';
import { mergeConfig, mergeConfigCalls } from './merge-config.ts';

describe('mergeConfig', () => {
  test.each([
    ['tags are appended', { tags: ['a'] }, { tags: 'b' }, { tags: ['a', 'b'] }],
    ['hooks are appended, in either spelling', { 'pre-hook': ['a'] }, { pre_hook: 'b' }, { 'pre-hook': ['a', 'b'] }],
    [
      'of two spellings in one config the underscore counts',
      { 'post-hook': ['a'] },
      { post_hook: 'b', 'post-hook': 'c' },
      { 'post-hook': ['a', 'b'] },
    ],
    ['meta is laid over', { meta: { a: 1, b: 1 } }, { meta: { b: 2 } }, { meta: { a: 1, b: 2 } }],
    ['grants are replaced', { grants: { select: ['a'] } }, { grants: { select: 'b' } }, { grants: { select: ['b'] } }],
    [
      'grants with + are added to',
      { grants: { select: ['a'] } },
      { grants: { '+select': ['b'] } },
      { grants: { select: ['a', 'b'] } },
    ],
    ['others are replaced', { options: { a: 1 } }, { options: { b: 2 } }, { options: { b: 2 } }],
  ])('%s', (_what, base, level, merged) => {
    expect(mergeConfig(base, level)).toEqual(merged);
  });
});

test('several config() calls of one template are put together', () => {
  const calls = [
    { tags: 'a', meta: { x: 1 }, alias: 'n' },
    { tags: ['b'], meta: { y: 2 }, alias: 'm' },
  ];
  expect(calls.reduce<Record<string, unknown>>(mergeConfigCalls, {})).toEqual({
    tags: ['a', 'b'],
    meta: { x: 1, y: 2 },
    alias: 'm',
  });
});

test('grants of several config() calls are added to where their keys begin with +', () => {
  const calls = [
    { alias: 'n', grants: { '+select': 'a', select: 'b' } },
    { grants: { '+select': ['c'], select: 'd', update: 'e' } },
  ];
  expect(calls.reduce<Record<string, unknown>>(mergeConfigCalls, {})).toEqual({
    alias: 'n',
    grants: { '+select': ['a', 'c'], select: ['d'], update: ['e'] },
  });
});

test('a tree gives its levels from the outside in; + marks a mapping as config', () => {
  const tree = {
    '+meta': { a: 1 },
    materialized: 'view',
    pkg: { '+schema': 's', bronze: { enabled: false }, other: { enabled: true } },
  };
  expect(configLevels(tree, ['pkg', 'bronze', 'model'])).toEqual([
    { meta: { a: 1 }, materialized: 'view' },
    { schema: 's' },
    { enabled: false },
  ]);
});

describe('finishConfig', () => {
  test('hooks become records; JSON of a hook is read', () => {
    const hooks = ['select 1', { sql: 'select 2', transaction: false }, '{"sql": "select 3", "transaction": false}'];
    expect(finishConfig({ ...defaultConfig('model'), 'post-hook': hooks })['post-hook']).toEqual([
      { sql: 'select 1', transaction: true, index: null },
      { sql: 'select 2', transaction: false, index: null },
      { sql: 'select 3', transaction: false, index: null },
    ]);
  });

  test.each([
    [{ store_failures: true }, { store_failures: true, store_failures_as: 'table' }],
    [{ store_failures: false }, { store_failures: false, store_failures_as: 'ephemeral' }],
    [{ store_failures_as: 'view' }, { store_failures: true, store_failures_as: 'view' }],
    [
      { store_failures: true, store_failures_as: 'ephemeral' },
      { store_failures: false, store_failures_as: 'ephemeral' },
    ],
  ])('%o settles store_failures as %o', (given, settled) => {
    expect(finishConfig({ ...defaultConfig('test'), ...given })).toMatchObject(settled);
  });
});
