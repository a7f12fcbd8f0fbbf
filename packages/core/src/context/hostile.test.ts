import { expect, test } from 'vitest';
import { JinjaEnvironment, JinjaError } from '../jinja/index.ts';
import { createModules } from '../jinja/modules/index.ts';
import { Decimal } from '../jinja/values/index.ts';
import { ResultTable } from './agate/table.ts';
import { baseFunctions } from './base-functions.ts';
import { Column } from './column.ts';
import { columnClass } from './column-class.ts';
import { exceptionFunctions } from './exceptions.ts';
import { flagsNamespace } from './flags.ts';
import { Relation } from './relation.ts';
import { relationClass } from './relation-class.ts';
import { resultFunctions } from './results.ts';
import { validation } from './validation.ts';

// What is hostile beside `jinja/hostile.test.ts`: sizes of everything that can be asked for, and dbt's own objects.

/** Steps of a render here: enough to see that what is endless ends. */
const steps = 300_000;

/** Lists of lists eight wide and nine deep, in ten lines. */
const bomb = [
  'a: &a [x]',
  ...Array.from('bcdefghij', (name, at) => {
    const before = 'abcdefghi'[at];
    return `${name}: &${name} [${Array.from({ length: 8 }, () => `*${before}`).join(', ')}]`;
  }),
].join('\n');

const table = new ResultTable(['id', 'name'], [[1, 'x']], { print: () => undefined, methods: {} });
const modules = createModules();
const moment = new JinjaEnvironment()
  .template('{{ modules.datetime.datetime(2024, 2, 29, 13, 5, 9) }}', 't0', { native: true })
  .renderNative({ get: () => modules });

/** dbt's objects that a template is given, by name. */
const objects: Readonly<Record<string, unknown>> = {
  relation: new Relation({ database: 'd', schema: 's', identifier: 'i' }),
  relationClass: relationClass(undefined),
  column: new Column({ column: 'a', dtype: 'varchar' }),
  columnClass,
  table,
  row: table.rows[0],
  cells: table.columns[0],
  flags: flagsNamespace({}),
  validation,
  ...exceptionFunctions(() => undefined),
  ...resultFunctions(),
  ...baseFunctions,
};

function names(): Map<string, unknown> {
  const own: [string, unknown][] = [
    ['modules', createModules()],
    ['p', Decimal.parse('12.50')],
    ['t0', moment],
    ['bomb', bomb],
    ['l', [1, 2]],
    ['objects', Object.values(objects)],
  ];
  return new Map([...Object.entries(objects), ...own]);
}

async function thrownBy(source: string, isAsync: boolean): Promise<unknown> {
  const template = new JinjaEnvironment().template(source, 'hostile.sql');
  const context = names();
  const lookUp = { get: (name: string) => context.get(name) };
  try {
    return isAsync ? await template.renderAsync(lookUp, { steps }) : template.render(lookUp, { steps });
  } catch (thrown) {
    return thrown;
  }
}

