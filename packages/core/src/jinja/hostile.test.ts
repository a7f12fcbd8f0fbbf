import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { JinjaEnvironment } from './environment.ts';
import { JinjaError } from './errors.ts';
import { modules } from './modules/index.ts';
import { hostFunction } from './values/index.ts';

class HostValue {
  readonly shown = 'shown';
  method(): string {
    return 'called';
  }
}

function rendered(
  source: string,
  macros: string = '',
): { readonly sync: () => string; readonly async: () => Promise<string> } {
  const environment = new JinjaEnvironment();
  const run = (isAsync: boolean): string | Promise<string> => {
    const names: Record<string, unknown> = {
      modules,
      host: new HostValue(),
      plain: { a: 1 },
      fn: (value: unknown): unknown => value,
      l: [1, 2],
    };
    const context = { get: (name: string) => (Object.hasOwn(names, name) ? names[name] : undefined) };
    for (const macro of environment.macroFile(macros, 'macros.sql').macros) {
      names[macro.name] = macro.bind(context, macro.name, { async: isAsync });
    }
    const template = environment.template(source, 'hostile.sql');
    return isAsync ? template.renderAsync(context) : template.render(context);
  };
  return { sync: () => String(run(false)), async: async () => String(await run(true)) };
}

function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (thrown) {
    return thrown;
  }
}

test.each([
  '{{ "".constructor }}',
  '{{ [].constructor }}',
  '{{ {}.constructor }}',
  '{{ fn.constructor }}',
  '{{ fn.prototype }}',
  '{{ fn.call }}{{ fn.apply }}{{ fn.bind }}',
  '{{ fn.name }}{{ fn.length }}{{ fn.caller }}{{ fn.arguments }}',
  '{{ host.constructor }}{{ host["constructor"] }}',
  '{{ host.__proto__ }}{{ host["__proto__"] }}',
  '{{ plain.constructor }}{{ plain["__proto__"] }}',
  '{{ host.toString }}{{ host.valueOf }}{{ host.hasOwnProperty }}',
  '{{ host.__defineGetter__ }}{{ host.__lookupGetter__ }}',
  '{{ "{0.constructor}".format(host) }}',
  '{{ "{0[constructor]}".format(plain) }}',
  '{{ "{a[__proto__]}".format_map({"a": plain}) }}',
  '{{ "{0.__class__}".format("x") }}',
  '{{ host|attr("constructor") }}{{ host|attr("__proto__") }}',
  '{{ [host]|map(attribute="constructor")|join }}',
  '{{ [host]|map("attr", "constructor")|join }}',
  '{{ [host]|selectattr("constructor")|join }}',
  '{{ [plain]|join(attribute="constructor") }}',
  '{{ process }}{{ require }}{{ globalThis }}{{ this }}{{ arguments }}{{ Function }}',
  '{{ __proto__ }}{{ constructor }}{{ toString }}{{ hasOwnProperty }}',
  '{% set ns = namespace(__proto__={"polluted": 1}) %}{{ ns.polluted }}{{ {}.polluted }}',
  '{% set ns = namespace() %}{% set ns.__proto__ = {"polluted": 1} %}{{ ns.polluted }}{{ {}.polluted }}',
  '{{ dict(__proto__={"polluted": 1}).polluted }}',
  '{% do plain.update({"__proto__": {"polluted": 1}}) %}{{ plain.polluted }}{{ {}.polluted }}',
  '{{ {}.toObject }}{{ {}.size }}{{ {}.set }}{{ (l|map("string")).next }}{{ {}.keys().size }}',
  '{{ l.length }}{{ l["length"] }}{{ "x".length }}{{ {}.size }}',
  '{{ range(3).constructor }}{{ modules.constructor }}{{ modules.re.compile("a").constructor }}',
  '{{ modules.datetime.datetime.now.constructor }}{{ modules.re.sys }}{{ modules.datetime.sys }}',
  '{% for i in l %}{{ loop.constructor }}{{ loop.next }}{% endfor %}',
  '{{ fn.__globals__ }}{{ fn.__code__ }}{{ "a".join.__self__ }}',
])('%s gives nothing', async (source) => {
  const { sync, async } = rendered(source);
  expect(sync()).toBe('');
  expect(await async()).toBe('');
});

