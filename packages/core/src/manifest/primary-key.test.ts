import { expect, test } from 'vitest';
import { manifestOf } from '../../../../test/manifest-builder.ts';
import type { ModelNode, TestNode } from './nodes.ts';
import { primaryKeys } from './primary-key.ts';

type Tests = readonly (readonly [name: string, kwargs: Record<string, unknown>])[];

function keyOf(tests: Tests, model: Partial<ModelNode> = {}): readonly string[] | undefined {
  const ids = tests.map((_, i) => `test.shop.t${i}`);
  const manifest = manifestOf({ 'model.shop.a': {}, ...Object.fromEntries(ids.map((each) => [each, {}])) });
  Object.assign(manifest.nodes['model.shop.a'] as ModelNode, model);
  for (const [i, [name, kwargs]] of tests.entries()) {
    const metadata = { test_metadata: { name, kwargs, namespace: null }, attached_node: 'model.shop.a' };
    Object.assign(manifest.nodes[`test.shop.t${i}`] as TestNode, metadata);
  }
  return primaryKeys(manifest).get('model.shop.a');
}

const id = { column_name: 'id' };

test.each<[string, Tests, readonly string[]]>([
  ['nothing', [], []],
  ['not_null alone', [['not_null', id]], []],
  [
    'unique alone',
    [
      ['unique', { column_name: 'b' }],
      ['unique', { column_name: 'a' }],
    ],
    ['a', 'b'],
  ],
  [
    'both on one column',
    [
      ['unique', id],
      ['unique', { column_name: 'mail' }],
      ['not_null', id],
    ],
    ['id'],
  ],
  ['a combination', [['unique_combination_of_columns', { combination_of_columns: ['b', 'a', 3] }]], ['a', 'b']],
])('by tests: %s', (_, tests, expected) => {
  expect(keyOf(tests)).toEqual(expected);
});

test('constraints come before tests', () => {
  expect(keyOf([['unique', id]], { constraints: [{ type: 'primary_key', columns: ['b', 'a'] }] })).toEqual(['a', 'b']);
});

test.each<[string, readonly (readonly [name: string, column: string, enabled: boolean])[], readonly string[]]>([
  ['alone count', [['unique', 'id', false]], ['id']],
  [
    'do not where another is tested',
    [
      ['unique', 'id', false],
      ['unique', 'mail', true],
    ],
    ['mail'],
  ],
  [
    'count where the column is not null',
    [
      ['unique', 'id', false],
      ['not_null', 'id', false],
      ['unique', 'mail', true],
    ],
    ['id'],
  ],
])('tests that are switched off %s', (_, tests, expected) => {
  const ids = tests.map((_, i) => `test.shop.t${i}`);
  const manifest = manifestOf({ 'model.shop.a': {}, ...Object.fromEntries(ids.map((each) => [each, {}])) });
  for (const [i, [name, column_name, enabled]] of tests.entries()) {
    const node = manifest.nodes[`test.shop.t${i}`] as TestNode;
    Object.assign(node, { test_metadata: { name, kwargs: { column_name }, namespace: null } });
    Object.assign(node, { attached_node: 'model.shop.a', config: { ...node.config, enabled } });
    if (enabled) continue;
    delete manifest.nodes[node.unique_id];
    manifest.disabled[node.unique_id] = [node];
  }
  expect(primaryKeys(manifest).get('model.shop.a')).toEqual(expected);
});
