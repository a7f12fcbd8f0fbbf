import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { inRepository } from '../source-files.ts';

/** The project that mistakes are made in, by path. */
export const soundProject: Readonly<Record<string, string>> = parse(
  readFileSync(inRepository('test/fuzz/project.yml'), 'utf8'),
) as Record<string, string>;

const paths = Object.keys(soundProject);

/** One change of a project's files. Places are parts of a text's length, from 0 to 1, so that a mistake means something in every text. */
export type Mistake =
  | { readonly kind: 'insert'; readonly path: string; readonly at: number; readonly text: string }
  | { readonly kind: 'cut'; readonly path: string; readonly at: number; readonly length: number }
  | { readonly kind: 'value'; readonly path: string; readonly at: number; readonly value: string }
  | { readonly kind: 'line'; readonly path: string; readonly at: number; readonly action: 'double' | 'drop' | 'indent' }
  | { readonly kind: 'whole'; readonly path: string; readonly form: Form }
  | { readonly kind: 'file'; readonly path: string; readonly content: string };

type Form = keyof typeof forms;

/** What a whole file becomes. null: gone. */
const forms = {
  empty: () => '',
  gone: () => null,
  bom: (text: string) => `\uFEFF${text}`,
  crlf: (text: string) => text.replaceAll('\n', '\r\n'),
  cr: (text: string) => text.replaceAll('\n', '\r'),
  tabs: (text: string) => text.replaceAll('  ', '\t'),
  utf16: (text: string) => Buffer.from(text, 'utf16le'),
  latin1: (text: string) => Buffer.from(`${text}\né ü ÿ`, 'latin1'),
  zeros: (text: string) => `${text}\0\0\0`,
  binary: () => Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 7919) % 256)),
  twice: (text: string) => `${text}\n${text}`,
  folder: () => 'folder' as const,
  dangling: () => 'dangling' as const,
  itself: () => 'itself' as const,
  blank: () => '\n \n\t\n',
  long: (text: string) => text + 'x'.repeat(200_000),
} as const;

// biome-ignore format: a table reads better in rows
const pieces = [
  '{{', '}}', '{%', '%}', '{#', '#}', "'", '"', '`', '(', ')', '[', ']', '{', '}', ':', '- ', '\t', '\r', '\0', '\uFEFF', ',', ';', '|', '~', '*', '&a ', '!!binary ', '%', '\\', '\n\n', '  ', '\u2028', '\ud83e\udd86', '\ud800',
  '{% endif %}', '{% endmacro %}', '{% for x in y %}', '{% if %}', '{% macro m(x) %}', '{% call %}', '{% set x %}', '{% raw %}', '{% include "x" %}', '{% snapshot a %}', '{% docs orders %}', '{% materialization m %}',
  '{{ ref() }}', "{{ ref('a', 'b', v=1) }}", "{{ ref('orders', v=99) }}", "{{ ref('totals') }}", "{{ source('crm') }}", '{{ config(x=1) }}', "{{ config(materialized=['a']) }}", '{{ this.a.b.c }}', '{{ 1/0 }}', '{{ [1][5] }}', '{{ summed(5) }}', '{{ doubled() }}', '{{ doubled(1, 2, 3) }}', '{{ nothing_here() }}', '{{ var("none") }}', "{{ env_var('NOT_SET') }}", "{{ 'a' * 10**9 }}", '{{ range(10**9) | list }}', "{{ fromjson('{') }}", '{{ return(return(1)) }}', '{{ caller() }}', '{{ adapter.nothing() }}', "{{ modules.re.match('(', 'a') }}", "{{ exceptions.raise_compiler_error('no') }}",
  '? a\n', '<<: *x\n', '---\n', '...\n', '0x\n', 'a: b: c\n', '- - - -\n', '>\n', '|+9\n', '%YAML 9\n', '!!python/object:os.system x\n',
];

// biome-ignore format: a table reads better in rows
const values = [
  'null', '~', 'true', '1', '-1', '1.5', '.inf', '.nan', '1e999', '0o17', '99999999999999999999999999', '2024-01-01', '2024-99-99', '[]', '{}', '[[]]', '[null]', '{a: null}', '{1: 2}', '{[a]: b}', '"{{ 1 }}"', '"{{"', '""', '" "', 'no', 'orders', "ref('raw')", '"ref("', '[a, a]', '&x [*x]', '*nothing', '!!set {a, b}', `"${'y'.repeat(5000)}"`, `${'['.repeat(600)}${']'.repeat(600)}`, '"\\ud800"', '"\\0"', '../../..', '/etc', 'CON', 's3://', 'http://[', '%s',
];

