import { error } from '@eider/core';
import { expect, test } from 'vitest';
import { findingsDocument } from './findings-document.ts';

const finding = error('ref/not-found', 'No hunter2 here.', {
  hint: 'Correct it.',
  place: { file: 'models/a.sql', line: 2, column: 3 },
  trace: [{ name: 'macro.shop.m', place: { file: 'macros/m.sql', line: 1, column: 4 } }],
  excerpt: '> 2 | x',
  node: 'model.shop.a',
});

test('holds each finding once, whole, without secrets', () => {
  const document = findingsDocument('parse', ['parse', '--output', 'json']);
  document?.add([finding]);
  document?.add([finding, error('cli/usage', 'Bad.')]);
  document?.scrubWith((text) => text.replaceAll('hunter2', '*****'));
  expect(JSON.parse(document?.text(2) ?? '')).toEqual({
    command: 'parse',
    success: false,
    exit_code: 2,
    findings: [
      {
        code: 'ref/not-found',
        severity: 'error',
        message: 'No ***** here.',
        hint: 'Correct it.',
        said: null,
        file: 'models/a.sql',
        line: 2,
        column: 3,
        trace: [{ name: 'macro.shop.m', file: 'macros/m.sql', line: 1, column: 4 }],
        excerpt: '> 2 | x',
        dbt_name: null,
        unique_id: 'model.shop.a',
      },
      {
        code: 'cli/usage',
        severity: 'error',
        message: 'Bad.',
        hint: null,
        said: null,
        file: null,
        line: null,
        column: null,
        trace: [],
        excerpt: null,
        dbt_name: null,
        unique_id: null,
      },
    ],
  });
});

test.each([
  [['parse', '--output', 'selector'], false],
  [['build', '-t', 'dev', '--output', 'json'], true],
  [['build', '--nope', '--output=json'], true],
  [['ls', '--output', 'json'], false],
])('%j', (argv, is) => {
  expect(findingsDocument(argv[0], argv) !== undefined).toBe(is);
});

test('compile that succeeds has results of its own', () => {
  expect(findingsDocument('compile', ['compile', '--output=json'])?.text(0)).toBe('');
  expect(findingsDocument('compile', ['compile', '--output=json'])?.text(1)).toContain('"success": false');
});