test.each([
  ['{{ "".constructor.constructor("return process")() }}', 'UndefinedError'],
  ['{{ fn.constructor("return process")() }}', 'UndefinedError'],
  ['{{ plain.toString() }}', 'UndefinedError'],
  ['{{ host.hasOwnProperty("a") }}', 'UndefinedError'],
  ['{{ [host]|map(attribute="__proto__.polluted")|list }}', 'UndefinedError'],
  ['{{ "%(constructor)s" % plain }}', 'KeyError'],
  ['{{ eval("1") }}', 'UndefinedError'],
  ['{{ require("fs") }}', 'UndefinedError'],
  ['{{ import("fs") }}', 'UndefinedError'],
  ['{{ l.push(3) }}', 'UndefinedError'],
  ['{{ l.map(fn) }}', 'UndefinedError'],
  ['{{ "x".repeat(3) }}', 'UndefinedError'],
  ['{{ (1).toFixed(2) }}', 'UndefinedError'],
  ['{{ "".__class__.__mro__ }}', 'SecurityError'],
  ['{{ namespace.__init__.__globals__ }}', 'SecurityError'],
  ['{{ cycler.__init__.__globals__ }}', 'SecurityError'],
])('%s is refused with %s', async (source, kind) => {
  const { sync, async } = rendered(source);
  expect(thrownBy(sync)).toMatchObject({ name: 'JinjaError', kind, file: 'hostile.sql', line: 1 });
  await expect(async()).rejects.toMatchObject({ kind });
});

test('what the host offers can be read', () => {
  expect(rendered('{{ host.shown }} {{ host.method() }} {{ plain.a }}').sync()).toBe('shown called 1');
});

const calls = '{% macro f(n=9) %}{{ f() }}{% endmacro %}{% macro g(x) %}{{ x(x) }}{% endmacro %}';
const doubling = '{% macro twice(n) %}{% if n %}{{ twice(n - 1) }}{{ twice(n - 1) }}{% endif %}{% endmacro %}';
const growing = (next: string): string =>
  `{% set n = namespace(v=${next.includes('[') ? '[1]' : '"ab"'}) %}{% for i in range(200) %}${next}{% endfor %}`;

test.each([
  ['{{ range(10**9) }}', 'OverflowError'],
  ['{{ "a" * 10**10 }}', 'MemoryError'],
  ['{{ [1] * 10**10 }}', 'MemoryError'],
  ['{{ "a".ljust(10**10) }}', 'MemoryError'],
  ['{{ "a".zfill(10**10) }}', 'MemoryError'],
  ['{{ "a"|center(10**10) }}', 'MemoryError'],
  ['{{ "\\t".expandtabs(10**10) }}', 'MemoryError'],
  ['{{ "%10000000000d" % 1 }}', 'MemoryError'],
  ['{{ "{:10000000000}".format(1) }}', 'MemoryError'],
  ['{{ l|batch(10**9, 0)|list }}', 'MemoryError'],
  ['{{ l|slice(10**9)|list }}', 'RuntimeError'],
  ['{{ 10**10000000 }}', 'OverflowError'],
  ['{{ 10**5000 }}', 'ValueError'],
  [growing('{% set n.v = n.v ~ n.v %}'), 'MemoryError'],
  [growing('{% set n.v = n.v + n.v %}'), 'MemoryError'],
  [growing('{% set n.v = n.v.join(n.v) %}'), 'MemoryError'],
  [growing('{% set n.v %}{{ n.v }}{{ n.v }}{% endset %}'), 'MemoryError'],
  [growing('{% set n.v = n.v + n.v[:] %}'), 'MemoryError'],
  ['{% set n = namespace(x=3) %}{% for i in range(200) %}{% set n.x = n.x * n.x %}{% endfor %}', 'OverflowError'],
  ['{% for i in modules.itertools.count() %}{% endfor %}', 'RuntimeError'],
  ['{% for i in modules.itertools.count() if false %}{% endfor %}', 'RuntimeError'],
  ['{{ modules.itertools.count()|sum }}', 'RuntimeError'],
  ['{{ modules.itertools.product(range(100000), range(100000))|list }}', 'RuntimeError'],
  ['{{ modules.itertools.permutations(range(100))|list }}', 'RuntimeError'],
  ['{% set l = [1] %}{% for i in l %}{% do l.append(i) %}{% endfor %}', 'MemoryError'],
  ['{% for i in range(100000) %}{% for j in range(100000) %}x{% endfor %}{% endfor %}', 'RuntimeError'],
  ['{% for i in l recursive %}{{ loop(l) }}{% endfor %}', 'RecursionError'],
  ['{% set d = {} %}{% do d.update({"d": d}) %}{{ d|pprint }}', 'RecursionError'],
  ['{% set l = [] %}{% do l.append(l) %}{{ l|tojson }}', 'ValueError'],
  ['{{ f() }}', 'RecursionError'],
  ['{{ g(g) }}', 'RecursionError'],
  ['{{ twice(60) }}', 'RuntimeError'],
  [`{{ modules.re.match("(a+)+$", "${'a'.repeat(40)}b") }}`, 'TimeoutError'],
  ['{{ modules.re.search("a" * 100000, "a") }}', 'error'],
  [`{{ ${'('.repeat(20_000)}1${')'.repeat(20_000)} }}`, 'RecursionError'],
  [`{{ 1${' + 1'.repeat(20_000)} }}`, 'RecursionError'],
  [`{{ x${'.a'.repeat(20_000)} }}`, 'RecursionError'],
  ['{% if 1 %}'.repeat(20_000) + '{% endif %}'.repeat(20_000), 'RecursionError'],
])('%.90s ends with %s', (source, kind) => {
  const thrown = thrownBy(rendered(source, calls + doubling).sync);
  expect(thrown).toBeInstanceOf(JinjaError);
  expect(thrown).toMatchObject({ kind, file: expect.stringMatching(/^(hostile|macros)\.sql$/) });
});

