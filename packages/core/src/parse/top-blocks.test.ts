import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readAndParse } from '../../../../test/support/parsed-files.ts';
import { removeFolder, temporaryFolder } from '../../../../test/support/temporary-project.ts';
import { topBlocks } from './top-blocks.ts';

// Blocks are found as dbt finds them, before Jinja reads the file: at the top, one after another, each closed.

const tags = ['snapshot', 'docs'];
const found = (text: string) =>
  topBlocks(text, tags).blocks.map(({ name, bodyStart, bodyEnd }) => [name, text.slice(bodyStart, bodyEnd)]);
const wrong = (text: string) => topBlocks(text, tags).mistake?.message;

describe('blocks', () => {
  test.each([
    [
      '{% snapshot a %} 1 {% endsnapshot %}{% snapshot b %}2{% endsnapshot %}',
      [
        ['a', ' 1 '],
        ['b', '2'],
      ],
    ],
    ['{%- snapshot a -%}\n 1 \n{%- endsnapshot -%}', [['a', '1']]],
    ['{# {% snapshot a %} #}{% raw %}{% snapshot b %}{% endraw %}{{ "{% snapshot c %}" }}', []],
    [
      `{{ '}} \\' {% snapshot a %}' }}{% snapshot b %}{{ "{% endsnapshot %}" }}{% endsnapshot %}`,
      [['b', '{{ "{% endsnapshot %}" }}']],
    ],
    ['{% set x = "%} {% snapshot a %}" %}', []],
    [
      '{% snapshot a %}{% if x %}{% for y in z %}{% endfor %}{% endif %}{% endsnapshot %}',
      [['a', '{% if x %}{% for y in z %}{% endfor %}{% endif %}']],
    ],
    ['{% snapshot %}1{% endsnapshot %}', [[undefined, '1']]],
  ])('%s', (text, blocks) => {
    expect(found(text)).toEqual(blocks);
    expect(wrong(text)).toBeUndefined();
  });

  test.each([
    ['{% snapshot a %}1', '{% snapshot a %} is never closed.'],
    ['{% snapshot a %}{% docs b %}{% enddocs %}{% endsnapshot %}', '{% docs b %} begins inside of {% snapshot a %}.'],
    ['{% if x %}{% docs b %}{% enddocs %}{% endif %}', '{% docs b %} stands inside of {% if %}.'],
    ['{% endfor %}', '{% endfor %} ends an {% for %} that is not there.'],
    ['{% if x %}{% for y in z %}{% endif %}', '{% endif %} stands where {% endfor %} is due.'],
    ['text {{ config(', 'This {{ is never closed.'],
    ['{# text', 'This {# is never closed.'],
    ['{% raw %} text', 'This {% raw %} is never closed.'],
    ['{% docs b', 'This {% is never closed.'],
    [`{{ 'text }}`, "This ' is never closed."],
  ])('%s', (text, message) => {
    expect(wrong(text)).toBe(message);
    expect(found(text)).toEqual([]);
  });
});

const root = temporaryFolder('top-blocks');
afterAll(() => removeFolder(root));
let count = 0;

test.each([
  ['snapshots/s.sql', '\n{% snapshot a %}select 1', '2:1 {% snapshot a %} is never closed.'],
  ['snapshots/s.sql', '{{ config(\n', '1:1 This {{ is never closed.'],
  ['snapshots/s.sql', '{% snapshot %}select 1 as id{% endsnapshot %}', '1:1 This {% snapshot %} has no name.'],
  [
    'models/d.md',
    '{% docs a %}1{% enddocs %}\n {%- docs a %}2{% enddocs %}',
    '2:15 The package shop has two docs blocks named "a"; the other one is in models/d.md.',
  ],
  [
    'macros/m.sql',
    '{% if true %}{% macro m() %}{% endmacro %}{% endif %}',
    '1:14 {% macro m %} stands inside of {% if %}.',
  ],
  [
    'macros/m.sql',
    '{% macro m() %}{% test t(model) %}{% endtest %}{% endmacro %}',
    '1:16 {% test t %} begins inside of {% macro m %}.',
  ],
  ['macros/m.sql', '{% data_test t(model) %}{% enddata_test %}', '1:4 data_test is no tag.'],
  ['models/a.sql', 'select 1 {% snapshot a %}{% endsnapshot %}', '1:13 A snapshot cannot be defined here.'],
])('%s: %s', async (path, text, message) => {
  const { found: all } = await readAndParse(join(root, String(count++)), { [path]: text });
  const errors = all.filter(({ severity }) => severity === 'error');
  expect(errors.map(({ message: said, place }) => `${place?.line}:${place?.column} ${said}`)).toEqual([message]);
});
