import { expect, test } from 'vitest';
import { pythonCalls } from './python-calls.ts';

test.each([
  ['df = dbt.ref("a")', '     {{  ref("a") }}'],
  ["dbt.ref('shop', 'a', v=2).filter('x')", "{{  ref('shop', 'a', v=2) }}            "],
  ['x = f(dbt.source("raw", "t"))', '      {{  source("raw", "t") }} '],
  ['dbt.config(\n  packages=["a (b"],\n)', '{{  config(\n  packages=["a (b"],\n) }}'],
  ['dbt.config.get("key")', ' '.repeat(21)],
  ['# dbt.ref("a")\nmy_dbt.ref("b")', `${' '.repeat(14)}\n${' '.repeat(15)}`],
  [
    '"""dbt.ref("a")\n{{ x }}"""\nf"{dbt.ref(1)} # no" # dbt.ref("a")',
    `${' '.repeat(15)}\n${' '.repeat(10)}\n${' '.repeat(35)}`,
  ],
  ["it = 'it\\'s' ; dbt.ref('a')", `${' '.repeat(15)}{{  ref('a') }}`],
  ['dbt.ref("a"', ' '.repeat(11)],
])('%j', (code, template) => {
  expect(pythonCalls(code)).toBe(template);
});
