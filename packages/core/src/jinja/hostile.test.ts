import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { JinjaEnvironment } from './environment.ts';
import { JinjaError } from './errors.ts';
import { createModules } from './modules/index.ts';
import { hostFunction } from './values/index.ts';

/** Steps of a render here: enough to see that what is endless ends. */
const steps = 300_000;

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
      modules: createModules(),
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
    return isAsync ? template.renderAsync(context, { steps }) : template.render(context, { steps });
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
  '{{ host.then }}{{ plain.then }}{{ l.then }}{{ "x".then }}{{ none.then }}{{ fn.then }}',
  '{{ host["Symbol(Symbol.iterator)"] }}{{ l["Symbol(Symbol.iterator)"] }}{{ host.asyncIterator }}',
  '{{ l.push }}{{ l.concat }}{{ l.filter }}{{ l.forEach }}{{ l.at }}{{ "x".charAt }}{{ (1.5).toString }}',
  '{{ modules.re.match("a", "a").constructor }}{{ modules.re.match("a", "a").toString }}',
  '{{ modules.pytz.country_names.constructor }}{{ modules.pytz.country_timezones.hasOwnProperty }}',
  '{{ modules.datetime.datetime(2024, 1, 1).epochMicros }}{{ modules.datetime.timedelta(1).totalMicros }}',
  '{{ modules.itertools.count().return }}{{ modules.itertools.count().throw }}{{ range(3).at }}',
  '{{ ("a"|safe).text }}{{ ("a"|safe).toJSON }}{{ ("a"|safe).constructor }}{{ set([1]).forEach if set }}',
  '{{ E }}{{ R }}{{ F }}{{ X }}{{ o }}{{ P }}{{ W }}{{ t }}{{ S }}{{ Buffer }}{{ console }}{{ NaN }}{{ undefined }}',
  '{{ __builtins__ }}{{ self.__init__ }}{{ namespace.__init__ }}{{ lipsum.__globals__ }}',
  '{% set ns = namespace() %}{{ ns.constructor }}{{ ns.__init__ }}{{ ns._Namespace__attrs }}',
  '{{ {"__proto__": {"x": 1}}.x }}{% do plain.setdefault("__proto__", {"x": 1}) %}{{ {}.x }}',
  '{{ host.method.__waits__ }}{{ fn["__waits__"] }}{{ range.__waits__ }}{{ range|attr("__call__") }}',
  '{% set v = modules.itertools.starmap(range, []) %}{{ v.constructor }}{{ v.next }}{{ v.return }}{{ v.throw }}{{ v|attr("then") }}{{ v["__proto__"] }}',
  '{% set d = dict(**{"__proto__": fn, "1": 2}) %}{{ d.constructor }}{{ d.toString }}{{ {}["1"] }}{{ d.__proto__.x }}',
  '{{ dict(ｃonstructor=1).toString }}{{ dict(_＿proto__=1).x }}{{ dict(_＿proto__={"x": 1}).x }}{{ l.ｃonstructor }}{{ plain["ｔoString"] }}',
  '{{ self.constructor }}{{ self["__proto__"] }}{{ self|attr("toString") }}{{ modules.re.compile("a"|escape).pattern.constructor }}',
  '{% set m = modules.re.search("a", "a"|escape) %}{{ m.string.constructor }}{{ m.string.text }}{{ m.joined }}{{ m.given }}{{ m.re.parsed }}',
  '{{ "&constructor;"|striptags|replace("&constructor;", "") }}{{ "a"|attr("__class__") }}',
])('gives nothing: %s', async (source) => {
  const { sync, async } = rendered(source);
  expect(sync()).toBe('');
  expect(await async()).toBe('');
});

