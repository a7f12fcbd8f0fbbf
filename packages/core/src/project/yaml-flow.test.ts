import { expect, test } from 'vitest';
import { readYaml } from './read-yaml.ts';

/** Expected values are PyYAML's. */
test.each<[string, string, unknown]>([
  [
    'a bracket that closes at its item',
    'tests:\n  - accepted: {\n      of: [1, 2],\n      tags: a  # one: "of" them\n  }\n  - unique\n',
    { tests: [{ accepted: { of: [1, 2], tags: 'a' } }, 'unique'] },
  ],
  ['brackets that close at the margin', 'a:\n  b: [\n    1,\n  [2,\n3]\n]\nc: 4\n', { a: { b: [1, [2, 3]] }, c: 4 }],
  [
    'keys at the margin, behind comments',
    'a:\n  b: {\n# }\n\nc: "# 1",\n\n  # [\nd:\n2 }\n',
    { a: { b: { c: '# 1', d: 2 } } },
  ],
])('%s', (_, text, value) => {
  const { diagnostics, root } = readYaml(text, 'f.yml');
  expect(diagnostics).toEqual([]);
  expect(root?.value).toEqual(value);
});

test.each([
  ['a: [1]#}', { a: ['1'] }],
  ['a: "x"#c\nb: {c: 2}#', { a: 'x', b: { c: '2' } }],
  ['a: b#c', { a: 'b#c' }],
])('%j has a comment right behind a bracket or a quote, and nowhere else', (text, value) => {
  const { diagnostics, root } = readYaml(text, 'f.yml');
  expect(diagnostics).toEqual([]);
  expect(JSON.parse(JSON.stringify(root?.value), (_, one) => (typeof one === 'number' ? String(one) : one))).toEqual(
    value,
  );
});

test('what is read of joined lines has its own place', () => {
  const { root } = readYaml('a:\n  - b: {\n      c: 1,\n  d: 2\n  }\n', 'f.yml');
  expect(root?.get('a', 0, 'b', 'd')?.place).toEqual({ file: 'f.yml', line: 4, column: 6 });
});

test('a value of two lines is not made one that has blanks of its own', () => {
  const { diagnostics } = readYaml('a:\n  - b: [one\n two]\n', 'f.yml');
  expect(diagnostics.map(({ code }) => code)).toEqual(['project/yaml-syntax']);
});

test('a bracket that nothing closes is told where the next line begins', () => {
  const { diagnostics } = readYaml('a:\n  b: [1,\n  c: 2\nd: 3\n', 'f.yml');
  expect(diagnostics).toMatchObject([
    { message: 'The YAML cannot be read: a bracket is not closed before here: `]` is missing.', place: { line: 3 } },
  ]);
});
