import { baseFunctions } from '../../packages/core/src/context/base-functions.ts';
import { JinjaEnvironment, JinjaError, returnFunction } from '../../packages/core/src/jinja/index.ts';
import { createModules } from '../../packages/core/src/jinja/modules/index.ts';
import {
  Decimal,
  Dict,
  type HostObject,
  hostFunction,
  isUndefined,
  PyError,
  repr,
} from '../../packages/core/src/jinja/values/index.ts';
import type { JinjaCase, LinkedCase, Outcome } from './jinja-peer.ts';

const t0 = '{{ modules.datetime.datetime(2024, 2, 29, 13, 5, 9, 123) }}';

const rows = [
  { id: 1, name: 'b', tags: ['x', 'y'] },
  { id: 2, name: 'A', tags: [] },
  { id: 3, name: 'c', tags: ['x'] },
];

/** JSON values as a template's: objects are dicts, all of them new. */
function templateValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(templateValue);
  if (typeof value !== 'object' || value === null) return value;
  return new Dict(Object.entries(value).map(([key, item]): [unknown, unknown] => [key, templateValue(item)]));
}

const shared = 'zip zip_strict set set_strict fromjson tojson fromyaml toyaml local_md5'.split(' ');

/** The context that `jinja_peer.py` has. */
function fixtureContext(): Map<string, unknown> {
  const data = {
    i: 3,
    j: -7,
    f: 2.5,
    g: -0.5,
    z: 0,
    s: 'Hello World',
    t: ' a-b_C\t',
    u: 'it\'s "q" & <b>',
    e: '',
    l: [3, 1, 2],
    w: ['b', 'a', 'C', 'a'],
    m: [],
    d: { a: 1, b: 'x', c: [1, 2] },
    n: null,
    y: true,
    rows,
  };
  const modules = createModules();
  return new Map<string, unknown>([
    ...Object.entries(data).map(([name, value]): [string, unknown] => [name, templateValue(value)]),
    ...shared.map((name): [string, unknown] => [name, baseFunctions[name]]),
    ['modules', modules],
    ['p', Decimal.parse('12.50')],
    ['t0', new JinjaEnvironment().template(t0, 't0', { native: true }).renderNative({ get: () => modules })],
    ['return', returnFunction({ name: 'data', default: null })],
  ]);
}

const environment = new JinjaEnvironment();

function register(names: Map<string, unknown>, text: string, file: string, isAsync: boolean): void {
  const context = { get: (name: string) => names.get(name) };
  for (const macro of environment.macroFile(text, file).macros) {
    if (macro.kind === 'macro') names.set(macro.name, macro.bind(context, macro.name, { async: isAsync }));
  }
}

async function outcome(one: JinjaCase, names: Map<string, unknown>, isAsync: boolean): Promise<Outcome> {
  const context = { get: (name: string) => names.get(name) };
  const made = environment.template(one.template, 'template.sql', { native: one.mode === 'native' });
  if (one.mode === 'native') return { text: repr(made.renderNative(context)) };
  const options = { undefinedMode: one.mode === 'parse' ? ('parse' as const) : ('default' as const) };
  return { text: isAsync ? await made.renderAsync(context, options) : made.render(context, options) };
}

function failed(thrown: unknown): Outcome {
  if (thrown instanceof JinjaError) {
    return {
      error: thrown.kind,
      message: thrown.message.slice(0, 300),
      line: thrown.file === 'template.sql' ? thrown.line : null,
    };
  }
  throw thrown;
}

/** Renders a case with eider's engine. */
export async function renderCase(one: JinjaCase, isAsync: boolean): Promise<Outcome> {
  const names = fixtureContext();
  try {
    const runsAsync = isAsync && one.mode !== 'native';
    register(names, one.macros ?? '', 'macros.sql', runsAsync);
    return await outcome(one, names, runsAsync);
  } catch (thrown) {
    return failed(thrown);
  }
}

/** Renders `main` of a case as plain Jinja, with a loader of its templates. */
export async function renderLinked(one: LinkedCase, isAsync: boolean): Promise<Outcome> {
  const getSource = (name: string): { src: string; path: string } | null => {
    const src = Object.hasOwn(one.templates, name) ? one.templates[name] : undefined;
    return src === undefined ? null : { src, path: name };
  };
  const plain = new JinjaEnvironment({
    loaders: [{ getSource }],
    autoescape: one.autoescape === true,
    macroPrefix: '',
  });
  const values = Object.entries(one.context ?? {});
  const names = new Map(values.map(([name, value]): [string, unknown] => [name, templateValue(value)]));
  const context = { get: (name: string) => names.get(name) };
  try {
    const made = plain.template(one.templates.main ?? '', 'main');
    return { text: isAsync ? await made.renderAsync(context) : made.render(context) };
  } catch (thrown) {
    return failed(thrown);
  }
}

const relation: HostObject = {
  __type__: 'Relation',
  __getattr__: (name) =>
    ({ database: 'db', schema: 'sch', identifier: 'tbl', name: 'tbl', type: 'table' })[name as 'name'],
  __str__: () => '"db"."sch"."tbl"',
  __repr__: () => '<Relation>',
};

function adapterOf(names: ReadonlyMap<string, unknown>): HostObject {
  const dispatch = hostFunction('dispatch', ['macro_name', { name: 'macro_namespace', default: null }], (name) => {
    const found = names.get(`duckdb__${String(name)}`) ?? names.get(`default__${String(name)}`);
    if (found === undefined) throw new PyError('ValueError', `no macro ${String(name)}`);
    return found;
  });
  const quote = hostFunction('quote', ['identifier'], (name: unknown) => {
    if (typeof name === 'string') return `"${name}"`;
    if (isUndefined(name)) throw name.error();
    throw new PyError('TypeError', 'can only concatenate str');
  });
  return { __type__: 'Adapter', __getattr__: (name) => ({ dispatch, quote })[name as 'quote'] };
}

/** The context in which the macros of the installed packages are called, as `jinja_peer.py` makes it. */
export function packageContext(
  files: readonly { readonly path: string; readonly text: string }[],
): Map<string, unknown> {
  const names = fixtureContext();
  for (const { path, text } of files) register(names, text, path, false);
  names.set('dbt', new Dict([...names]));
  names.set('adapter', adapterOf(names));
  names.set('relation', relation);
  names.set('execute', true);
  names.set('target', templateValue({ name: 'dev', schema: 'sch', database: 'db', type: 'duckdb' }));
  return names;
}

/** Renders a call of one of the packages' macros. */
export async function renderCall(call: string, names: Map<string, unknown>): Promise<Outcome> {
  try {
    return await outcome({ template: call }, names, false);
  } catch (thrown) {
    return failed(thrown);
  }
}

/** Names and parameters of the macros of a file; with `all`, its tests and materializations too. */
export function macrosOf(
  text: string,
  all: boolean = false,
): readonly { readonly name: string; readonly parameters: readonly string[] }[] {
  return environment
    .macroFile(text, 'macros.sql')
    .macros.filter((macro) => all || macro.kind === 'macro')
    .map((macro) => ({ name: macro.name, parameters: macro.parameters.map((one) => one.name) }));
}
