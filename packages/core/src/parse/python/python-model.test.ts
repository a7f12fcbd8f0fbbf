import { expect, test } from 'vitest';
import { readPythonModel } from './python-model.ts';

test.each([
  ['df = dbt.ref("a")', '     {{  ref("a") }}'],
  ["dbt.ref('shop', 'a', v=2).filter('x')", "{{  ref('shop', 'a', v=2) }}            "],
  ['x = f(dbt.source("raw", "t"))', '      {{  source("raw", "t") }} '],
  ['dbt.config(\n  packages=["a (b"],  # c\n)', '{{  config(\n  packages=["a (b"],     \n) }}'],
  ['# dbt.ref("a")\nmy.dbt.ref("b")', `${' '.repeat(14)}\n${' '.repeat(15)}`],
  ['"""dbt.ref("a")\n{{ x }}"""\n"{dbt.ref(1)}"', `${' '.repeat(15)}\n${' '.repeat(10)}\n${' '.repeat(14)}`],
  ["it = 'it\\'s' ; dbt.ref('a')", `${' '.repeat(15)}{{  ref('a') }}`],
  ['s.sql(f"from {dbt.ref(\'a\')} {{x}}")', `${' '.repeat(14)}{{  ref('a') }}${' '.repeat(9)}`],
  ['dbt.ref("a"', ' '.repeat(11)],
  ['dbt . ref ( "a" )', '{{    ref(  "a" ) }}'],
])('%j needs what its calls say', (code, template) => {
  expect(readPythonModel(code).template).toBe(template);
});

test('the keys that a model asks for are told with what it takes where there is none', () => {
  const code = 'dbt.config.get("a")\ndbt.config.get("b", [1, 2])\nx(dbt.config.meta_get("c", default=3))';
  const keys = 'config_keys_used=["a", "b"],config_keys_defaults=[None, [ 1 , 2 ]]';
  expect(readPythonModel(code).template.trim()).toBe(
    `{{ config(${keys},meta_keys_used=["c"],meta_keys_defaults=[None]) }}`,
  );
});

test.each([
  ['x = [dbt.ref("a") for i in y] + z[dbt.ref("b")]', 'a b'],
  ['f(dbt.ref("a"), k=dbt.ref("b"), *dbt.ref("c"))', 'a b'],
  ['f([dbt.ref("a"), (dbt.ref("b")).df()], (dbt.ref("c"),), {"k": dbt.ref("d")})', 'a b c d'],
  ['f({"k": [dbt.ref("a")]}, x + dbt.ref("b"), dbt.ref("c").df, dbt.ref("d")["x"], [dbt.ref("e") for i in y])', ''],
  ['f(g(dbt.ref("a").filter("x").df()).h(), (dbt.ref("b")))', 'a b'],
  ['dbt.ref("a").df()["x"].sum() + dbt.ref("b")["x"]', 'b'],
  ['f(f"{dbt.ref(\'a\')!r}", f"{1 + dbt.ref(\'b\')}", "x" + f"{dbt.ref(\'c\')}") or f"{1 + dbt.ref(\'d\')}"', 'a d'],
  ['f("x" f"{dbt.ref(\'a\')} {dbt.ref(\'b\').df}"\n  f"{dbt.ref(\'c\')}")', 'a c'],
])('of %j dbt sees %j', (code, seen) => {
  const { template } = readPythonModel(code);
  expect([...template.matchAll(/ref\(["'](\w)/g)].map(([, name]) => name).join(' ')).toBe(seen);
});

const model = (...body: string[]): string =>
  ['def model(dbt, session):', ...body.map((line) => `    ${line}`)].join('\n');

test.each([
  '',
  '# nothing\n',
  model('return 1'),
  model('if x:', '    return 1', 'return {"a": (1, 2)}'),
  model('return f(1, 2)', '# the end'),
  model('x = """', '  unlike an indent', '"""', 'return (x', '    + 1)'),
  model('def model(x): pass', 'return None'),
  'def model(dbt, session=None, *rest, key=1): x = 1; return x',
  'class A:\n\tdef helper(self):\n\t\tpass\nif True:\n  def model(dbt, session: dict[str, int]) -> list:\n    return []',
  `${model('return "it\\\'s" + \'"\' + 1.5e-3 \\', '  + 0x_ff')}\nx = {\n'a': 1}`,
])('%j is a model', (code) => {
  expect(readPythonModel(code).faults).toEqual([]);
});

const one = 'In current version, model function should return only one dataframe object';
test.each([
  [model('x = 1'), 1, one],
  [model('yield 1'), 1, one],
  [model('if x:', '    return 1'), 1, one],
  [model('return a, b'), 1, one],
  [model('return (a,)'), 1, one],
  [model('return ()'), 1, one],
  ['def model(session, dbt):\n  return 1', 1, "'dbt' not provided for model as the first argument"],
  ['def model(dbt):\n  return 1', 1, 'model function should have two args, `dbt` and a session to current warehouse'],
  ['x = 1', 1, 'dbt allows exactly one model defined per python file, found 0'],
  ['async def model(dbt, session):\n  return 1', 1, 'dbt allows exactly one model defined per python file, found 0'],
  [`${model('return 1')}\n${model('return 1')}`, 1, 'dbt allows exactly one model defined per python file, found 2'],
  [model('return f"{{x}}"'), 2, 'No jinja in python model code is allowed'],
  [
    model('return dbt.ref(name)'),
    2,
    'The arguments of dbt.ref(), dbt.source(), dbt.config() and dbt.config.get() are literals, which "name" is not',
  ],
  [
    model('return dbt.config(a={"b": [c]})'),
    2,
    'The arguments of dbt.ref(), dbt.source(), dbt.config() and dbt.config.get() are literals, which "c" is not',
  ],
  [model('return dbt.config.get()'), 2, 'dbt.config.get() requires at least one argument'],
  [model('return dbt.config.meta_get(1, 2, 3)'), 2, 'dbt.config.meta_get() takes at most 2 arguments (3 given)'],
  [model('return (1'), 2, "'(' was never closed"],
  [model('return 1)'), 2, "unmatched ')'"],
  [model('return (1]'), 2, "closing parenthesis ']' does not match opening parenthesis '('"],
  [model('return "a'), 2, 'unterminated string literal'],
  ['def model(dbt, session):\nreturn 1', 2, 'expected an indented block'],
  [model('x = 1', '  return x'), 3, 'unexpected indent'],
  [model('if x:', '    y = 1', '  return y'), 4, 'unindent does not match any outer indentation level'],
])('%j is refused', (code, line, message) => {
  const [fault] = readPythonModel(code).faults;
  expect({ ...fault, at: code.slice(0, fault?.at).split('\n').length }).toEqual({ message, at: line });
});