test.each([
  ['{% do l.sort(key=l.constructor) %}', 'UndefinedError'],
  ['{% do l.sort(key=plain.toString) %}', 'UndefinedError'],
  ['{{ modules.itertools.starmap(fn.constructor, [("return process",)])|list }}', 'UndefinedError'],
  ['{{ modules.itertools.accumulate(["a", "b"], fn.apply)|list }}', 'UndefinedError'],
  ['{{ modules.itertools.starmap(l.__class__, [(1,)])|list }}', 'SecurityError'],
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
  ['{{ "".__class__.__mro__[1].__subclasses__() }}', 'SecurityError'],
  ['{{ ""|attr("__class__")|attr("__mro__") }}', 'SecurityError'],
  ['{{ [1]|map(attribute="__class__.__mro__")|list }}', 'SecurityError'],
  ['{{ "{0.__class__.__mro__}".format(1) }}', 'SecurityError'],
  ['{{ "{x.__init__.__globals__}".format(x=cycler) }}', 'SecurityError'],
  ['{{ "{0.constructor.constructor}".format(plain) }}', 'UndefinedError'],
  ['{{ "{0[__proto__][x]}".format(plain) }}', 'UndefinedError'],
  ['{{ "{constructor}".format_map(plain) }}', 'KeyError'],
  ['{{ "%(__proto__)s" % plain }}', 'KeyError'],
  ['{{ (fn|attr("call"))(1) }}', 'UndefinedError'],
  ['{{ range.constructor("return 1")() }}', 'UndefinedError'],
  ['{{ modules.datetime.sys.modules }}', 'UndefinedError'],
  ['{{ modules.re.sub("a", fn.constructor, "a") }}', 'UndefinedError'],
  ['{{ modules.re.match("a", "a").hasOwnProperty("a") }}', 'UndefinedError'],
  ['{{ open("/etc/passwd").read() }}', 'UndefinedError'],
  ['{{ __import__("os") }}', 'UndefinedError'],
  ['{{ 1|constructor }}', 'TemplateAssertionError'],
  ['{{ 1 is hasOwnProperty }}', 'TemplateAssertionError'],
  ['{{ l|map("__proto__")|list }}', 'TemplateRuntimeError'],
  ['{{ l|select("toString")|list }}', 'TemplateRuntimeError'],
  ['{% include "/etc/passwd" %}', 'TypeError'],
  ['{% import "/etc/passwd" as x %}', 'TypeError'],
  ['{% extends "../../etc/passwd" %}', 'TypeError'],
  ['{% set host.shown = 1 %}', 'TemplateRuntimeError'],
  ['{% set plain.a = 1 %}', 'TemplateRuntimeError'],
])('%s is refused with %s', async (source, kind) => {
  const { sync, async } = rendered(source);
  expect(thrownBy(sync)).toMatchObject({ name: 'JinjaError', kind, file: 'hostile.sql', line: 1 });
  await expect(async()).rejects.toMatchObject({ kind });
});

test('what the host offers can be read', () => {
  expect(rendered('{{ host.shown }} {{ host.method() }} {{ plain.a }}').sync()).toBe('shown called 1');
});

test('what a template changes in a module stays its own', () => {
  const { sync } = rendered(
    '{% do modules.datetime.clear() %}{% do modules.re.update(compile=1) %}{{ modules.datetime }}',
  );
  expect(sync()).toBe('{}');
  expect(rendered('{{ modules.datetime.date.min }} {{ modules.re.compile("a").pattern }}').sync()).toBe('0001-01-01 a');
});

test('names of JS and texts that look like code stay names and texts', () => {
  const source =
    '{% set arguments = 1 %}{% set eval = 2 %}{% set __proto__ = 3 %}{{ arguments }}{{ eval }}{{ __proto__ }}' +
    '{{ "\');process.exit(1);(\'" }}{{ "`process`" }}{{ "a".replace("a", "$&$1") }}{{ {"__proto__": 1} }}';
  expect(rendered(source).sync()).toBe("123');process.exit(1);('`process`$&$1{'__proto__': 1}");
});

const calls =
  '{% macro f(n=9) %}{{ f() }}{% endmacro %}{% macro g(x) %}{{ x(x) }}{% endmacro %}' +
  '{% macro again() %}{% call again() %}{{ caller() }}{% endcall %}{% endmacro %}';
