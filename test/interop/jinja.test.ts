import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Random, seededNumbers, seededRandom } from '../support/random.ts';
import { meantDifferences, meantExpressions } from './jinja-differences.ts';
import { type JinjaCase, type JinjaPeer, type Outcome, startJinjaPeer } from './jinja-peer.ts';
import { macrosOf, packageContext, renderCall, renderCase } from './own-jinja.ts';
import { type RandomTemplate, randomTemplate } from './template-grammar.ts';
import { shrink, type Tree, textOf } from './template-tree.ts';

// eider's Jinja against dbt's own. EIDER_JINJA_SEED and EIDER_JINJA_COUNT ask for other templates.

const seed = Number(process.env.EIDER_JINJA_SEED ?? 20261121);
const count = Number(process.env.EIDER_JINJA_COUNT ?? 3000);
/** Cases that are shrunk before a run fails: it takes seconds for each. */
const mostShrunk = 5;

let peer: JinjaPeer;
beforeAll(() => {
  peer = startJinjaPeer();
});
afterAll(() => {
  peer.close();
});

/** Addresses of objects are nobody's business, also behind a blank of a URL. */
function masked(text: string): string {
  return text.replaceAll(/(?: |%20|\+)0x[0-9a-f]+/gi, '');
}

function isSame(dbt: Outcome | undefined, own: Outcome): boolean {
  if (dbt === undefined) return false;
  if ('text' in dbt) return 'text' in own && masked(dbt.text) === masked(own.text);
  if (!('error' in own)) return false;
  // A constant that Jinja computes while it compiles may end its process before any other error shows.
  if (dbt.error === 'TimeoutError' && dbt.line === undefined) return true;
  // The line of a SyntaxError is one of the Python that Jinja makes.
  const sameLine =
    dbt.error === 'SyntaxError' || (dbt.line ?? null) === null || (own.line ?? null) === null || dbt.line === own.line;
  return kindOf(dbt.error) === kindOf(own.error) && sameLine;
}

/** What a template that takes too much ends with depends on what was short first. */
const tooMuch = new Set(['MemoryError', 'OverflowError', 'RecursionError', 'RuntimeError', 'TimeoutError']);

function kindOf(error: string): string {
  return tooMuch.has(error) ? 'too much' : error;
}

const mark = '\u0001';

function caseOf(tree: Tree): JinjaCase {
  const [mode = '', macros = '', template = ''] = textOf(tree).split(mark);
  return mode === '' ? { template, macros } : { template, macros, mode: mode as 'native' | 'parse' };
}

/** Every fourth template is a native value, every fourth rendered as while parsing. */
const modes = ['', '', 'parse', 'native'] as const;

function treeOf(mode: string, { macros, template }: RandomTemplate): Tree {
  return { kind: 'fixed', parts: [mode, mark, macros, mark, template] };
}

async function outcomes(cases: readonly JinjaCase[]): Promise<{ dbt: Outcome | undefined; own: Outcome }[]> {
  const theirs = await peer.render(cases);
  return Promise.all(cases.map(async (one, at) => ({ dbt: theirs[at], own: await renderCase(one, at % 2 === 1) })));
}

function isMeant(text: string, dbt: Outcome | undefined): boolean {
  return meantDifferences.some(({ pattern }) => pattern.test(text + JSON.stringify(dbt)));
}

async function differ(trees: readonly Tree[]): Promise<boolean[]> {
  const found = await outcomes(trees.map(caseOf));
  return found.map(({ dbt, own }, at) => !isSame(dbt, own) && !isMeant(textOf(trees[at] as Tree), dbt));
}

