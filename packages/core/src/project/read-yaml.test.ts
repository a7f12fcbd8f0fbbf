import { describe, expect, it } from 'vitest';
import { PyFloat } from '../jinja/values/number.ts';
import { readYaml, readYamlMapping } from './read-yaml.ts';
import { plainScalar } from './yaml-scalars.ts';

const value = (text: string): unknown => {
  const { root, diagnostics } = readYaml(text, 'f.yml');
  expect(diagnostics).toEqual([]);
  return root?.value;
};

/** Expected values are PyYAML's (safe_load), dates in `isoformat()`. */
describe('plainScalar reads as PyYAML does', () => {
  it.each<[string, unknown]>([
    ['1e3', '1e3'],
    ['1.5e3', '1.5e3'],
    ['1.5e+3', new PyFloat(1500)],
    ['.5', 0.5],
    ['+.5', '+.5'],
    ['-.inf', -Infinity],
    ['.NaN', Number.NaN],
    ['1_000', 1000],
    ['1__0', 10],
    ['010', 8],
    ['0o10', '0o10'],
    ['08', '08'],
    ['0x1F', 31],
    ['0b101', 5],
    ['-0', 0],
    ['+12', 12],
    ['-12', -12],
    ['1:30', 90],
    ['190:20:30', 685230],
    ['1:30.5', 90.5],
    ['1.', new PyFloat(1)],
    ['1.0', new PyFloat(1)],
    ['0.10', 0.1],
    ['y', 'y'],
    ['Y', 'Y'],
    ['n', 'n'],
    ['yes', true],
    ['No', false],
    ['on', true],
    ['OFF', false],
    ['tRue', 'tRue'],
    ['~', null],
    ['Null', null],
    ['', null],
    ['2024-01-01', '2024-01-01'],
    ['2024-1-1', '2024-1-1'],
    ['2024-01-01 10:00:00', '2024-01-01T10:00:00'],
    ['2024-01-01T10:00:00Z', '2024-01-01T10:00:00+00:00'],
    ['2024-01-01 10:00:00-0', '2024-01-01T10:00:00+00:00'],
    ['2024-01-01 10:00:00.5 +02:00', '2024-01-01T10:00:00.500000+02:00'],
    ['12e03', '12e03'],
    ['123456789012345678901234567890', 123456789012345678901234567890n],
    ['9007199254740993', 9007199254740993n],
    ['-', '-'],
    ['1.2.3', '1.2.3'],
  ])('%j', (text, expected) => {
    const read = plainScalar(text);
    if (typeof expected === 'number') expect(read).toBe(Object.is(expected, -0) ? 0 : expected);
    else expect(read).toEqual(expected);
  });
});