test.each([
  ['{{ f() }}', 'RecursionError'],
  ['{% for i in l recursive %}{{ loop(l) }}{% endfor %}', 'RecursionError'],
  ['{% for i in range(100000) %}{% for j in range(100000) %}{{ j }}{% endfor %}{% endfor %}', 'RuntimeError'],
])('%.90s ends with %s in asynchronous code', async (source, kind) => {
  await expect(rendered(source, calls).async()).rejects.toMatchObject({ name: 'JinjaError', kind });
});

test('many large values end in an error before the process is out of memory', () => {
  const script = `
    import { JinjaEnvironment } from ${JSON.stringify(new URL('environment.ts', import.meta.url).href)};
    const source = '{% set l = [] %}{% for i in range(1000) %}{% do l.append([0] * 5000000) %}{% endfor %}';
    try {
      new JinjaEnvironment().template(source, 'm.sql').render({});
    } catch (thrown) {
      console.log(thrown.kind);
    }`;
  const flags = ['--max-old-space-size=400', '--conditions=eider-source', '--import', 'tsx', '--input-type=module'];
  expect(execFileSync(process.execPath, [...flags, '-e', script], { encoding: 'utf8' })).toBe('MemoryError\n');
});

test('renders at the same time have an allowance each', async () => {
  const environment = new JinjaEnvironment();
  const gates: (() => void)[] = [];
  const wait = hostFunction('wait', [], () => new Promise<string>((open) => gates.push(() => open(''))));
  const passes = '{% for i in range(3000) %}{% for j in range(3000) %}{% endfor %}{% endfor %}';
  const template = environment.template(`${passes}{{ wait() }}${passes}{{ wait() }}done`, 'm.sql');
  const renders = [1, 2, 3].map(() => template.renderAsync({ get: (name) => (name === 'wait' ? wait : undefined) }));
  for (let round = 0; round < 2; round += 1) {
    for (const open of gates.splice(0)) open();
    await new Promise((next) => setTimeout(next, 500));
  }
  for (const open of gates.splice(0)) open();
  expect(await Promise.all(renders)).toEqual(['done', 'done', 'done']);
});

test('macros do not give a render a new allowance', () => {
  const source = '{% for i in range(90000) %}{% for j in range(90000) %}{{ m() }}{% endfor %}{% endfor %}';
  expect(thrownBy(rendered(source, '{% macro m() %}{% endmacro %}').sync)).toMatchObject({ kind: 'RuntimeError' });
});

test('tags without an end are left in time that grows with the text', () => {
  expect(rendered('{{ ("<" * 300000)|striptags|length }}').sync()).toBe('300000');
});