test(`${count} random templates render as in dbt`, async () => {
  const random = seededNumbers(seed);
  const trees = Array.from({ length: count }, (_, i) => {
    const mode = modes[i % modes.length] ?? '';
    return treeOf(mode, randomTemplate(random, mode === 'native'));
  });
  const differing: Tree[] = [];
  let errors = 0;
  let meant = 0;
  for (let from = 0; from < count; from += 500) {
    const some = trees.slice(from, from + 500);
    const found = await outcomes(some.map(caseOf));
    for (const [at, tree] of some.entries()) {
      const { dbt, own } = found[at] ?? { dbt: undefined, own: { text: '' } };
      if (dbt !== undefined && 'error' in dbt) errors += 1;
      if (isSame(dbt, own)) continue;
      if (isMeant(textOf(tree), dbt)) meant += 1;
      else differing.push(tree);
    }
  }
  process.stdout.write(
    `seed ${seed}: ${count} templates, ${errors} of them errors in both; ${differing.length} differ, ${meant} as meant\n`,
  );
  const shrunk: unknown[] = [];
  for (const tree of differing.slice(0, mostShrunk)) {
    const one = caseOf(await shrink(tree, differ));
    shrunk.push({ ...one, ...(await outcomes([one]))[0] });
  }
  expect(shrunk).toEqual([]);
});

test('the list of meant differences is short', () => {
  expect(meantDifferences.length + meantExpressions.length).toBeLessThanOrEqual(20);
});

/** Values for a parameter by what its name says. */
const guesses: readonly (readonly [RegExp, string])[] = [
  [/relation|table|from|to$/, 'relation'],
  [/columns|fields|cols|list|args/, "['a', 'b']"],
  [/config|dict|options|kwargs/, "{'a': 1}"],
  [/date_?part|interval_type/, "'day'"],
  [/date|time|tstamp/, '"\'2024-02-29\'"'],
  [/interval|length|count|num|limit|index|n$/, '3'],
  [/sql|query|code/, "'select 1 as id'"],
];

function guess(parameter: string): string {
  return guesses.find(([name]) => name.test(parameter))?.[1] ?? "'x'";
}

/** Values that a parameter may be given by mistake. */
const anyValues = [
  ...["'x'", "''", "'a, B'", '"it\'s"', "'%s {}'", '3', '-1', '0', '2.5', 'none', 'true', 'false', 'nothing'],
  ...["['a', 'b']", '[]', "[{'name': 'a'}]", "('a', 1)", "{'a': 1}", '{}', 'relation', 'target', 'dbt.concat'],
] as const;

/** A call with some arguments drawn at random, some left out, some by name. */
function randomCall(random: Random, name: string, parameters: readonly string[]): string {
  const given = parameters.slice(0, parameters.length - random.pick([0, 0, 0, 1, 2])).map((parameter) => {
    return { parameter, value: random.below(2) === 0 ? guess(parameter) : random.pick(anyValues) };
  });
  const plain = random.below(given.length + 1);
  const texts = given.map(({ parameter, value }, at) => (at < plain ? value : `${parameter}=${value}`));
  return `{{ ${name}(${texts.join(', ')}) }}`;
}

test('every macro of the installed packages gives the same when it is called', async () => {
  const files = await peer.sources();
  const random = seededRandom(seed);
  const calls = files.flatMap(({ text }) =>
    macrosOf(text).flatMap(({ name, parameters }) => [
      `{{ ${name}(${parameters.map(guess).join(', ')}) }}`,
      `{{ ${name}(${parameters.map((one) => `${one}=relation`).join(', ')}) }}`,
      `{{ ${name}() }}`,
      randomCall(random, name, parameters),
    ]),
  );
  const theirs = await peer.call(calls);
  const names = packageContext(files);
  const differing: unknown[] = [];
  let texts = 0;
  for (const [at, call] of calls.entries()) {
    const own = await renderCall(call, names);
    const dbt = theirs[at];
    if (dbt !== undefined && 'text' in dbt) texts += 1;
    if (!isSame(dbt, own) && !isMeant(call, dbt)) differing.push({ call, dbt, own });
  }
  process.stdout.write(
    `seed ${seed}: ${files.length} files, ${calls.length} calls, ${texts} of them with a text; ${differing.length} differ\n`,
  );
  expect(files.length).toBeGreaterThan(50);
  expect(differing).toEqual([]);
});
