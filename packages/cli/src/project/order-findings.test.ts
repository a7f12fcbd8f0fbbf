import { error, warning } from '@eider/core';
import { expect, test } from 'vitest';
import { foundSentence, orderFindings } from './order-findings.ts';

const at = (file: string, line: number, column = 1) => ({ place: { file, line, column } });

test('errors come before warnings, causes before consequences, then places count; the same finding comes once', () => {
  const found = [
    error('ref/not-found', 'r', at('models/b.sql', 1)),
    warning('project/unknown-key', 'w', at('a.yml', 1)),
    error('source/not-found', 's2', at('models/a.sql', 9, 4)),
    error('source/not-found', 's1', at('models/a.sql', 9, 2)),
    error('source/not-found', 's1', at('models/a.sql', 9, 2)),
    error('jinja/syntax', 'j', at('models/z.sql', 1)),
    error('project/yaml-syntax', 'y', at('models/z.yml', 1)),
    error('lake/conflict', 'l'),
  ];
  expect(orderFindings(found).map(({ message }) => message)).toEqual(['y', 'j', 's1', 's2', 'r', 'l', 'w']);
});

test.each([
  [[error('env/missing', 'a')], undefined],
  [[error('env/missing', 'a'), error('env/missing', 'b')], '2 errors: nothing was run.'],
  [[error('env/missing', 'a'), warning('env/missing', 'b')], '1 error and 1 warning: nothing was run.'],
])('the sum of findings %#', (found, sentence) => {
  expect(foundSentence(found)).toBe(sentence);
});
