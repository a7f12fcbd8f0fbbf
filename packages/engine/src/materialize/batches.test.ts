import { expect, test } from 'vitest';
import { batchesOf, batchLabel } from './batches.ts';

const node = (config: Readonly<Record<string, unknown>>) =>
  ({
    unique_id: 'model.p.m',
    name: 'm',
    config: { begin: '2024-01-30', batch_size: 'day', lookback: 1, ...config },
  }) as never;

const at = (text: string): Date => new Date(`${text}Z`);

function spans(config: Readonly<Record<string, unknown>>, more: object): readonly string[] {
  const request = { node: node(config), isIncremental: false, asked: undefined, now: at('2024-02-02T05:30'), ...more };
  return batchesOf(request).map(
    ({ end, id, start }) => `${id} ${[start, end].map((each) => each.toISOString().slice(0, 16)).join(' ')}`,
  );
}

test.each([
  ['from begin, the first time', {}, {}, ['20240130', '20240131', '20240201', '20240202']],
  ['the newest and the one before it later', {}, { isIncremental: true }, ['20240201', '20240202']],
  [
    'as far back as lookback says',
    { lookback: 3 },
    { isIncremental: true },
    ['20240130', '20240131', '20240201', '20240202'],
  ],
  ['the newest alone', { lookback: 0 }, { isIncremental: true }, ['20240202']],
  [
    'by the hour',
    { batch_size: 'hour', lookback: 2 },
    { isIncremental: true },
    ['20240202T03', '20240202T04', '20240202T05'],
  ],
  ['by the month', { batch_size: 'month' }, {}, ['202401', '202402']],
  ['by the year', { batch_size: 'year', begin: '2022-06-01T10:00:00' }, {}, ['2022', '2023', '2024']],
  [
    'what was asked for',
    {},
    { asked: { start: at('2023-12-31T10:00'), end: at('2024-01-02T00:00') } },
    ['20231231', '20240101'],
  ],
])('%s', (_, config, more, ids) => {
  expect(spans(config, more).map((span) => span.split(' ')[0])).toEqual(ids);
});

test('batches follow one another without a gap, and the last ends where its time does', () => {
  expect(spans({ batch_size: 'month', begin: '2023-12-15' }, { asked: undefined })).toEqual([
    '202312 2023-12-01T00:00 2024-01-01T00:00',
    '202401 2024-01-01T00:00 2024-02-01T00:00',
    '202402 2024-02-01T00:00 2024-03-01T00:00',
  ]);
});

test('an asked time that ends on the line of a batch does not begin the next', () => {
  const asked = { start: at('2024-01-01T00:00'), end: at('2024-01-02T00:00') };
  expect(spans({}, { asked })).toEqual(['20240101 2024-01-01T00:00 2024-01-02T00:00']);
});

test.each([
  [{ batch_size: 'week' }, 'batch_size'],
  [{ begin: 'soon' }, 'begin'],
  [{ begin: null }, 'begin'],
])('refuses %o', (config, word) => {
  expect(() => spans(config, {})).toThrow(word);
});

test('labels are as in the names of files', () => {
  expect((['year', 'month', 'day', 'hour'] as const).map((size) => batchLabel(at('2024-03-04T05:00'), size))).toEqual([
    '2024',
    '2024-03',
    '2024-03-04',
    '2024-03-04T05',
  ]);
});
