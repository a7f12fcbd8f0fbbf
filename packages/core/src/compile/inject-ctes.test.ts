import { expect, test } from 'vitest';
import { injectCtes } from './inject-ctes.ts';
import { locateIn, type MappedText } from './mapped-text.ts';

function template(text: string, file: string, line = 1): MappedText {
  return { text, segments: [{ offset: 0, place: { file, line, column: 1 }, literal: true }] };
}

const one = { id: 'model.p.a', name: '__dbt__cte__a', sql: template('select 1', 'a.sql') };
const two = { id: 'model.p.b', name: '__dbt__cte__b', sql: template('select 2\nfrom a', 'b.sql') };

test.each([
  ['select * from x', 'with __dbt__cte__a as (\nselect 1\n) select * from x'],
  ['\n  select 1', '\n  with __dbt__cte__a as (\nselect 1\n) select 1'],
  ['with x as (select 1) select 2', 'with __dbt__cte__a as (\nselect 1\n),  x as (select 1) select 2'],
  [
    'WITH RECURSIVE x as (select 1) select 2',
    'WITH RECURSIVE __dbt__cte__a as (\nselect 1\n),  x as (select 1) select 2',
  ],
  ['-- with\n/* with */ with x as (y) z', '-- with\n/* with */ with __dbt__cte__a as (\nselect 1\n),  x as (y) z'],
  ['without', 'with __dbt__cte__a as (\nselect 1\n) without'],
])('%j gets an ephemeral parent in front', (sql, injected) => {
  expect(injectCtes(template(sql, 'm.sql'), [one]).text).toBe(injected);
});

test('every position still leads to the template it comes from', () => {
  const injected = injectCtes(template('with x as (\n  select bad\n) select 3', 'm.sql'), [one, two]);
  const place = (what: string) => locateIn(injected, injected.text.indexOf(what));
  expect(place('with')).toEqual({ file: 'm.sql', line: 1, column: 1 });
  expect(place('1\n')).toEqual({ file: 'a.sql', line: 1, column: 8 });
  expect(place('from a')).toEqual({ file: 'b.sql', line: 2, column: 1 });
  expect(place('x as')).toEqual({ file: 'm.sql', line: 1, column: 6 });
  expect(place('bad')).toEqual({ file: 'm.sql', line: 2, column: 10 });
});

test('nothing in front leaves the text as it is', () => {
  const sql = template('select 1', 'm.sql');
  expect(injectCtes(sql, [])).toBe(sql);
});
