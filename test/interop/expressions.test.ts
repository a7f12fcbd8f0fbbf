import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../support/run-program.ts';
import { copyProject, removeFolder } from '../support/temporary-project.ts';
import { expressionCases, expressionsProject, statementsBefore } from './expression-cases.ts';
import { meantExpressions } from './jinja-differences.ts';
import { type Noted, type NotedAll, noteAll } from './own-expressions.ts';
import { findPeers } from './peers.ts';

// A thousand expressions over relations, columns, the adapter, results and everything else that templates know, in one model of dbt's and of ours:
// what Python's `repr` and `str` make of each, which tests of Jinja it passes, or the error.

const known = { EIDER_KNOWN: 'known' };

async function askDbt(folder: string, templates: readonly string[]): Promise<NotedAll> {
  const peers = findPeers();
  const script = join(import.meta.dirname, 'expressions_peer.py');
  const result = await runProgram([peers.dbtPython, script, folder], {
    cwd: folder,
    env: { HOME: peers.home, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false', PYTHONWARNINGS: 'ignore', ...known },
    input: JSON.stringify({ templates, prepare: statementsBefore() }),
  });
  if (result.exitCode !== 0) throw new Error(`dbt did not answer:\n${result.stdout}\n${result.stderr}`);
  return JSON.parse(result.stdout) as NotedAll;
}

/** Errors of Python and Jinja, whose words are ours too; those of dbt we word ourselves. */
const spoken = /^(TypeError|UndefinedError|KeyError|ValueError|IndexError|AttributeError|ZeroDivisionError)$/;

/** Python names a method's class, counts its `self`, and prints addresses; dbt prefixes the names of macros. */
function comparable(answer: Noted): string {
  return JSON.stringify(answer)
    .replaceAll(/ at 0x[0-9a-f]+/g, '')
    .replaceAll(/[\w.]+\(\) (?=missing|got)/g, '')
    .replaceAll(/[\w.]+\(\) takes .* given/g, 'takes others')
    .replaceAll('dbt_macro__', '');
}

function isSame(dbt: Noted, own: Noted): boolean {
  if (comparable(dbt) === comparable(own)) return true;
  if (!('error' in dbt) || !('error' in own)) return false;
  return !spoken.test(dbt.error) || comparable({ ...own, error: dbt.error }) === comparable(dbt);
}

test('expressions give what they give in dbt', async () => {
  const cases = expressionCases();
  const templates = cases.map(({ template }) => template);
  const [dbtFolder, ownFolder] = [copyProject(expressionsProject), copyProject(expressionsProject)];
  const dbt = await askDbt(dbtFolder, templates);
  const own = await noteAll(ownFolder, templates, statementsBefore(), known);
  const used = new Set<unknown>();
  const different: unknown[] = [];
  let same = 0;
  for (const mode of ['parse', 'run'] as const) {
    for (const [at, { expression }] of cases.entries()) {
      // dbt has not read the model's config yet when it renders it for its refs.
      if (mode === 'parse' && expression.startsWith('model')) continue;
      const [theirs, ours] = [dbt[mode][at], own[mode][at]];
      if (theirs === undefined || ours === undefined) throw new Error(`no answer for ${expression}`);
      const subject = `${mode} ${expression} ${JSON.stringify(theirs)}`;
      const meant = meantExpressions.filter(({ pattern }) => pattern.test(subject));
      if (isSame(theirs, ours)) same += 1;
      else if (meant.length === 0) different.push({ mode, expression, dbt: theirs, eider: ours });
      else for (const one of meant) used.add(one);
    }
  }
  process.stdout.write(`${cases.length} expressions, ${same} answers the same, ${different.length} different\n`);
  expect(different).toEqual([]);
  expect(meantExpressions.filter((one) => !used.has(one))).toEqual([]);
  expect(same).toBeGreaterThan(1900);
  for (const folder of [dbtFolder, ownFolder]) removeFolder(folder);
});

/** What every object and function of JavaScript inherits. */
const inherited = [
  ...Object.getOwnPropertyNames(Object.prototype),
  'prototype',
  'call',
  'apply',
  'bind',
  'caller',
  'then',
];

test('no value, and nothing that a value gives when it is called, has a member of JavaScript', async () => {
  const names = `[${inherited.map((name) => `'${name}'`).join(', ')}]`;
  const cases = expressionCases().flatMap(({ expression, template }) => {
    const before = template.slice(0, template.lastIndexOf('{{ note('));
    return ['v', 'v()'].map((value) => ({
      expression: value.replace('v', expression),
      template:
        `${before}{% set w = ${value} %}{% set found = [] %}{% for name in ${names} %}` +
        '{% if w|attr(name) is defined or w[name] is defined %}{% do found.append(name) %}{% endif %}{% endfor %}{{ note(found, []) }}',
    }));
  });
  const folder = copyProject(expressionsProject);
  const templates = cases.map(({ template }) => template);
  const noted = await noteAll(folder, templates, statementsBefore(), known);
  const leaks = (['parse', 'run'] as const).flatMap((mode) =>
    noted[mode].flatMap((one, at) =>
      'repr' in one && one.repr !== '[]' ? [[mode, cases[at]?.expression, one.repr]] : [],
    ),
  );
  expect(leaks).toEqual([]);
  const asked = noted.run.filter((one) => 'repr' in one).length;
  expect(asked).toBeGreaterThan(1000);
  removeFolder(folder);
}, 300_000);
