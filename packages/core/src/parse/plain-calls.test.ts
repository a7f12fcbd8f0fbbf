import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configCall, parseConfig } from '../context/config-object.ts';
import { refArguments, sourceArguments } from '../context/ref-calls.ts';
import { JinjaEnvironment } from '../jinja/environment.ts';
import { rawFunction } from '../jinja/values/index.ts';
import { type PlainCall, plainCalls, plainCallsOfModel } from './plain-calls.ts';

type Said = readonly [name: string, what: unknown];

/** What a template says when it is rendered. */
function rendered(code: string): readonly Said[] {
  const said: Said[] = [];
  const say = (name: string, what: unknown): string => {
    said.push([name, what]);
    return '';
  };
  const names = new Map<string, unknown>([
    ['ref', rawFunction('ref', (args, kwargs) => say('ref', refArguments(args, kwargs)))],
    ['source', rawFunction('source', (args) => say('source', sourceArguments(args)))],
    ['config', parseConfig((call) => say('config', call))],
  ]);
  new JinjaEnvironment().template(code, 'model.sql').render(names, { undefinedMode: 'parse' });
  return said;
}

function read(calls: readonly PlainCall[]): readonly Said[] {
  return calls.map(({ args, kwargs, name }) => {
    if (name === 'ref') return [name, refArguments(args, kwargs)];
    return [name, name === 'source' ? sourceArguments(args) : configCall(kwargs ?? {})];
  });
}

test.each([
  ["select * from {{ ref('a') }}"],
  ["{{ config(materialized='table', tags=['x', 'y'], enabled=True, lookback=3) }} select 1"],
  [`{{- ref("pkg", 'a') -}} join {{source('s','t')}} on { 1 } = '}}'`],
  ["{{ ref('a', v=2) }}{{ ref('a', version='2') }}"],
  ['select 1 as "{ not a tag }"'],
  ["{{ config(\n  materialized='incremental',\n  unique_key=['id', 'at',],\n) }}{{ ref('a',) }}"],
])('%j is plain, and says what a render says', (code) => {
  const calls = plainCalls(code);
  expect(calls).not.toBeNull();
  expect(read(calls ?? [])).toEqual(rendered(code));
});

test.each([
  ['{{ ref(name) }}'],
  ["{{ ref('a').identifier }}"],
  ["{{ ref('a') | upper }}"],
  ["{{ ref('a' ~ 'b') }}"],
  ["{{ ref('a' 'b') }}"],
  ["{{ ref('it\\'s') }}"],
  ["{{ ref('a', 'b', 'c') }}"],
  ['{{ ref(1) }}'],
  ["{{ ref('a', x=1) }}"],
  ["{{ source('a') }}"],
  ["{{ config({'a': 1}) }}"],
  ['{{ config(a=none) }}'],
  ['{{ config(a=1.5) }}'],
  ["{{ config(a=1, pre_hook='select 1') }}"],
  ['{{ config(a=1, a=2) }}'],
  ['{{ config(if=1) }}'],
  ['{{ config(a=01) }}'],
  ["{{ my_macro('a') }}"],
  ["{% if true %}{{ ref('a') }}{% endif %}"],
  ["{# {{ ref('a') }} #}"],
  ["{{ ref('a')"],
  ['{{'],
])('%j is left to a render', (code) => {
  expect(plainCalls(code)).toBeNull();
});

test.each([
  [String.raw`{{ config(a='x\ty') }}`, { a: String.raw`x\ty` }],
  [
    String.raw`{{ config(a='it\'s', b=["\n", 'b'], c=True) }} {{ ref('m') }}`,
    { a: String.raw`it\'s`, b: [String.raw`\n`, 'b'], c: true },
  ],
  [String.raw`{{ config(a='\\d') }}`, { a: String.raw`\\d` }],
])('the static parser reads %j as it is written', (code, expected) => {
  expect(plainCallsOfModel(code)?.[0]?.kwargs).toEqual(expected);
  expect(plainCalls(code)).toBeNull();
});

test.each([
  [String.raw`{{- config(a='\t') }}`],
  [String.raw`{{ config(a='\t', b=1) }}`],
  [String.raw`{{ config(a='\t', b=true) }}`],
  [String.raw`{{ config(a='x\\') }}`],
  [String.raw`{{ config(a='\t') }} {{ my_macro() }}`],
  [String.raw`{{ config(a='x\') }}`],
])('and refuses %j', (code) => {
  expect(plainCallsOfModel(code)).toBeNull();
});

const pieces = [
  ...[
    "{{ ref('a') }}",
    "{{ source('s', 't') }}",
    "{{ config(a=[1, 'x'], b=true) }}",
    '{{',
    '{{-',
    '}}',
    '-}}',
    '{%',
    '%}',
    '{#',
    '#}',
  ],
  ...[
    'ref',
    'source',
    'config',
    '(',
    ')',
    "'a'",
    '"b"',
    "'",
    '"',
    ',',
    '=',
    'v=1',
    'version="2"',
    '[',
    ']',
    ' ',
    '\n',
    '\r',
    '\t',
  ],
  ...[
    'none',
    'true',
    'False',
    '0',
    '12',
    '-',
    '.',
    '{',
    '}',
    '\\',
    'select',
    'pre_hook=',
    'é',
    '\u00a0',
    '~',
    '|',
    '#',
    '+',
  ],
];

test('whatever counts as plain says what a render says', () => {
  const template = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((all) => all.join(''));
  const inside = fc.array(fc.constantFrom(...pieces.slice(14)), { maxLength: 8 }).map((all) => all.join(''));
  const call = fc
    .tuple(fc.constantFrom('ref', 'source', 'config'), inside)
    .map(([name, text]) => `{{ ${name}(${text}) }}`);
  let plain = 0;
  fc.assert(
    fc.property(fc.array(fc.oneof(template, call), { maxLength: 4 }), (parts) => {
      const code = parts.join(' ');
      const calls = plainCalls(code);
      if (calls === null) return;
      if (calls.length > 0) plain += 1;
      expect(read(calls)).toEqual(rendered(code));
    }),
    { numRuns: 5000, seed: 20261122 },
  );
  expect(plain).toBeGreaterThan(50);
});
