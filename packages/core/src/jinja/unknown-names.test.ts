import { expect, test } from 'vitest';
import { JinjaEnvironment } from './index.ts';

// Jinja2's own answers.
test.each([
  ['{% for x in [1]|a if x|first_of %}{{ x|b }}{% endfor %}'],
  ['{% for x in [1]|a recursive %}{{ x|first_of }}{% endfor %}'],
  ['{% set v | a %}{{ 1|first_of }}{% endset %}'],
  ['{% filter a %}{{ 1|first_of }}{% endfilter %}'],
  ['{% call m(1|a) %}{{ 1|first_of }}{% endcall %}'],
  ['{% macro m(a=1|first_of) %}{{ 1|a }}{% endmacro %}'],
  ['{% with a = 1|first_of %}{{ 1|a }}{% endwith %}'],
  ['{{ f(*1|a, b=1|first_of) }}'],
  ['{{ 1|first_of(2|a) }}'],
])('of the unknown filters of %s the one is told that Jinja meets first', (source) => {
  expect(() => new JinjaEnvironment().template(source, 'm.sql')).toThrow("No filter named 'first_of'.");
});
