import { relative, sep } from 'node:path';
import { expect, test } from 'vitest';
import { displayPath } from './display-path.ts';

const root = ['', 'a', 'project'].join(sep);
const at = (...parts: string[]): string => [root, ...parts].join(sep);

test.each([
  at('models', 'm.sql'),
  at('.hidden', 'm.sql'),
  at('models', '.m.sql'),
  at('..models', 'm.sql'),
  at('models', '..', 'm.sql'),
  at('models', '.', 'm.sql'),
  at('', 'models', 'm.sql'),
  at('models', '', 'm.sql'),
  at('models', ''),
])('%s is shown relative to the project', (path) => {
  expect(displayPath(root, path)).toBe(relative(root, path).replaceAll(sep, '/'));
});

test.each([
  `${root}-other${sep}m.sql`,
  at('..', 'm.sql'),
  at('models', '..', '..', 'm.sql'),
  root,
  [root, ''].join(sep),
])('%s is shown as it is', (path) => {
  expect(displayPath(root, path)).toBe(path);
});
