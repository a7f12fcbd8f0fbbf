import { expect, test } from 'vitest';
import type { DataFile } from '../lake/generation.ts';
import { mergeFiles, nameUnder } from './copied-files.ts';

const file = (name: string, path: string): DataFile => ({ name, path, rows: 1, bytes: 1 });
const before = [file('day=1/data_0.parquet', '/old/1'), file('day=2/data_0.parquet', '/old/2')];
const added = [file('day=3/data_0.parquet', '/new/3'), file('day=2/data_0.parquet', '/new/2')];

test.each([
  ['replace', ['/new/2', '/new/3']],
  ['overwrite_or_ignore', ['/old/1', '/new/2', '/new/3']],
] as const)('%s keeps the right files, in order of name', (mode, expected) => {
  expect(mergeFiles(before, added, mode).map(({ path }) => path)).toEqual(expected);
});

test('append keeps all files', () => {
  const uuid = [file('day=2/3b1f.parquet', '/new/2')];
  expect(mergeFiles(before, uuid, 'append').map(({ path }) => path)).toEqual(['/old/1', '/new/2', '/old/2']);
});

test('a name is relative to the folder', () => {
  expect(nameUnder('/data/x', '/data/x/year=2024/data_0.parquet')).toBe('year=2024/data_0.parquet');
});