/** Files that should not be there: twins, circles, broken packages, odd names. */
// biome-ignore format: a table reads better in rows
const files: readonly (readonly [path: string, content: string])[] = [
  ['models/twin/orders.sql', 'select 1 as id'], ['seeds/twin/raw.csv', 'id\n1\n'], ['macros/twin.sql', '{% macro doubled(x) %}{{ x }}{% endmacro %}'],
  ['macros/circle.sql', '{% macro doubled2() %}{{ doubled3() }}{% endmacro %}{% macro doubled3() %}{{ doubled2() }}{% endmacro %}'], ['models/circle.sql', '{{ doubled2() }}'],
  ['models/ring.sql', "select * from {{ ref('ring') }}"], ['models/a.sql', "select * from {{ ref('b') }}"], ['models/b.sql', "select * from {{ ref('a') }}"],
  ['models/v_v3.sql', 'select 3'], ['models/orders.v1.sql', 'select 1'], ['models/.sql', 'select 1'], ['models/a b.sql', 'select 1'], ['models/ü.sql', 'select 1'], ['models/x.SQL', 'select 1'],
  ['models/deep.yml', `${Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')}\n`], ['models/other.yml', 'version: 3\nmodels: 5\n'], ['models/list.yml', '- 1\n- 2\n'], ['models/twin.yml', 'models: [{name: orders}, {name: orders}]'],
  ['models/anchors.yml', 'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n'],
  ['packages.yml', 'packages: [{package: a/b, version: [">1", "<0"]}, {git: "x"}, {local: nowhere}, 5]'], ['dependencies.yml', 'packages: [{local: lib}]\nprojects: [{name: x}]'], ['dbt_packages/lib/dbt_project.yml', 'name: shop'], ['dbt_packages/empty/x.txt', ''], ['dbt_packages/lib/models/orders.sql', 'select 2 as id'], ['package-lock.yml', 'packages: 5'],
  ['selectors.yml', 'selectors: [{name: a, definition: {method: selector, value: b}}, {name: b, definition: {method: selector, value: a}}]'],
  ['tests/generic/broken.sql', '{% test broken(model) %}select 1'], ['models/unit.yml', 'unit_tests: [{name: u, model: nothing, given: 5, expect: {rows: [{a: 1}]}}]'], ['target/partial_parse.eider', 'garbage'], ['target/manifest.json', '{'], ['.dbtignore', '***[\n!!\n'],
];

const place = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);
const path = fc.constantFrom(...paths);

/** Random mistakes, simpler ones first when a failure is shrunk. */
export const mistakes: fc.Arbitrary<readonly Mistake[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('insert' as const), path, at: place, text: fc.constantFrom(...pieces) }),
    fc.record({ kind: fc.constant('cut' as const), path, at: place, length: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ kind: fc.constant('value' as const), path, at: place, value: fc.constantFrom(...values) }),
    fc.record({
      kind: fc.constant('line' as const),
      path,
      at: place,
      action: fc.constantFrom('double' as const, 'drop' as const, 'indent' as const),
    }),
    fc.record({ kind: fc.constant('whole' as const), path, form: fc.constantFrom(...(Object.keys(forms) as Form[])) }),
    fc.constantFrom(...files).map(([at, content]) => ({ kind: 'file' as const, path: at, content })),
  ),
  { minLength: 1, maxLength: 4 },
);

/** Makes the mistakes in a project that lies in a folder. */
export function makeMistakes(folder: string, made: readonly Mistake[]): void {
  const texts = new Map<string, string | Buffer>(Object.entries(soundProject));
  const odd: (() => void)[] = [];
  for (const mistake of made) {
    const text = texts.get(mistake.path) ?? '';
    const now = mistake.kind === 'whole' ? forms[mistake.form](text.toString()) : changed(text.toString(), mistake);
    const full = join(folder, mistake.path);
    if (now === 'folder' || now === 'dangling' || now === 'itself' || now === null) {
      texts.delete(mistake.path);
      if (now !== null) odd.push(() => putOdd(full, now));
    } else texts.set(mistake.path, now);
  }
  for (const [at, text] of texts) {
    mkdirSync(dirname(join(folder, at)), { recursive: true });
    writeFileSync(join(folder, at), text);
  }
  for (const put of odd) put();
}

function putOdd(full: string, form: 'folder' | 'dangling' | 'itself'): void {
  rmSync(full, { force: true, recursive: true });
  mkdirSync(dirname(full), { recursive: true });
  if (form === 'folder') mkdirSync(full);
  else symlinkSync(form === 'itself' ? full : `${full}-nowhere`, full);
}

function changed(text: string, mistake: Exclude<Mistake, { kind: 'whole' }>): string {
  if (mistake.kind === 'file') return mistake.content;
  const at = Math.floor(mistake.at * text.length);
  if (mistake.kind === 'insert') return text.slice(0, at) + mistake.text + text.slice(at);
  if (mistake.kind === 'cut') return text.slice(0, at) + text.slice(at + mistake.length);
  if (mistake.kind === 'value') return withValue(text, at, mistake.value);
  const lines = text.split('\n');
  const line = Math.min(lines.length - 1, Math.floor(mistake.at * lines.length));
  const now = lines[line] ?? '';
  const replaced = { double: [now, now], drop: [], indent: [`   ${now}`] }[mistake.action];
  return lines.toSpliced(line, 1, ...replaced).join('\n');
}

/** Another value behind the next colon of a YAML text; elsewhere in the place of the next word. */
function withValue(text: string, at: number, value: string): string {
  const found =
    /: *("[^"\n]*"|'[^'\n]*'|\[[^\]\n]*\]|[^\s,}\]{[][^,}\]\n]*)/.exec(text.slice(at)) ?? /\w+/.exec(text.slice(at));
  if (found === null) return text + value;
  const start = at + found.index;
  const isPair = found[0].startsWith(':');
  return `${text.slice(0, start)}${isPair ? `: ${value}` : value}${text.slice(start + found[0].length)}`;
}
