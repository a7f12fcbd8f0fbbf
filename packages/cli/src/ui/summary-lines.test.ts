import type { NodeResult } from '@eider/engine';
import { expect, test } from 'vitest';
import { withoutColors } from './colors.ts';
import { type EndOfRun, type NodeFact, summaryLines } from './summary-lines.ts';

const base: NodeResult = {
  node: '',
  status: 'success',
  message: 'OK',
  failures: null,
  rows: null,
  startedAt: '2026-11-21T09:31:19.000Z',
  compileMs: 1,
  executeMs: 2,
  diagnostics: [],
  thread: 'Thread-1',
  relationName: null,
  location: null,
};

function facts(id: string): NodeFact {
  const [resourceType = '', , name = ''] = id.split('.');
  const path = resourceType === 'test' ? 'models/schema.yml' : `models/${name}.sql`;
  return {
    resourceType,
    materialized: 'table',
    name,
    path,
    compiledPath: `target/compiled/shop/${path}`,
    failuresTable: null,
  };
}

function summary(results: readonly Partial<NodeResult>[], more: Partial<EndOfRun> = {}): string {
  const lines = summaryLines({
    results: results.map((result) => ({ ...base, ...result })),
    facts,
    elapsedMs: 550,
    interrupted: false,
    ...more,
  });
  return withoutColors(lines.map((line) => line.text).join('\n'));
}

test('a run in which all went well', () => {
  const results = [
    { node: 'seed.shop.people' },
    { node: 'model.shop.a' },
    { node: 'model.shop.b' },
    { node: 'test.shop.t', status: 'pass' as const },
  ];
  expect(summary(results)).toBe(
    [
      '',
      'Finished running 1 seed, 2 table models, 1 test in 0 hours 0 minutes and 0.55 seconds (0.55s).',
      '',
      'Completed successfully',
      '',
      'Done. PASS=4 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=4',
    ].join('\n'),
  );
});

test('failures and warnings are told in full, errors first', () => {
  const results: Partial<NodeResult>[] = [
    {
      node: 'test.shop.soft',
      status: 'warn',
      failures: 1,
      message: 'Got 1 result, configured to warn if != 0',
      compiledSql: 'x',
    },
    { node: 'model.shop.broken', status: 'error', message: 'Runtime Error\n  no such column' },
    { node: 'model.shop.after', status: 'skipped', message: 'Skipped: broken failed' },
    { node: 'exposure.shop.board', status: 'no-op', message: 'NO-OP' },
  ];
  expect(summary(results, { elapsedMs: 3_725_250 })).toBe(
    [
      '',
      'Finished running 1 exposure, 2 table models, 1 test in 1 hours 2 minutes and 5.25 seconds (3725.25s).',
      '',
      'Completed with 1 error, 0 partial successes, and 1 warning:',
      '',
      'Failure in model broken (models/broken.sql)',
      '  Runtime Error\n    no such column',
      '',
      'Warning in test soft (models/schema.yml)',
      'Got 1 result, configured to warn if != 0',
      '',
      '  compiled code at target/compiled/shop/models/schema.yml',
      '',
      'Done. PASS=0 WARN=1 ERROR=1 SKIP=1 NO-OP=1 TOTAL=4',
    ].join('\n'),
  );
});

test('a finding with a place takes the place of the bare message', () => {
  const place = { file: 'models/broken.sql', line: 3, column: 8 };
  const diagnostic = {
    severity: 'error',
    code: 'engine/sql-failed',
    message: 'Column "nope" not found.',
    place,
    hint: 'Did you mean "name"?',
  } as const;
  const text = summary([{ node: 'model.shop.broken', status: 'error', message: 'raw', diagnostics: [diagnostic] }]);
  expect(text).toContain(
    '  error[engine/sql-failed] models/broken.sql:3:8\n    Column "nope" not found.\n    Did you mean "name"?',
  );
  expect(text).not.toContain('raw');
});

test('an interrupted run says so', () => {
  expect(summary([{ node: 'model.shop.a' }], { interrupted: true })).toContain('Exited because of keyboard interrupt');
});
