import { expect, test } from 'vitest';
import { withoutColors } from './colors.ts';
import { byText, historyTable } from './history-lines.ts';
import { textWidth } from './text-width.ts';

const line = {
  number: 12,
  build: '20261121T091205123Z-a',
  command: 'build',
  by: { user: 'ada', host: 'nas' },
  startedAt: '2026-11-21T09:12:05.000Z',
  committedAt: '2026-11-21T09:15:25.000Z',
  published: ['model.shop.orders'],
  rows: 1234567,
  withheld: {},
  dropped: [],
  counts: { pass: 3 },
  restores: null,
  restoredNodes: {},
  isHead: true,
  isRetained: true,
  isThere: true,
};

test('a table of commits', () => {
  const held = { ...line, number: 9, isHead: false, withheld: { a: ['t'] }, counts: { error: 1 }, dropped: ['b'] };
  const gone = {
    ...line,
    number: 8,
    isHead: false,
    isRetained: false,
    isThere: false,
    by: null,
    rows: null,
    restores: 3,
    command: 'rollback',
  };
  const past = { ...line, number: 10, isHead: false, isRetained: false };
  const rows = historyTable([line, past, held, gone], 200).map(withoutColors);
  expect(rows.map((row) => row.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, 'TIME'.padEnd(19)))).toEqual([
    ' #  committed            command   by             took  nodes       rows  outcome',
    '12  TIME                 build     ada@nas  3 min 20 s      1  1,234,567  whole <- published',
    '10  TIME                 build     ada@nas  3 min 20 s      1  1,234,567  whole',
    ' 9  TIME                 build     ada@nas  3 min 20 s      1  1,234,567  1 withheld, 1 failed, 1 dropped',
    ' 8  TIME                 rollback           3 min 20 s      1             shows commit 3 again (data gone)',
  ]);
  for (const row of historyTable([line, held, gone], 60)) expect(textWidth(row)).toBeLessThanOrEqual(60);
});

test('who has no name is a machine', () => {
  expect([byText({ user: '', host: 'nas' }), byText(null)]).toEqual(['nas', '']);
});