test.each([
  ['{{ fromyaml(bomb) }}', 'RuntimeError'],
  ['{{ tojson(fromyaml(bomb)) }}', 'RuntimeError'],
  ['{{ fromyaml(bomb)|pprint }}', 'RuntimeError'],
  ['{{ fromyaml(bomb) == fromyaml(bomb) }}', 'RuntimeError'],
  ['{{ fromyaml("[" * 100000) }}', 'RecursionError'],
  ['{{ fromyaml("- " * 100000) }}', 'RuntimeError'],
  ['{{ fromyaml("- x\\n" * 3000000)|length }}', 'RuntimeError'],
  ['{{ fromyaml("<<: [" ~ "{a: 1}, " * 100000 ~ "]") }}', 'RuntimeError'],
  ['{{ fromjson("[" * 1000000 ~ "]" * 1000000) }}', 'RecursionError'],
  ['{{ fromjson("{\\"a\\":" * 100000 ~ "1" ~ "}" * 100000) }}', 'RecursionError'],
  ['{{ fromjson("[" ~ "0," * 500000 ~ "0]")|length }}', 'RuntimeError'],
  ['{% set d = {} %}{% do d.update(a=d) %}{{ d|tojson }}', 'ValueError'],
  ['{% set l = [1] %}{% for i in range(100) %}{% do l.extend(l) %}{% endfor %}', 'RuntimeError'],
  ['{% set l = [] %}{% set t = (l,) %}{% do l.append(t) %}{{ {t: 1} }}', 'TypeError'],
  ['{{ [1, 2]|sort(attribute="a," * 1000000) }}', 'RuntimeError'],
  ['{{ ("{0" ~ ".real" * 1000000 ~ "}").format("x") }}', 'UndefinedError'],
  ['{{ ("%(" ~ "(" * 1000000 ~ ")s") % {} }}', 'ValueError'],
  ['{{ ("%s" * 5000000) % 1 }}', 'TypeError'],
  ['{{ "%*d" % (2147483647, 1) }}', 'MemoryError'],
  ['{{ "%-*.*f" % (99999999, 999999999, 1.5) }}', 'MemoryError'],
  ['{{ "{:.{w}}".format(1.5, w=10**9) }}', 'MemoryError'],
  ['{{ "{:c}".format(10**20) }}', 'OverflowError'],
  ['{{ "%c" % 10**20 }}', 'OverflowError'],
  ['{{ "{:,}".format(10**4000000) }}', 'OverflowError'],
  ['{{ (2**1000000)|string }}', 'OverflowError'],
  ['{{ ("a\\n" * 1000000)|indent(10**6) }}', 'RuntimeError'],
  ['{{ "a".rjust(2**31) }}', 'MemoryError'],
  ['{{ ("a b " * 1000000)|wordwrap(1)|length }}', 'RuntimeError'],
  ['{{ range(10)|slice(10**7)|list|length }}', 'RuntimeError'],
  ['{{ lipsum(n=1, min=10**9, max=10**9 + 1) }}', 'RuntimeError'],
  ['{{ ("&lt;" * 10000000)|striptags|length }}', 'RuntimeError'],
  ['{{ ("(" * 200000 ~ "www.a.com")|urlize|length }}', 'RuntimeError'],
  ['{{ ("http://[" ~ "0:" * 100000)|urlize|length }}', 'RuntimeError'],
  ['{{ ("a" * 10**6).translate({97: "b" * 1000})|length }}', 'RuntimeError'],
  ['{{ ("\\t" * 1000000).expandtabs(10000)|length }}', 'RuntimeError'],
  ['{{ ("\\n" * 10**7).splitlines()|length }}', 'RuntimeError'],
  ['{{ (3**1000000) % (7**100000) }}', 'OverflowError'],
  ['{{ (5).to_bytes(10**9, "big") }}', 'MemoryError'],
  ['{{ ("9" * 10**6)|int(0, 36) }}', 'RuntimeError'],
  ['{{ (p * 10**20).exp() }}', 'Overflow'],
  ['{{ p.scaleb(999999) * p.scaleb(999999) }}', 'Overflow'],
  ['{{ "{:.999999999f}".format(p) }}', 'MemoryError'],
  ['{{ p.rotate(10**9) }}', 'InvalidOperation'],
  ['{{ p.quantize(p.scaleb(-1000)) }}', 'InvalidOperation'],
  ['{{ modules.itertools.repeat(1)|join }}', 'RuntimeError'],
  ['{{ modules.itertools.count()|max }}', 'RuntimeError'],
  ['{{ modules.itertools.cycle("a")|unique|list }}', 'RuntimeError'],
  ['{{ zip(modules.itertools.count(), modules.itertools.count())|list }}', 'RuntimeError'],
  ['{{ set(modules.itertools.count()) }}', 'RuntimeError'],
  ['{{ dict(modules.itertools.repeat((1, 2))) }}', 'RuntimeError'],
  ['{{ {}.fromkeys(modules.itertools.count()) }}', 'RuntimeError'],
  ['{{ modules.itertools.compress(modules.itertools.count(), modules.itertools.repeat(0))|first }}', 'RuntimeError'],
  ['{{ modules.itertools.islice(modules.itertools.count(), 10**18, none)|first }}', 'RuntimeError'],
  ['{{ modules.itertools.accumulate(modules.itertools.repeat("abc"))|list }}', 'RuntimeError'],
  ['{{ modules.itertools.product(*[[1, 2]] * 100)|list }}', 'RuntimeError'],
  ['{{ modules.itertools.combinations_with_replacement(range(1000), 1000)|list }}', 'RuntimeError'],
  ['{{ modules.re.match("^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 60) }}', 'TimeoutError'],
  ['{{ modules.re.match("(a|b|ab)*c", "ab" * 5000) }}', 'TimeoutError'],
  ['{{ modules.re.compile("(?:" * 100000 ~ ")" * 100000) }}', 'error'],
  ['{{ modules.re.compile("a|" * 1000000) }}', 'error'],
  ['{{ modules.re.escape("." * 10**8) }}', 'RuntimeError'],
  ['{{ modules.re.sub("(a)", "\\\\1" * 100000, "a" * 1000)|length }}', 'RuntimeError'],
  ['{{ modules.re.sub("", "x" * 1000, "a" * 1000000)|length }}', 'RuntimeError'],
  ['{{ t0.strftime("%99999999Y" * 100) }}', 'MemoryError'],
  ['{{ modules.datetime.datetime.strptime("a" * 10**6, "a" * 10**6) }}', 'RuntimeError'],
  ['{{ modules.pytz.timezone("../../etc/passwd") }}', 'UnknownTimeZoneError'],
  ['{{ modules.pytz.timezone("__proto__") }}', 'UnknownTimeZoneError'],
  [
    '{% for i in range(99999) %}{% set x = modules.pytz.timezone("Europe/Berlin").localize(t0) %}{% endfor %}',
    'RuntimeError',
  ],
  ['{% block a %}{{ self.a() }}{% endblock %}', 'RecursionError'],
  ['{% block a %}{{ self.b() }}{% endblock %}{% block b %}{{ self.a() }}{% endblock %}', 'RecursionError'],
])('%s ends with %s', async (source, kind) => {
  for (const isAsync of [false, true]) {
    const thrown = await thrownBy(source, isAsync);
    expect(thrown).toBeInstanceOf(JinjaError);
    expect(thrown).toMatchObject({ kind, file: 'hostile.sql', line: 1 });
  }
});

/** What JS's objects and functions have, and Python's. */
const hostNames = [
  ...['constructor', '__proto__', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf', 'toJSON'],
  ...[
    '__defineGetter__',
    '__lookupGetter__',
    'then',
    'catch',
    'finally',
    'call',
    'apply',
    'bind',
    'caller',
    'arguments',
  ],
  ...['__getattr__', '__lookUp_', '__call__', '__str__', '__getitem__', '__waits__', 'Symbol(Symbol.iterator)', 'next'],
  ...[
    '__class__',
    '__init__',
    '__globals__',
    '__dict__',
    '__self__',
    '__mro__',
    '_private',
    'printer',
    'host',
    'process',
  ],
];

test.each(hostNames)('%s is nothing of any object of dbt', async (name) => {
  const shown = JSON.stringify(name);
  const plain = /^\w+$/.test(name) ? `{{ one.${name} }}{{ [one]|map(attribute=${shown})|list|first }}` : '';
  const source = `{% for one in objects %}${plain}{{ one[${shown}] }}{{ one|attr(${shown}) }}{% endfor %}`;
  expect(await thrownBy(source, false)).toBe('');
  expect(await thrownBy(source, true)).toBe('');
});
