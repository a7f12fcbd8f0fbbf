import type { NodeResult } from '@eider/engine';
import { describe, expect, test } from 'vitest';
import { withoutColors } from '../ui/colors.ts';
import { changeLines, nodeLine, rowsText, waitingLine, waveEndLine, waveStartLines } from './wave-lines.ts';

const result = (more: Partial<NodeResult>): NodeResult => ({
  ...{ node: 'model.shop.orders', status: 'success', message: 'OK', failures: null, rows: 5, startedAt: '' },
  ...{ compileMs: 20, executeMs: 100, diagnostics: [], thread: 'Thread-1', relationName: null, location: null },
  ...more,
});
const label = {
  id: 'model.shop.orders',
  name: 'orders',
  resourceType: 'model',
  materialized: 'table',
  language: 'sql',
  display: 'main.orders',
};
const test1 = { ...label, id: 'test.shop.unique', name: 'unique', resourceType: 'test', display: 'unique' };
const plain = (line: { readonly text: string } | undefined): string => withoutColors(line?.text ?? '');

describe('a wave', () => {
  const plan = { ids: [], own: ['a'], children: ['b', 'c'], tests: ['t'] };

  test('begins with what was saved and what it runs', () => {
    const files = ['models/a.sql', 'models/b.sql', 'models/c.sql', 'models/d.sql', 'models/e.sql'];
    expect(plain(waveStartLines({ number: 3, plan, cause: { files } })[1])).toBe(
      'Wave 3 · models/a.sql, models/b.sql, models/c.sql, 2 more files · 1 to build, 2 children, 1 data test',
    );
    expect(
      plain(
        waveStartLines({ number: 1, plan: { ...plan, tests: [] }, cause: { files: [], words: '3 not built yet' } })[1],
      ),
    ).toBe('Wave 1 · 3 not built yet · 1 to build, 2 children');
  });

  test('says what became of each node', () => {
    const line = nodeLine(label, result({ change: { before: 1204, after: 1198 } }), 14, 3);
    expect(plain(line)).toBe('  OK     main.orders       0.12s  1,204 → 1,198 rows (−6)');
    expect(line.data).toMatchObject({ wave: 3, unique_id: 'model.shop.orders', rows_before: 1204, rows: 1198 });
    expect(plain(nodeLine(label, result({ status: 'skipped' }), 0, 3))).toBe('  SKIP   main.orders');
    expect(nodeLine(label, result({ status: 'error' }), 0, 3).level).toBe('error');
  });

  test('shows tests that passed only where no screen counts them', () => {
    expect(nodeLine(test1, result({ status: 'pass' }), 0, 3).transient).toBe(true);
    const failed = nodeLine(test1, result({ status: 'fail', failures: 2 }), 0, 3);
    expect(failed.transient).toBeUndefined();
    expect(plain(failed)).toBe('  FAIL 2 unique    0.12s');
  });

  test('ends with what it published and what is left', () => {
    const published = {
      kind: 'published',
      path: '/c.duckdb',
      number: 13,
      relations: 9,
      made: { relations: 0, rows: 0, files: 0, bytes: 0 },
    } as const;
    const results = [
      result({}),
      result({ status: 'pass' }),
      result({ status: 'error' }),
      result({ status: 'skipped' }),
    ];
    expect(plain(waveEndLine({ number: 3, ms: 640, published, results, left: ['daily', 'orders'] }))).toBe(
      'Published state 13 in 0.64s: 1 built, 1 passed, 1 failed, 1 skipped. Still to do: daily, orders.',
    );
    expect(plain(waveEndLine({ number: 4, ms: 640, published: null, results: [], left: [] }))).toBe(
      'Nothing was published in 0.64s.',
    );
  });
});

test.each([
  [null, 12, '12 rows (new)'],
  [1, 1, '1 row'],
  [1204, 1204, '1,204 rows'],
  [0, 1000, '0 → 1,000 rows (+1,000)'],
  [5, null, ''],
] as const)('%s and %s rows are "%s"', (before, after, expected) => {
  expect(rowsText(before, after)).toBe(expected);
});

test('a save says what it did beside building', () => {
  const changes = {
    changed: new Map(),
    same: ['model.shop.a'],
    described: ['model.shop.b'],
    removed: ['model.shop.c', 'test.shop.t'],
  };
  const manifest = { nodes: {} } as never;
  expect(changeLines(changes, ['model.shop.d'], manifest).map(plain)).toEqual([
    'Gone from the project: c. Watching drops nothing: `eider build` takes it out of the catalog.',
    'New descriptions of b: published when it is built next.',
    'Outside the selection, so not built: d.',
    'The SQL of a is the same as before.',
  ]);
});

test('waiting says how files are looked at, and what keeps from building', () => {
  expect(plain(waitingLine(58, null, false))).toBe('Watching 58 files; press Ctrl-C to end.');
  expect(plain(waitingLine(null, null, false))).toBe('Watching the project; press Ctrl-C to end.');
  expect(plain(waitingLine(1, 'looking every 1 s, for NFS sends no events', true))).toBe(
    'Nothing is built until this is mended. Watching 1 file (looking every 1 s, for NFS sends no events); press Ctrl-C to end.',
  );
});
