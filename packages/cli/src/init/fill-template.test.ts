import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fillTemplate } from './fill-template.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eider-fill-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, content: string | Buffer): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), content);
}

test('fills in files that ask for it, and names; everything else is copied byte for byte', async () => {
  write('project.yml.tmpl', 'name: @name@\nmodels:\n  @name@: {}\n');
  write('deep/@name@-nightly.timer', 'an @name@ that is text');
  write('data.bin', Buffer.from([0, 255, 10, 13, 64]));
  const files = await fillTemplate(folder, { name: 'shop' });
  expect(files.map(({ path }) => path)).toEqual(['data.bin', 'deep/shop-nightly.timer', 'project.yml']);
  expect(files.map(({ content }) => content)).toEqual([
    Buffer.from([0, 255, 10, 13, 64]),
    Buffer.from('an @name@ that is text'),
    Buffer.from('name: shop\nmodels:\n  shop: {}\n'),
  ]);
});

test('makes .gitignore, and environments that only their owner reads', async () => {
  write('gitignore', 'target/\n');
  write('schedule/nightly.env', '');
  const files = await fillTemplate(folder, {});
  expect(files.map(({ path, mode }) => [path, mode])).toEqual([
    ['.gitignore', undefined],
    ['schedule/nightly.env', 0o600],
  ]);
});

test('a word that nothing gives is a mistake of the template', async () => {
  write('a.tmpl', '@nobody@');
  await expect(fillTemplate(folder, { name: 'shop' })).rejects.toThrow('@nobody@');
});

test('a value is text, whatever it looks like', async () => {
  write('a.tmpl', '@name@ @folder@');
  const [file] = await fillTemplate(folder, { name: '$& @folder@', folder: '/x' });
  expect(file?.content.toString()).toBe('$& @folder@ /x');
});
