import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ProjectFile } from './fill-template.ts';
import { makeProject, whyTaken } from './make-project.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'eider-make-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const files: readonly ProjectFile[] = [
  { path: 'dbt_project.yml', content: Buffer.from('name: shop\n') },
  { path: 'schedule/nightly.env', content: Buffer.from(''), mode: 0o600 },
];
const signal = new AbortController().signal;

test('makes all files, and nothing else', async () => {
  await makeProject({ folder: join(home, 'shop'), files, signal, id: 'a' });
  expect(readdirSync(home)).toEqual(['shop']);
  expect(readFileSync(join(home, 'shop/dbt_project.yml'), 'utf8')).toBe('name: shop\n');
  expect(statSync(join(home, 'shop/schedule/nightly.env')).mode & 0o777).toBe(0o600);
});

test('takes an empty folder', async () => {
  mkdirSync(join(home, 'shop'));
  await makeProject({ folder: join(home, 'shop'), files, signal, id: 'a' });
  expect(readdirSync(join(home, 'shop')).sort()).toEqual(['dbt_project.yml', 'schedule']);
});

test('refuses a file and a folder that holds something, and touches neither', async () => {
  writeFileSync(join(home, 'taken'), 'mine');
  mkdirSync(join(home, 'shop'));
  writeFileSync(join(home, 'shop/notes.txt'), 'mine');
  writeFileSync(join(home, 'shop/.hidden'), 'mine');
  await expect(makeProject({ folder: join(home, 'taken'), files, signal, id: 'a' })).rejects.toThrow('a file taken');
  await expect(makeProject({ folder: join(home, 'shop'), files, signal, id: 'a' })).rejects.toThrow(
    'with .hidden and 1 more in it',
  );
  expect(readdirSync(home).sort()).toEqual(['shop', 'taken']);
  expect(readdirSync(join(home, 'shop')).sort()).toEqual(['.hidden', 'notes.txt']);
});

test('nothing stays where it was interrupted', async () => {
  const controller = new AbortController();
  const stopping: readonly ProjectFile[] = [
    ...files,
    {
      path: 'last',
      get content(): Buffer {
        controller.abort();
        return Buffer.from('');
      },
    },
  ];
  const making = makeProject({ folder: join(home, 'shop'), files: stopping, signal: controller.signal, id: 'a' });
  await expect(making).rejects.toThrow('aborted');
  expect(readdirSync(home)).toEqual([]);
});

test('something that came meanwhile is not overwritten', async () => {
  const folder = join(home, 'shop');
  const late: readonly ProjectFile[] = [
    ...files,
    {
      path: 'last',
      get content(): Buffer {
        mkdirSync(folder);
        writeFileSync(join(folder, 'theirs'), '');
        return Buffer.from('');
      },
    },
  ];
  await expect(makeProject({ folder, files: late, signal, id: 'a' })).rejects.toThrow('with theirs in it');
  expect(readdirSync(home)).toEqual(['shop']);
  expect(readdirSync(folder)).toEqual(['theirs']);
});

test('says where no folder can be made', async () => {
  const making = makeProject({ folder: join(home, 'nowhere/shop'), files, signal, id: 'a' });
  await expect(making).rejects.toThrow(`No folder can be made in ${join(home, 'nowhere')}`);
  expect(readdirSync(home)).toEqual([]);
});

test('a name is free where nothing or an empty folder is', () => {
  mkdirSync(join(home, 'empty'));
  expect(whyTaken(join(home, 'empty'))).toBeNull();
  expect(whyTaken(join(home, 'nothing'))).toBeNull();
  expect(existsSync(join(home, 'nothing'))).toBe(false);
});
