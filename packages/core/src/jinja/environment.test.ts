import { describe, expect, test } from 'vitest';
import { type Context, JinjaEnvironment, JinjaError, returnFunction } from './index.ts';
import { createModules } from './modules/index.ts';
import { hostFunction } from './values/index.ts';

const environment = new JinjaEnvironment();

function contextOf(names: Readonly<Record<string, unknown>>): Context {
  const all = new Map<string, unknown>(Object.entries(names));
  all.set('return', returnFunction());
  return { get: (name) => all.get(name) };
}

function withMacros(source: string, names: Readonly<Record<string, unknown>> = {}, isAsync: boolean = false): Context {
  const all = new Map<string, unknown>();
  const outer = contextOf(names);
  const context = { get: (name: string) => all.get(name) ?? outer.get(name) };
  for (const macro of environment.macroFile(source, 'macros/m.sql').macros) {
    all.set(macro.name, macro.bind(context, `macro.p.${macro.name}`, { async: isAsync }));
  }
  return context;
}

function failure(run: () => unknown): JinjaError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof JinjaError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

describe('places of errors', () => {
  test.each([
    ['{{ a', 1, 5],
    ['a\n  {{ 1 + }}', 2, 10],
    ['a\r\n{{ "x" $ }}', 2, 8],
    ['{% if a %}\n{% endfor %}', 2, 4],
    ['{{ 1 |\n nosuch }}', 2, 2],
    ['x {# y\n', 1, 3],
  ])('syntax of %j: %i:%i', (source, line, column) => {
    expect(failure(() => environment.template(source, 'm.sql'))).toMatchObject({
      phase: 'syntax',
      file: 'm.sql',
      line,
      column,
    });
  });

  test('count from where the text stands in its file', () => {
    const options = { firstLine: 7, firstColumn: 12 };
    const at = (source: string): unknown => {
      const { line, column } = failure(() => environment.template(source, 'p.yml', options).render(contextOf({})));
      return [line, column];
    };
    expect(at('{{ x.y }}')).toEqual([7, 15]);
    expect(at('a\n{{ x.y }}')).toEqual([8, 4]);
  });

  test('the same text in two files is read once and keeps its file', () => {
    const source = '{{ nowhere.x }}';
    const files = ['a.sql', 'b.sql'].map((file) =>
      failure(() => environment.template(source, file).render(contextOf({}))),
    );
    expect(files.map((one) => one.file)).toEqual(['a.sql', 'b.sql']);
  });

  test('lead through macros and call blocks to the template', () => {
    const macros = [
      '{% macro inner(l) %}\n  {{ l.pop() }}\n{% endmacro %}',
      '{% macro outer() %}{{ caller() }}{% endmacro %}',
    ].join('\n');
    const template = environment.template('select\n{% call outer() %}{{ inner([]) }}{% endcall %}', 'models/a.sql');
    const error = failure(() => template.render(withMacros(macros)));
    expect(error).toMatchObject({ phase: 'render', kind: 'IndexError', message: 'pop from empty list' });
    expect(error.frames.map(({ file, line, column, name }) => `${file}:${line}:${column} ${name}`)).toEqual([
      'macros/m.sql:2:8 macro.p.inner',
      'models/a.sql:2:22 models/a.sql',
      'macros/m.sql:4:23 macro.p.outer',
      'models/a.sql:2:9 models/a.sql',
    ]);
  });

  test('an error of the host is the cause', () => {
    const thrown = new Error('no such table');
    const boom = hostFunction('boom', [], () => {
      throw thrown;
    });
    const error = failure(() => environment.template('\n {{ boom() }}', 'm.sql').render(contextOf({ boom })));
    expect(error).toMatchObject({ line: 2, column: 5, message: 'no such table' });
    expect(error.cause).toBe(thrown);
  });
});

test.each(['{{ (-3) ** 0.5 }}', '{{ -3 ** 0.5 }}', '{{ (-3) ** -(1 / 4) }}'])(
  '%s is complex, which is refused',
  (source) => {
    expect(() => environment.template(source, 'm.sql').render({})).toThrow('complex numbers are not supported');
  },
);

