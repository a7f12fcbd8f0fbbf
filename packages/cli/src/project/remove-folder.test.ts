import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeAllBut } from './remove-folder.ts';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'eider-clean-'));
});
afterEach(() => rmSync(root, { recursive: true }));

test('a folder goes with all that it holds', async () => {
  mkdirSync(join(root, 'target/deep/deeper'), { recursive: true });
  writeFileSync(join(root, 'target/deep/deeper/file'), '');
  expect(await removeAllBut(join(root, 'target'), new Set(['_eider']))).toEqual([]);
  expect(existsSync(join(root, 'target'))).toBe(false);
});

test('the state of a lake stays, wherever it lies', async () => {
  mkdirSync(join(root, 'lake/main/_eider/shop'), { recursive: true });
  writeFileSync(join(root, 'lake/main/_eider/shop/ledger'), '1');
  writeFileSync(join(root, 'lake/main/orders.parquet'), '');
  mkdirSync(join(root, 'lake/other'));
  expect(await removeAllBut(join(root, 'lake'), new Set(['_eider']))).toEqual([join(root, 'lake/main/_eider')]);
  expect(existsSync(join(root, 'lake/main/_eider/shop/ledger'))).toBe(true);
  expect(existsSync(join(root, 'lake/main/orders.parquet'))).toBe(false);
  expect(existsSync(join(root, 'lake/other'))).toBe(false);
});

test('a link is removed, what it points at is not', async () => {
  mkdirSync(join(root, 'kept'));
  writeFileSync(join(root, 'kept/file'), '');
  mkdirSync(join(root, 'target'));
  symlinkSync(join(root, 'kept'), join(root, 'target/link'));
  await removeAllBut(join(root, 'target'), new Set());
  expect(existsSync(join(root, 'kept/file'))).toBe(true);
});

test('a folder that is not there is no error', async () => {
  expect(await removeAllBut(join(root, 'nowhere'), new Set())).toEqual([]);
});
