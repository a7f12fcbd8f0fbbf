import { expect, test } from 'vitest';
import { JinjaEnvironment } from './environment.ts';

const keywords = (code: string): Readonly<Record<string, string>> =>
  new JinjaEnvironment().template(code, 'a.sql').keywordsOf('config');

test.each([
  ["'it\\'s'", `Const(value="it's")`],
  [
    '[1, 1.5, -1, none, true]',
    'List(items=[Const(value=1), Const(value=1.5), Neg(node=Const(value=1)), Const(value=None), Const(value=True)])',
  ],
  ["{'a': (1,)}", "Dict(items=[Pair(key=Const(value='a'), value=Tuple(items=[Const(value=1)], ctx='load'))])"],
  [
    "x.y['z'][0:2]",
    "Getitem(node=Getitem(node=Getattr(node=Name(name='x', ctx='load'), attr='y', ctx='load'), arg=Const(value='z'), ctx='load'), arg=Slice(start=Const(value=0), stop=Const(value=2), step=None), ctx='load')",
  ],
  [
    "var('m', d=1, *a, **k)",
    "Call(node=Name(name='var', ctx='load'), args=[Const(value='m')], kwargs=[Keyword(key='d', value=Const(value=1))], dyn_args=Name(name='a', ctx='load'), dyn_kwargs=Name(name='k', ctx='load'))",
  ],
  [
    'x | upper',
    "Filter(node=Name(name='x', ctx='load'), name='upper', args=[], kwargs=[], dyn_args=None, dyn_kwargs=None)",
  ],
  [
    '1 is not odd',
    "Not(node=Test(node=Const(value=1), name='odd', args=[], kwargs=[], dyn_args=None, dyn_kwargs=None))",
  ],
  ['1 if x', "CondExpr(test=Name(name='x', ctx='load'), expr1=Const(value=1), expr2=None)"],
  [
    '1 < x not in y',
    "Compare(expr=Const(value=1), ops=[Operand(op='lt', expr=Name(name='x', ctx='load')), Operand(op='notin', expr=Name(name='y', ctx='load'))])",
  ],
  [
    "'a' ~ x ~ 1 * 2",
    "Concat(nodes=[Const(value='a'), Name(name='x', ctx='load'), Mul(left=Const(value=1), right=Const(value=2))])",
  ],
])('%s is written as Jinja2 prints its nodes', (code, text) => {
  expect(keywords(`{{ config(a=${code}) }}`)).toEqual({ a: `Keyword(key='a', value=${text})` });
});

test('the first call counts, wherever it stands, and nothing but its keywords', () => {
  expect(keywords("{% if x %}{{ config(a='b') }}{% endif %}{{ config(c='d') }}")).toEqual({
    a: "Keyword(key='a', value=Const(value='b'))",
  });
  expect(keywords("{{ config({'a': 1}) }}")).toEqual({});
  expect(keywords('select 1')).toEqual({});
});