const doubling = '{% macro twice(n) %}{% if n %}{{ twice(n - 1) }}{{ twice(n - 1) }}{% endif %}{% endmacro %}';
const growing = (next: string): string =>
  `{% set n = namespace(v=${next.includes('[') ? '[1]' : '"ab"'}) %}{% for i in range(200) %}${next}{% endfor %}`;

/** Goes on with a text of a million characters. */
const large = (body: string, end: string = ''): string =>
  `{% set s = ("ab" * 500000) ~ "${end}" %}{% for i in range(99999) %}${body}{% endfor %}`;

/** Values that hold themselves twice over, `times` deep. */
const doubled = (next: string, times: number = 60): string =>
  `{% set n = namespace(v=1, w=1) %}{% for i in range(${times}) %}${next}{% endfor %}`;
const pairs = '{% set n.v = [n.v, n.v] %}{% set n.w = [n.w, n.w] %}';
const nest = (open: string, inner: string, close: string, times: number = 20_000): string =>
  open.repeat(times) + inner + close.repeat(times);

const resources: readonly (readonly [source: string, kind: string])[] = [
  ['{{ range(10**9) }}', 'OverflowError'],
  ['{{ "a" * 10**10 }}', 'MemoryError'],
  ['{{ 10**10 * ("a"|safe) }}', 'MemoryError'],
  ['{{ [1] * 10**10 }}', 'MemoryError'],
  ['{{ "a".ljust(10**10) }}', 'MemoryError'],
  ['{{ "a".zfill(10**10) }}', 'MemoryError'],
  ['{{ "a".center(10**30) }}', 'OverflowError'],
  ['{{ "a"|center(10**10) }}', 'MemoryError'],
  ['{{ "a"|indent(10**10) }}', 'MemoryError'],
  ['{{ "\\t".expandtabs(10**9) }}', 'MemoryError'],
  ['{{ "%10000000000d" % 1 }}', 'MemoryError'],
  ['{{ "%-999999999s" % 1 }}', 'MemoryError'],
  ['{{ "%.999999999d" % 1 }}', 'MemoryError'],
  ['{{ "%.999999999f" % 1 }}', 'MemoryError'],
  ['{{ "%#.999999999g" % 1 }}', 'MemoryError'],
  ['{{ "%.*e" % (999999999, 1) }}', 'MemoryError'],
  ['{{ "%.99999999999f" % 1 }}', 'ValueError'],
  ['{{ "%99999999999999999999d" % 1 }}', 'ValueError'],
  ['{{ "{:10000000000}".format(1) }}', 'MemoryError'],
  ['{{ "{:.999999999f}".format(1.5) }}', 'MemoryError'],
  ['{{ "{:0999999999,}".format(1) }}', 'MemoryError'],
  ['{{ "{:{w}}".format(1, w=999999999) }}', 'MemoryError'],
  ['{{ "{:99999999999999999999}".format(1) }}', 'ValueError'],
  ['{{ "{0:{0:{0}}}".format(1) }}', 'ValueError'],
  ['{{ l|batch(10**9, 0)|list }}', 'MemoryError'],
  ['{{ l|slice(10**9)|list }}', 'RuntimeError'],
  ['{{ lipsum(n=10**9) }}', 'RuntimeError'],
  ['{{ 10**10000000 }}', 'OverflowError'],
  ['{{ 2**(2**40) }}', 'OverflowError'],
  ['{{ (10**1000)**1000 }}', 'OverflowError'],
  ['{{ 10**5000 }}', 'ValueError'],
  ['{{ ("f" * 100000)|int(0, 16) }}', 'ValueError'],
  ['{{ ("a" * 100000).replace("a", "b" * 100000) }}', 'MemoryError'],
  ['{{ ("a" * 10000).join("b" * 100000) }}', 'MemoryError'],
  [growing('{% set n.v = n.v ~ n.v %}'), 'MemoryError'],
  [growing('{% set n.v = n.v + n.v %}'), 'MemoryError'],
  [growing('{% set n.v = n.v.join(n.v) %}'), 'MemoryError'],
  [growing('{% set n.v %}{{ n.v }}{{ n.v }}{% endset %}'), 'MemoryError'],
  [growing('{% set n.v = n.v + n.v[:] %}'), 'RuntimeError'],
  [growing('{% set n.v = n.v|pprint %}'), 'RuntimeError'],
  [growing('{% set n.v = [n.v, n.v]|pprint %}'), 'RuntimeError'],
  [growing('{% set n.v = [n.v, n.v]|string %}'), 'RuntimeError'],
  [growing('{% set n.v = n.v|string|list %}'), 'RuntimeError'],
  [growing('{% set n.v = modules.re.sub(".", "aa", n.v) %}'), 'RuntimeError'],
  [growing('{% set x = "%9999999d" % i %}'), 'RuntimeError'],
  [growing('{% set x = "{:9999999}".format(i) %}'), 'RuntimeError'],
  [growing('{% set x = "a".ljust(9999999) %}'), 'RuntimeError'],
  [growing('{% set x = range(99999)|join(",") %}'), 'RuntimeError'],
  [growing('{% set x = ("a" * 100000).replace("a", "bb") %}'), 'RuntimeError'],
  [growing('{% set x = ("a b" * 100000)|title %}'), 'RuntimeError'],
  [growing('{% set x = [1] * 100000 == [1] * 100000 %}'), 'RuntimeError'],
  [growing('{% set x = 7 ** 300000 // 3 %}'), 'RuntimeError'],
  [growing('{% set x = range(99999)|sum %}'), 'RuntimeError'],
  [growing('{% set x = [range(99999)|max, range(99999)|unique|first, 5 in range(99999)|list] %}'), 'RuntimeError'],
  [growing('{% set x = modules.datetime.date(2024, 1, 1).strftime("%Y" * 100000) %}'), 'RuntimeError'],
  ['{{ modules.re.findall(".", "a" * 1000000)|length }}', 'RuntimeError'],
  ['{% set n = namespace(x=3) %}{% for i in range(200) %}{% set n.x = n.x * n.x %}{% endfor %}', 'OverflowError'],
  ['{% for i in modules.itertools.count() %}{% endfor %}', 'RuntimeError'],
  ['{{ modules.datetime.timedelta(days=1) / 5e-324 }}', 'OverflowError'],
  ['{{ modules.datetime.timedelta(days=999999999) * 1e308 }}', 'OverflowError'],
  ['{{ ("x y " * 10**5)|wordwrap(1, true, "z" * 10**4) }}', 'RuntimeError'],
  ['{{ modules.re.search("(l)", ("<l" * 10**6)|escape).expand("\\\\1" * 10**6) }}', 'RuntimeError'],
  ['{{ modules.re.compile(("a" * 10**5)|escape) }}', 'error'],
  ['{% for i in modules.itertools.count() if false %}{% endfor %}', 'RuntimeError'],
  ['{% set a, b = modules.itertools.count() %}', 'ValueError'],
  ['{{ modules.itertools.count()|sum }}', 'RuntimeError'],
  ['{{ modules.itertools.cycle(l)|list }}', 'RuntimeError'],
  ['{{ modules.itertools.repeat(1)|list }}', 'RuntimeError'],
  ['{{ fn(*modules.itertools.count()) }}', 'RuntimeError'],
  ['{{ 5 in modules.itertools.repeat(1) }}', 'RuntimeError'],
  ['{{ modules.itertools.tee(l, 10**9) }}', 'MemoryError'],
  ['{{ modules.itertools.product(range(100000), range(100000))|list }}', 'RuntimeError'],
  ['{{ modules.itertools.product(range(10), repeat=10**6)|list }}', 'RuntimeError'],
  ['{{ modules.itertools.product(l, repeat=10**9)|list }}', 'MemoryError'],
  ['{{ modules.itertools.permutations(range(100))|list }}', 'RuntimeError'],
  ['{{ modules.itertools.permutations(range(100000), 100000)|first }}', 'RuntimeError'],
  ['{{ modules.itertools.combinations(range(1000), 500)|list }}', 'RuntimeError'],
  ['{% set l = [1] %}{% for i in l %}{% do l.append(i) %}{% endfor %}', 'RuntimeError'],
  ['{% for i in range(100000) %}{% for j in range(100000) %}x{% endfor %}{% endfor %}', 'RuntimeError'],
  ['{% for i in l recursive %}{{ loop(l) }}{% endfor %}', 'RecursionError'],
  ['{% set d = {} %}{% do d.update({"d": d}) %}{{ d|pprint }}', 'RecursionError'],
  ['{% set l = [] %}{% do l.append(l) %}{{ l|tojson }}', 'ValueError'],
  ['{% set l = [] %}{% set q = [l] %}{% do l.append(q) %}{{ l == q }}', 'RecursionError'],
  [
    '{% set n = namespace(v=[]) %}{% for i in range(20000) %}{% set n.v = [n.v] %}{% endfor %}{{ n.v }}',
    'RecursionError',
  ],
  [`${doubled(pairs)}{{ n.v }}`, 'RuntimeError'],
  [`${doubled(pairs)}{{ n.v|tojson }}`, 'RuntimeError'],
  [`${doubled(pairs)}{{ n.v|pprint }}`, 'RuntimeError'],
  [`${doubled(pairs)}{{ n.v == n.w }}`, 'RuntimeError'],
  [`${doubled(pairs)}{{ n.v < n.w }}`, 'RuntimeError'],
  [`${doubled('{% set n.v = {1: n.v, 2: n.v} %}')}{{ n.v }}`, 'RuntimeError'],
  [`${doubled('{% set n.v = (n.v, n.v) %}', 30)}{{ {n.v: 1} }}`, 'MemoryError'],
  ['{{ ("a" * 10**7)|reverse }}', 'RuntimeError'],
  ['{{ ("a" * 10**8)|urlencode }}', 'RuntimeError'],
  ['{{ ("." * 10**6 ~ "x")|urlize }}', 'RuntimeError'],
  ['{{ ("\\n" * 10**7)|indent(100) }}', 'RuntimeError'],
  ['{{ ("x\\n" * 10**4)|indent("y" * 10**8) }}', 'MemoryError'],
  ['{{ modules.datetime.date(2024, 1, 1).strftime("%999999999Y") }}', 'MemoryError'],
  [large('{% set x = s[i] %}', '😀'), 'RuntimeError'],
  [large('{% set x = s|length %}', '😀'), 'RuntimeError'],
  [large('{% set x = s[1:] %}'), 'RuntimeError'],
  [large('{% set x = s < s ~ "a" %}'), 'RuntimeError'],
  [large('{% set x = {s ~ i: 1} %}'), 'RuntimeError'],
  [large('{% set x = "b" in s|upper %}'), 'RuntimeError'],
  [large('{% set x = (s ~ i) is upper %}'), 'RuntimeError'],
  ['{{ f() }}', 'RecursionError'],
  ['{{ g(g) }}', 'RecursionError'],
  ['{{ twice(60) }}', 'RuntimeError'],
  ['{% call again() %}x{% endcall %}', 'RecursionError'],
  [`{{ modules.re.match("(a+)+$", "${'a'.repeat(40)}b") }}`, 'TimeoutError'],
  ['{{ modules.re.match("(a|aa)+$", "a" * 60 ~ "b") }}', 'TimeoutError'],
  ['{{ modules.re.sub("(a*)*b", "", "a" * 50) }}', 'TimeoutError'],
  ['{{ modules.re.search("a" * 100000, "a") }}', 'error'],
  [`{{ ${nest('(', '1', ')')} }}`, 'RecursionError'],
  [`{{ ${nest('[', '1', ']')} }}`, 'RecursionError'],
  [`{{ ${nest('-', '1', '')} }}`, 'RecursionError'],
  [`{{ 1${nest(' + 1', '', '')} }}`, 'RecursionError'],
  [`{{ x${nest('.a', '', '')} }}`, 'RecursionError'],
  [nest('{% if 1 %}', '', '{% endif %}'), 'RecursionError'],
];