describe('asynchronous code', () => {
  const later = hostFunction('later', ['value'], async (value: unknown) => {
    await Promise.resolve();
    return value;
  });

  test('awaits in the middle of an expression, in conditions, loops, macros and call blocks', async () => {
    const macros =
      '{% macro m(x) %}{{ return(later(x) + [later(3)]) }}{% endmacro %}{% macro c() %}<{{ caller(later(1)) }}>{% endmacro %}';
    const context = withMacros(macros, { later }, true);
    const render = (source: string): Promise<string> => environment.template(source, 'm.sql').renderAsync(context);
    expect(await render('{{ later([1])[0] + later(2) * 2 }}')).toBe('5');
    expect(await render('{% if later(false) or later(1) == later(1) %}y{% endif %}')).toBe('y');
    expect(await render('{% for x in later([1, 2]) if later(x) > 1 %}{{ loop.index }}{{ later(x) }}{% endfor %}')).toBe(
      '12',
    );
    expect(await render('{{ m([1, 2]) }}{% call(x) c() %}{{ x + later(1) }}{% endcall %}')).toBe('[1, 2, 3]<2>');
    expect(await render('{% set a = later("x") %}{% set b %}{{ later(a) }}{% endset %}{{ b | upper }}')).toBe('X');
    expect(await render('{% for x in [[1, [2]]] recursive %}{{ later(x[0]) }}{% endfor %}')).toBe('1');
  });

  test('awaits in macros that are given to what sorts, replaces and iterates', async () => {
    const macros =
      '{% macro m(x, y=0) %}{{ return(later(y - x)) }}{% endmacro %}{% macro n(x) %}{{ later("<" ~ x.group() ~ ">") }}{% endmacro %}';
    const context = withMacros(macros, { later, modules: createModules() }, true);
    const render = (source: string): Promise<string> => environment.template(source, 'm.sql').renderAsync(context);
    expect(await render('{% set l = [1, 3, 2] %}{% do l.sort(key=m) %}{{ l }}')).toBe('[3, 2, 1]');
    expect(await render("{{ modules.re.sub('[ac]', n, 'abc') }}{{ modules.re.subn('b', n, 'abc') }}")).toBe(
      "<a>b<c>('a<b>c', 1)",
    );
    expect(await render('{{ modules.itertools.starmap(m, [(1, 3), (1, 2)]) | list }}')).toBe('[2, 1]');
    expect(await render('{{ modules.itertools.accumulate([1, 2, 3], m) | list }}')).toBe('[1, 1, 2]');
  });

  test('a rejected promise is an error with frames', async () => {
    const boom = hostFunction('boom', [], () => Promise.reject(new Error('lost')));
    const context = withMacros('{% macro m() %}\n{{ boom() }}{% endmacro %}', { boom }, true);
    const rendered = environment.template('{{ m() }}', 'm.sql').renderAsync(context);
    await expect(rendered).rejects.toMatchObject({
      message: 'lost',
      frames: [
        { file: 'macros/m.sql', line: 2 },
        { file: 'm.sql', line: 1 },
      ],
    });
  });

  test('two renders of one template do not disturb each other', async () => {
    const gates = new Map<string, () => void>();
    const wait = hostFunction(
      'wait',
      ['name'],
      (name: string) => new Promise<string>((open) => gates.set(name, () => open(name))),
    );
    const template = environment.template('{{ x }}{{ wait(x) }}{{ x }}', 'm.sql');
    const both = ['a', 'b'].map((x) => template.renderAsync(contextOf({ x, wait })));
    gates.get('b')?.();
    gates.get('a')?.();
    expect(await Promise.all(both)).toEqual(['aaa', 'bbb']);
  });
});

describe('mapped rendering', () => {
  test('knows where each stretch of the output comes from', async () => {
    const source = 'select\n  {{ m() }},\n  {%- for x in [1, 2] %} {{ x }}{% endfor %}\nfrom t\n';
    const context = withMacros('{% macro m() %}a\n  b{% endmacro %}');
    const { text, segments } = environment.template(source, 'm.sql').renderMapped(context);
    expect(text).toBe('select\n  a\n  b, 1 2\nfrom t');
    expect(segments.map((one) => [text.slice(one.offset).split('\n')[0], one.line, one.column, one.literal])).toEqual([
      ['select', 1, 1, true],
      ['a', 2, 6, false],
      [', 1 2', 2, 12, true],
      [' 1 2', 3, 25, true],
      ['1 2', 3, 29, false],
      [' 2', 3, 25, true],
      ['2', 3, 29, false],
      ['', 3, 45, true],
    ]);
    expect(await environment.template(source, 'm.sql').renderMappedAsync(context)).toEqual({ text, segments });
  });
});

describe('guards', () => {
  test('endless recursion is an error with a place', () => {
    const context = withMacros('{% macro m() %}{{ m() }}{% endmacro %}');
    const error = failure(() => environment.template('{{ m() }}', 'm.sql').render(context));
    expect(error).toMatchObject({ kind: 'RecursionError', message: 'maximum recursion depth exceeded' });
    expect(error.frames.length).toBeLessThan(100);
    expect(error.frames.at(-1)).toMatchObject({ file: 'm.sql', line: 1 });
  });

  test('a macro that failed can be called again', () => {
    const context = withMacros('{% macro m(x) %}{{ x.y.z }}{% endmacro %}');
    const template = environment.template('{{ m(1) }}', 'm.sql');
    for (let i = 0; i < 500; i += 1) failure(() => template.render(context));
    expect(environment.template('{{ m({"y": {"z": 1}}) }}', 'm.sql').render(context)).toBe('1');
  });

  test.each([
    '{{ "".constructor.constructor("return process")() }}',
    '{{ x.constructor("return process")() }}',
    '{{ x.__proto__.y }}',
    '{{ [].map.constructor }}{{ {}.toString() }}',
    '{{ dict.prototype.x() }}',
  ])('%s does not reach JavaScript', (source) => {
    expect(failure(() => environment.template(source, 'm.sql').render(contextOf({ x: () => 1 })))).toMatchObject({
      phase: 'render',
    });
  });

  test('names and texts of templates are not code', () => {
    const source = `{% set a = '"];throw 1;//' %}{{ a }}{{ "\\u2028\\\\" }}{{ toString }}{{ constructor }}\`$\{x}`;
    expect(environment.template(source, 'm.sql').render(contextOf({}))).toBe('"];throw 1;//\u2028\\`$'.concat('{x}'));
  });
});

