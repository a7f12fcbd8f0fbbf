import { expect, test } from 'vitest';
import { readYamlMapping } from '../project/read-yaml.ts';
import { parseSelection } from './parse-selection.ts';
import { parseSelectorsFile } from './selectors-file.ts';

function read(...selectors: unknown[]): ReturnType<typeof parseSelectorsFile> {
  const { root } = readYamlMapping(JSON.stringify({ selectors }), 'selectors.yml');
  if (root === null) throw new Error('no selectors');
  return parseSelectorsFile(root);
}

test('a text definition is one criterion of the command line', () => {
  const { selectors, diagnostics } = read({ name: 'a', definition: '2+tag:nightly+', default: true });
  expect(diagnostics).toEqual([]);
  expect(selectors.a).toMatchObject({
    isDefault: true,
    selection: { method: 'tag', value: 'nightly', parents: { depth: 2 }, children: { depth: null } },
  });
});

test('unions and intersections nest, and exclude takes away', () => {
  const { selectors, diagnostics } = read({
    name: 'a',
    definition: {
      union: [
        { intersection: [{ tag: 'nightly' }, { method: 'config.materialized', value: 'table' }] },
        { method: 'fqn', value: 'orders', parents: true, parents_depth: 1, indirect_selection: 'cautious' },
        { exclude: [{ method: 'path', value: 'models/tmp' }] },
      ],
    },
  });
  expect(diagnostics).toEqual([]);
  expect(selectors.a?.selection).toMatchObject({
    kind: 'difference',
    parts: [
      {
        kind: 'union',
        parts: [
          { kind: 'intersection', parts: [{ method: 'tag' }, { method: 'config', methodArguments: ['materialized'] }] },
          { method: 'fqn', parents: { depth: 1 }, indirectSelection: 'cautious' },
        ],
      },
      { method: 'path', value: 'models/tmp' },
    ],
  });
});

test('a selector may use those above it', () => {
  const { selectors, diagnostics } = read(
    { name: 'a', definition: 'orders' },
    { name: 'b', definition: { method: 'selector', value: 'a' } },
  );
  expect(diagnostics).toEqual([]);
  expect(selectors.b?.selection).toEqual(selectors.a?.selection);
});

test.each([
  [{ definition: 'x' }, 'A selector needs a "name" and a "definition".'],
  [{ name: 'a', definition: 7 }, 'A selector definition is a text or a mapping.'],
  [{ name: 'a', definition: { method: 'selector', value: 'b' } }, 'No selector "b" above this one.'],
  [{ name: 'a', definition: { union: 'x' } }, 'This place takes a list.'],
  [
    { name: 'a', definition: { method: 'tag' } },
    'A selector definition needs "method" and "value", or one method as its only key.',
  ],
  [{ name: 'a', definition: { colour: 'red' } }, '"colour" in the selection "colour:red" is not a selection method.'],
])('%j is refused with its place', (entry, message) => {
  const { selectors, diagnostics } = read(entry);
  expect(diagnostics).toMatchObject([{ code: 'select/invalid', message, place: { file: 'selectors.yml', line: 1 } }]);
  expect(selectors).toEqual({});
});

test.each([
  [{ description: 5 }, '"description" must be a text, not a number.'],
  [{ default: 'yes' }, '"default" must be true or false, not a text.'],
  [{ defaults: true }, 'A selector has no key "defaults".'],
  [{ definition: { method: 'tag', value: 'a', parents_depth: [1] } }, '"parents_depth" must be a whole number.'],
  [{ definition: { method: 'tag', value: 'a', children_depth: 'x' } }, '"children_depth" must be a whole number.'],
  [
    { definition: { method: 'tag', value: 'a', indirect_selection: 'shy' } },
    '"indirect_selection" is one of eager, cautious, buildable, empty.',
  ],
])('a selector with %j is refused', (more, message) => {
  const { selectors, diagnostics } = read({ name: 'a', definition: 'x', ...more });
  expect(diagnostics).toMatchObject([{ message, place: { file: 'selectors.yml' } }]);
  expect(selectors).toEqual({});
});

test('the command line and YAML give one structure', () => {
  const { selectors } = read({ name: 'a', definition: 'orders+' });
  const { selection } = parseSelection(['orders+'], []);
  expect(selection).toMatchObject({ parts: [{ parts: [{ parts: [selectors.a?.selection] }] }, { parts: [] }] });
});

test('the records of the manifest are the definitions, written out', () => {
  const { records } = read(
    { name: 'line', description: 'one', definition: '2+tag:nightly+' },
    { name: 'lone', definition: { tag: 'nightly' } },
    { name: 'plain', definition: { method: 'config.materialized', value: 'table', parents: true } },
    {
      name: 'all',
      definition: {
        union: [
          { intersection: ['config.materialized:table', '+orders+3'] },
          { method: 'selector', value: 'lone', exclude: ['orders'] },
          { exclude: ['orders.sql'] },
        ],
      },
    },
  );
  expect(records).toEqual({
    line: {
      name: 'line',
      description: 'one',
      definition: {
        parents: true,
        parents_depth: '2',
        method: 'tag',
        value: 'nightly',
        children: true,
      },
    },
    lone: { name: 'lone', definition: { method: 'tag', value: 'nightly' } },
    plain: { name: 'plain', definition: { method: 'config.materialized', value: 'table', parents: true } },
    all: {
      name: 'all',
      definition: {
        union: [
          {
            intersection: [
              { method: 'config.materialized', value: 'table' },
              { parents: true, method: 'fqn', value: 'orders', children: true, children_depth: '3' },
            ],
          },
          { method: 'tag', value: 'nightly' },
          { exclude: [{ method: 'file', value: 'orders.sql' }] },
        ],
      },
    },
  });
});
