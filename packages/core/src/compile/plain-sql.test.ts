import { expect, test } from 'vitest';
import { plainSql } from './plain-sql.ts';

// Invariant: texts that come out equal say the same; what is not certain comes out as nothing.

test.each([
  ['select 1  as a\n', 'select 1 as a'],
  ['select 1 -- one\n as a', 'select 1 as a'],
  ['select 1 /* one */ as a -- end', 'select 1 as a'],
  ['select a -/* - */-1', 'select a - -1'],
  ["select '--  no comment' as a", "select '--  no comment' as a"],
  ['select "a  /* b */" from t', 'select "a  /* b */" from t'],
  ["select 'it''s  --'", "select 'it''s  --'"],
  ['select 4 / 2 - 1', 'select 4 / 2 - 1'],
  ['select $1', 'select $1'],
])('%j', (sql, plain) => expect(plainSql(sql)).toBe(plain));

test.each([
  ["select 'a'\n'b'"],
  ["select 'a' -- joined\n 'b'"],
  ["select e'a\\' -- b'"],
  ['select $$ -- $$'],
  ['select $x$ -- $x$'],
  ['select 1 /* a /* b */ c */'],
  ["select 'open"],
  ['select 1 /* open'],
  ['select current_query() -- a'],
  ['select \\ 1'],
])('is not sure of %j', (sql) => expect(plainSql(sql)).toBeNull());
