import { expect, test } from 'vitest';
import { bytesText, durationText } from './quantities.ts';

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [84_149_999, '84.1 MB'],
  [2e15, '2.0 PB'],
  [3e18, '3000.0 PB'],
])('%d bytes are %s', (count, text) => expect(bytesText(count, 'bytes')).toBe(text));

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1400, '1.4 kB'],
  [2_500_000_000, '2.5 GB'],
])('%d bytes are %s where room is short', (bytes, text) => expect(bytesText(bytes)).toBe(text));

test.each([
  [0, '0.0 s'],
  [80, '0.1 s'],
  [7340, '7.3 s'],
  [59_999, '60.0 s'],
  [61_000, '1 min 1 s'],
  [252_400, '4 min 12 s'],
  [7_260_000, '2 h 1 min'],
  [7_500_000, '2 h 5 min'],
])('%d ms are %s', (ms, text) => expect(durationText(ms)).toBe(text));
