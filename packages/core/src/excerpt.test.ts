import { describe, expect, it } from 'vitest';
import { error } from './diagnostics.ts';
import { codeFrame, withExcerpt } from './excerpt.ts';

const place = (line: number, column: number) => ({ file: 'f.yml', line, column });

describe('codeFrame', () => {
  it('shows two lines before, one after, a caret under the column', () => {
    expect(codeFrame('a\nb\nc\n  dd: e\nf\ng', place(4, 3))).toBe(
      '  2 | b\n  3 | c\n> 4 |   dd: e\n    |   ^\n  5 | f',
    );
  });

  it('aligns line numbers of different width', () => {
    const text = Array.from({ length: 12 }, (_, i) => `l${i + 1}`).join('\n');
    expect(codeFrame(text, place(9, 1))).toBe('   7 | l7\n   8 | l8\n>  9 | l9\n     | ^\n  10 | l10');
  });

  it('keeps tabs before the caret', () => {
    expect(codeFrame('\t\tx', place(1, 3))).toBe('> 1 | \t\tx\n    | \t\t^');
  });

  it('cuts a long line around the column', () => {
    const frame = codeFrame(`${'a'.repeat(300)}X${'b'.repeat(300)}`, place(1, 301)) ?? '';
    const [line = '', caret = ''] = frame.split('\n');
    expect(line.length).toBeLessThan(175);
    expect(line[caret.indexOf('^')]).toBe('X');
  });

  it('reads CRLF, and gives nothing for a line that is not there', () => {
    expect(codeFrame('a\r\nb', place(2, 1))).toBe('  1 | a\n> 2 | b\n    | ^');
    expect(codeFrame('a', place(2, 1))).toBeUndefined();
  });

  it('puts the caret behind the end of a line at most', () => {
    expect(codeFrame('ab', place(1, 99))).toBe('> 1 | ab\n    |   ^');
  });
});

describe('withExcerpt', () => {
  const finding = error('project/invalid-value', 'm', { place: place(1, 1) });
  it('adds the frame of the place', () => {
    expect(withExcerpt(finding, (file) => (file === 'f.yml' ? 'x' : undefined)).excerpt).toBe('> 1 | x\n    | ^');
  });
  it('leaves a finding without place or text as it is', () => {
    expect(withExcerpt(finding, () => undefined)).toEqual(finding);
    const bare = error('project/invalid-value', 'm');
    expect(withExcerpt(bare, () => 'x')).toBe(bare);
  });
});