describe('macro files', () => {
  test('name what they define as dbt does', () => {
    const source = [
      'text {% macro m(a, b=1) %}{{ ref("x", v=2) }}{% endmacro %}',
      '{% test unique(model) %}{% endtest %}',
      "{% materialization x, adapter='duckdb', supported_languages=['sql', 'python'] %}{% endmaterialization %}",
      '{%- materialization y, default -%}{%- endmaterialization -%}',
      '{% docs d %}# D{% enddocs %}',
    ].join('\n');
    const { macros } = environment.macroFile(source, 'f.sql');
    expect(macros.map(({ name, kind, line, supportedLanguages }) => [name, kind, line, supportedLanguages])).toEqual([
      ['m', 'macro', 1, null],
      ['test_unique', 'test', 2, null],
      ['materialization_x_duckdb', 'materialization', 3, ['sql', 'python']],
      ['materialization_y_default', 'materialization', 4, ['sql']],
    ]);
    expect(macros[0]).toMatchObject({
      text: '{% macro m(a, b=1) %}{{ ref("x", v=2) }}{% endmacro %}',
      parameters: [
        { name: 'a', hasDefault: false },
        { name: 'b', hasDefault: true },
      ],
      calls: [{ name: 'ref', args: ['x'], kwargs: { v: 2 }, line: 1, column: 30 }],
    });
    expect(macros[3]?.text).toBe('\n{%- materialization y, default -%}{%- endmaterialization -%}\n');
  });

  test('have the texts of their macros as they are on disk, without the white space at both ends', () => {
    const first = '{%- macro a() -%}\r\n1\r\n{%- endmacro -%}\r\n\r\n';
    const second = '{% macro b() %}\r\n{{ "x\r\ny" }}\n{% endmacro %}';
    const { macros } = environment.macroFile(
      `\r\n \n${first}${second}\r\n {%- macro c() %}{% endmacro -%} \r\n`,
      'f.sql',
    );
    expect(macros.map(({ text }) => text)).toEqual([first, second, '\r\n {%- macro c() %}{% endmacro -%}']);
  });
});

test('calls with literal names are found in branches that do not run', () => {
  const source = `{% if false %}{{ ref('a') }}{{ p.m(x, -1, k=['b', {'c': none}]) }}{% endif %}{{ f()(1) }}{{ adapter.dispatch('d', 'n')() }}`;
  const { calls } = environment.template(source, 'm.sql');
  expect(calls.map(({ name, args, column }) => [name, args, column])).toEqual([
    ['ref', ['a'], 18],
    ['p.m', [null, -1], 34],
    ['f', [], 81],
    ['adapter.dispatch', ['d', 'n'], 101],
  ]);
});

describe("nunjucks' ways to extend an environment", () => {
  test('filters, tests, globals, extensions and rendering with a plain object', () => {
    const own = new JinjaEnvironment({ globals: { greet: (name: string) => `hello ${name}` } });
    own.addFilter(
      'shout',
      (text: string, mark: string, options?: { times?: number }) => text + mark.repeat(options?.times ?? 1),
    );
    own.addGlobal('one', 1);
    own.addExtension('Box', {
      tags: ['box'],
      // biome-ignore lint/suspicious/noExplicitAny: nunjucks does not declare its parser
      parse(parser: any, nodes: any) {
        const tag = parser.nextToken();
        const args = parser.parseSignature(null, true);
        parser.advanceAfterBlockEnd(tag.value);
        const body = parser.parseUntilBlocks('endbox');
        parser.advanceAfterBlockEnd();
        return new nodes.CallExtension(this, 'run', args, [body]);
      },
      run: (_context: unknown, mark: string, body: () => string) => mark + body() + mark,
    } as never);
    const source = '{{ "a" | shout("!", times=2) }}{{ one }}{{ greet("x") }}{% box "*" %}{{ v }}{% endbox %}.';
    expect(own.renderString(source, { v: 'in' })).toBe('a!!1hello x*in*.');
    expect(() => environment.template('{{ 1 | shout }}', 'm.sql')).toThrow("No filter named 'shout'.");
  });
});
