import { mkdirSync } from 'node:fs';
import { EiderError, error } from '@eider/core';
import { expect, test } from 'vitest';
import { findingsOf } from './failure-findings.ts';

function thrownBy(work: () => void): unknown {
  try {
    work();
  } catch (failure) {
    return failure;
  }
  return undefined;
}

test('findings that were thrown stay as they are', () => {
  const found = error('config/invalid', 'wrong');
  expect(findingsOf(new EiderError([found]))).toEqual([found]);
});

test('a disk that refuses says where', () => {
  const found = findingsOf(thrownBy(() => mkdirSync('/proc/eider')));
  expect(found).toMatchObject([
    { code: 'cli/file-system', message: expect.stringMatching(/^\/proc\/eider cannot be written: /) },
  ]);
});

test('errors of the engine and of a store are told in their own words', () => {
  const sql = Object.assign(new Error('Catalog Error: no'), { name: 'SqlError' });
  const store = Object.assign(new Error('Could not write'), { name: 'StoreError', hint: 'Free some room.' });
  expect([sql, store].map(findingsOf)).toMatchObject([
    [{ code: 'engine/sql-failed', message: 'no' }],
    [{ code: 'engine/store-failed', message: 'Could not write', hint: 'Free some room.' }],
  ]);
});

test('a bug is none of these', () => {
  expect(findingsOf(new TypeError('x is not a function'))).toBeNull();
  expect(findingsOf('text')).toBeNull();
});
