import { expect, test } from 'vitest';
import { retryFlags } from '../project/retry-flags.ts';
import { sample, sampleRecord, sampleText, sampleWindow } from './sample.ts';

const now = new Date('2024-03-31T12:30:00Z');

// What dbt's `--sample` makes of the same text at the same time.
test.each([
  ['3 days', '2024-03-28T12:30:00.000Z'],
  ['2 Hours', '2024-03-31T10:30:00.000Z'],
  ['1 month', '2024-02-29T12:30:00.000Z'],
  ['1 year', '2023-03-31T12:30:00.000Z'],
])('%s before now', (text, start) => {
  const given = sample.read(text, '--sample');
  expect(sampleWindow(given, now)).toEqual({ start: new Date(start), end: now });
});

test('a time with both ends, as it can be written again', () => {
  const given = sample.read('{start: 2024-01-01, end: "2024-01-08T06:00:00"}', '--sample');
  const window = { start: new Date('2024-01-01T00:00:00Z'), end: new Date('2024-01-08T06:00:00Z') };
  expect(sampleWindow(given, now)).toEqual(window);
  expect(sample.read(sampleText(given), '--sample')).toEqual(window);
  expect(sampleText(sample.read('3 day', '--sample'))).toBe('3 days');
});

test('a retry reads the rows of then, whenever it runs', () => {
  const written = sampleRecord(sample.read('1 day', '--sample'), now);
  expect(written).toEqual({ start: '2024-03-30T12:30:00+00:00', end: '2024-03-31T12:30:00+00:00' });
  const again = sample.read(retryFlags({ sample: written }, {}).sample, '--sample');
  expect(again).toEqual({ start: new Date('2024-03-30T12:30:00Z'), end: now });
});

test.each(['3', '3 weeks', 'three days', '3 days ago', '{start: 2024-01-01}', '{'])('%j is no time', (text) => {
  expect(() => sample.read(text, '--sample')).toThrow('--sample is');
});