test.each(resources.map(([source, kind]) => [source.slice(0, 90), kind, source] as const))(
  '%s ends with %s',
  (_shown, kind, source) => {
    const thrown = thrownBy(rendered(source, calls + doubling).sync);
    expect(thrown).toBeInstanceOf(JinjaError);
    expect(thrown).toMatchObject({ kind, file: expect.stringMatching(/^(hostile|macros)\.sql$/) });
    expect((thrown as JinjaError).line).toBeGreaterThan(0);
  },
);

/** Macros that are given to what calls them. */
const callbacks =
  '{% macro sorting(x) %}{% do [1, 2].sort(key=sorting) %}{% endmacro %}{% macro mapping(x) %}{{ modules.itertools.starmap(mapping, [(1,)])|list }}{% endmacro %}' +
  '{% macro replacing(m) %}{{ modules.re.sub(".", replacing, "ab") }}{% endmacro %}{% macro same(x, y=0) %}{{ x }}{% endmacro %}{% macro long(x) %}{{ "a" * 1000000 }}{% endmacro %}' +
  '{% macro endless(x) %}{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}{% endmacro %}';

test.each([
  ['{{ f() }}', 'RecursionError'],
  ['{% for i in l recursive %}{{ loop(l) }}{% endfor %}', 'RecursionError'],
  ['{% for i in range(100000) %}{% for j in range(100000) %}{{ j }}{% endfor %}{% endfor %}', 'RuntimeError'],
  ['{{ modules.itertools.count()|sum }}', 'RuntimeError'],
  ['{{ "%.999999999f" % 1 }}', 'MemoryError'],
  ['{{ modules.re.match("(a|aa)+$", "a" * 60 ~ "b") }}', 'TimeoutError'],
  ['{{ sorting(1) }}', 'RecursionError'],
  ['{{ mapping(1) }}', 'RecursionError'],
  ['{{ modules.re.sub(".", replacing, "ab") }}', 'RecursionError'],
  ['{% do [3, 2, 1].sort(key=endless) %}', 'RuntimeError'],
  ['{% set l = range(9999)|list %}{% for i in range(99999) %}{% do l.sort(key=same) %}{% endfor %}', 'RuntimeError'],
  ['{{ modules.itertools.starmap(endless, [(1,)])|list }}', 'RuntimeError'],
  ['{{ modules.itertools.starmap(same, modules.itertools.repeat((1,)))|list }}', 'RuntimeError'],
  ['{{ modules.itertools.accumulate(modules.itertools.count(), same)|list }}', 'RuntimeError'],
  ['{{ modules.re.sub(".", long, "a" * 1000) }}', 'MemoryError'],
])('%s ends with %s in asynchronous code', async (source, kind) => {
  await expect(rendered(source, calls + callbacks).async()).rejects.toMatchObject({ name: 'JinjaError', kind });
});

test.each([
  ['large', '{% set l = [] %}{% for i in range(1000) %}{% do l.append([0] * 5000000) %}{% endfor %}'],
  [
    'small',
    '{% set l = [] %}{% for i in range(99999) %}{% for j in range(99) %}{% do l.append([i, j, i, j, i, j, i, j, i, j, i, j, i, j, i, j, i, j, i, j, i, j, i, j]) %}{% endfor %}{% endfor %}',
  ],
])('many %s values end in an error before the process is out of memory', (_size, source) => {
  const script = `
    import { JinjaEnvironment } from ${JSON.stringify(new URL('environment.ts', import.meta.url).href)};
    const source = ${JSON.stringify(source)};
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
  const passes = '{% for i in range(350) %}{% for j in range(350) %}{% endfor %}{% endfor %}';
  const template = environment.template(`${passes}{{ wait() }}${passes}{{ wait() }}done`, 'm.sql');
  const names = { get: (name: string) => (name === 'wait' ? wait : undefined) };
  const renders = [1, 2, 3].map(() => template.renderAsync(names, { steps }));
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