describe('readYaml', () => {
  it('keeps quoted text as text', () => {
    expect(value(`a: "yes"\nb: '010'\nc: !!str 5\nd: !!int "7"\ne: ! 3`)).toEqual({
      a: 'yes',
      b: '010',
      c: '5',
      d: 7,
      e: '3',
    });
  });

  it('reads block scalars, folded plain text and empty values', () => {
    expect(value('a: |\n  x\n  y\nb: >-\n  x\n  y\nc: one\n  two\nd:\n')).toEqual({
      a: 'x\ny\n',
      b: 'x y',
      c: 'one two',
      d: null,
    });
  });

  it('resolves aliases and merge keys as PyYAML does', () => {
    expect(value('x: &x {p: 1, q: 2}\ny: &y {q: 3, r: 4}\na: {<<: *x, q: 9}\nb: {<<: [*x, *y]}\nc: *y')).toMatchObject({
      a: { p: 1, q: 9 },
      b: { p: 1, q: 2, r: 4 },
      c: { q: 3, r: 4 },
    });
  });

  it('does not blow up on nested aliases and refuses circles', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `a${i}: &a${i} [${i === 0 ? 1 : `*a${i - 1}, *a${i - 1}`}]`);
    expect(value(levels.join('\n'))).toHaveProperty('a29');
    expect(readYaml('a: &a [*a]', 'f.yml').diagnostics).toMatchObject([{ message: 'The anchor &a contains itself.' }]);
  });

  it('is safe against __proto__ as a key', () => {
    const read = value('__proto__: {polluted: 1}\na: 1') as Record<string, unknown>;
    expect(Object.keys(read)).toEqual(['__proto__', 'a']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('turns keys that are no text into text', () => {
    expect(value('1: a\nyes: b\n~: c')).toEqual({ '1': 'a', true: 'b', null: 'c' });
  });

  it('ignores a byte order mark, CRLF and an empty file', () => {
    expect(value('\ufeffa: 1\r\nb: x\r\n')).toEqual({ a: 1, b: 'x' });
    expect(readYaml('# nothing\n', 'f.yml')).toEqual({ root: null, diagnostics: [] });
  });

  it('warns of a duplicate key; the last one counts', () => {
    const { root, diagnostics } = readYaml('a:\n  x: 1\n  y: 2\n  x: 3\n', 'f.yml');
    expect(root?.value).toEqual({ a: { x: 3, y: 2 } });
    expect(diagnostics).toMatchObject([
      { severity: 'warning', code: 'project/duplicate-key', place: { line: 4, column: 3 } },
    ]);
    expect(diagnostics[0]?.message).toContain('first on line 2');
  });
});

describe('Located', () => {
  const { root } = readYaml(
    'models:\n  - name: "m"\n    config:\n      a: 1\n    sql: |\n\n      select 1\n  - name: n\n    none:\n',
    'dir/f.yml',
  );
  const place = (line: number, column: number) => ({ file: 'dir/f.yml', line, column });

  it('gives the place of a key, of an item, and of the nearest one that exists', () => {
    expect(root?.at('models')).toEqual(place(1, 1));
    expect(root?.at('models', 0)).toEqual(place(2, 5));
    expect(root?.at('models', 0, 'config', 'a')).toEqual(place(4, 7));
    expect(root?.at('models', 0, 'config', 'zzz')).toEqual(place(3, 5));
    expect(root?.at('models', 5, 'x')).toEqual(place(1, 1));
    expect(root?.at('zzz')).toEqual(place(1, 1));
  });

  it('gives the place of a value and of its text', () => {
    expect(root?.get('models', 0, 'name')?.place).toEqual(place(2, 11));
    expect(root?.get('models', 0, 'name')?.textPlace).toEqual(place(2, 12));
    expect(root?.get('models', 0, 'sql')?.textPlace).toEqual(place(7, 7));
    expect(root?.get('models', 1, 'none')?.place).toEqual(place(9, 5));
    expect(root?.get('models', 9)).toBeUndefined();
  });

  it('lists entries', () => {
    expect([...(root?.get('models', 1)?.entries() ?? [])].map(([key, node]) => [key, node.value])).toEqual([
      ['name', 'n'],
      ['none', null],
    ]);
  });
});

describe('syntax errors have a place, a reason and something to do', () => {
  it.each([
    ['a: {{ x }}', 1, 4, /begins with `\{\{` needs quotes/, 'Write "{{ x }}".'],
    ['a:\n  b: {{ doc("x") }}', 2, 6, /needs quotes/, `Write '{{ doc("x") }}'.`],
    ['a: {{ x }}/foo', 1, 4, /needs quotes/, 'Write "{{ x }}/foo".'],
    ['a: {% if x %}1{% endif %}', 1, 4, /begins with `\{%`/, /Write "/],
    ['a:\n\t- b', 2, 1, /tab/, /spaces/],
    ['a: b: c', 1, 4, /second `: `/, /quotes/],
    ['a: @x', 1, 4, /cannot begin with `@`/, /quotes/],
    ['a: %b', 1, 4, /cannot begin with `%`/, /quotes/],
    ['a: "x\nb: 1\n', 1, 4, /never closed/, /Close it/],
    ['a: [1, 2', 1, 9, /`\]` is missing/, /Close it/],
    ['a:\n  b: 1\n c: 2', 3, 2, /indented differently/, /same column/],
    ['a\nb: 1', 1, 1, /no `: `/, /space behind the colon/],
    ['a: 1\n---\nb: 2', 2, 1, /second document/, /Remove/],
    ["a: 'it's'", 1, 8, /closing quote/, /Quote the whole/],
    ['a: !foo x', 1, 9, /tag !foo/, /Remove it/],
    ['a: *nope', 1, 4, /no anchor &nope/, /Define the anchor/],
    ['- a\nb: 1', 2, 1, /./, /./],
    ['a: !!int x', 1, 10, /cannot be read/, /./],
    ['a: {<<: 3}', 1, 5, /merge key/, /./],
  ])('%j', (text, line, column, message, hint) => {
    const { root, diagnostics } = readYaml(text, 'f.yml');
    expect(root).toBeNull();
    const [found] = diagnostics;
    expect(found).toMatchObject({
      severity: 'error',
      code: 'project/yaml-syntax',
      place: { file: 'f.yml', line, column },
    });
    expect(found?.message).toMatch(message);
    expect(found?.hint).toMatch(hint);
  });
});

describe('readYamlMapping', () => {
  it('refuses a list at the top', () => {
    expect(readYamlMapping('- a', 'f.yml').diagnostics).toMatchObject([
      {
        code: 'project/invalid-value',
        message: 'The file must hold a mapping (`key: value`), not a list.',
        place: { line: 1, column: 1 },
      },
    ]);
  });
  it('accepts an empty file', () => {
    expect(readYamlMapping('null', 'f.yml')).toEqual({ root: null, diagnostics: [] });
  });
});

it.each([
  ['between lines', 'a: 1\u2028b:\u2028  c: x\u0085', { a: 1, b: { c: 'x' } }],
  ['behind a note', 'a: 1 # note\u0085b: 2', { a: 1, b: 2 }],
  ['in a quoted text', 'a: "x\u2028y"\nb: "x\u0085y"', { a: 'x\u2028y', b: 'x y' }],
  ['in a block of text', 'a: |\n  x\u0085  y\n', { a: 'x\ny' }],
])('lines end at U+0085 and at the separators of Unicode: %s', (_, text, expected) => {
  expect(value(text)).toEqual(expected);
});
