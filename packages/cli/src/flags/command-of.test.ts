import { expect, test } from 'vitest';
import { commandOf } from './command-of.ts';

const commands = new Set(['build', 'seed', 'ls', 'debug', 'test']);

test.each([
  [['build', '--output', 'json'], 'build'],
  [['ls', '--resource-type', 'model', 'seed', '--output', 'json'], 'ls'],
  [['--log-level', 'debug', 'build'], 'build'],
  [['-t', 'test', '--quiet', 'seed'], 'seed'],
  [['--log-level=debug', 'build'], 'build'],
  [['bild'], undefined],
  [[], undefined],
])('%j is %s', (argv, command) => {
  expect(commandOf(argv, commands)).toBe(command);
});
